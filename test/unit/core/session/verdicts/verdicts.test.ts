import { describe, expect, test } from 'vitest';
import { ClockJumps } from '../../../../../src-main/core/session/machine/clock-jumps.ts';
import { SteadyTime } from '../../../../../src-main/core/session/machine/steady-time.ts';
import { silentTakeOver, takenOverByUs } from '../../../../../src-main/core/session/verdicts/takeover.ts';
import type { AttemptFacts, Evidence } from '../../../../../src-main/core/session/verdicts/evidence.ts';
import {
  findings,
  VerdictBook,
  verdictReport,
} from '../../../../../src-main/core/session/verdicts/verdicts.ts';
import { quietEvidence } from '../../../../support/session/quiet-evidence.ts';

const NOW = 1_700_000_000_000;

function evidence(part: Partial<Evidence> = {}): Evidence {
  return { ...quietEvidence(NOW), ...part };
}

const found = (part: Partial<Evidence>) => findings(evidence(part)).map(({ rule }) => rule);

describe('a frozen broker', () => {
  const life = (askedMs: number, receivedMs: number, intervalMs = 60_000, count = 1) => ({
    online: true,
    life: {
      intervalMs,
      lastReceivedAt: NOW - receivedMs,
      lastSentAt: NOW - askedMs,
      unanswered: { firstAt: NOW - askedMs, latestAt: NOW - askedMs, count },
    },
  });

  test('is named within 5 s of a ping that nothing answers, whatever the keep-alive', () => {
    expect(found(life(4_499, 30_000))).not.toContain('broker-frozen');
    expect(found(life(4_500, 30_000))).toContain('broker-frozen');
    expect(found(life(4_500, 30_000, 0))).toContain('broker-frozen');
  });

  test('is not named while data flows, which is a late answer', () => {
    expect(found(life(9_000, 50))).toEqual(['late-answers']);
  });

  test('is named within 1.5 times a short keep-alive', () => {
    expect(found(life(1_300, 2_500, 2_000, 2))).toContain('broker-frozen');
    expect(found(life(1_300, 2_400, 2_000, 2))).not.toContain('broker-frozen');
  });
});

test('Late answers are reported until a quick one came.', () => {
  const late = { at: NOW - 60_000, rttMs: 3_000 };
  const quick = { at: NOW - 1_000, rttMs: 2 };
  expect(found({ pings: [late] })).toEqual(['late-answers']);
  expect(found({ pings: [late, quick] })).toEqual([]);
  expect(found({ pings: [late, late, quick] })).toEqual([]);
  expect(found({ pings: [quick, late, late] })).toEqual(['late-answers']);
  expect(found({ pings: [late], online: false })).toEqual([]);
});

test('A full quarantine shows how many messages it has dropped.', () => {
  const held = { id: 'q1', topic: 't', qos: 1, retain: false, size: 3, at: NOW, why: '' } as const;
  const proof = (quarantineDropped: number) =>
    findings(evidence({ quarantined: [held], quarantineDropped }))[0]?.proof.map(({ text }) => text);
  expect(proof(0)).toEqual(['The link ended over a PUBLISH to “t” (QoS 1, 3 bytes).']);
  expect(proof(1_200)?.[0]).toBe('1,200 older messages dropped: the quarantine was full.');
});

describe('a silent take-over', () => {
  const thrownOut = (part: Partial<AttemptFacts> = {}, i = 0): AttemptFacts => ({
    startedAt: NOW + i * 1_000,
    onlineAt: NOW + i * 1_000 + 10,
    endedAt: NOW + i * 1_000 + 500,
    by: 'remote',
    code: null,
    failure: 'closed',
    message: 'The broker closed the connection without giving a reason.',
    phase: 'online',
    last: { idleInMs: 400, idleOutMs: 400, intervalMs: 60_000, pendingSubscribe: null, lastPublish: null },
    ...part,
  });
  const three = (part: Partial<AttemptFacts> = {}) => [0, 1, 2].map((i) => thrownOut(i === 2 ? part : {}, i));

  test('is three short sessions in a row, closed without a reason', () => {
    expect(silentTakeOver(three())).toHaveLength(3);
    expect(silentTakeOver(three().slice(1))).toHaveLength(0);
  });

  test.each<[string, Partial<AttemptFacts>]>([
    ['an attempt that was refused in between', { onlineAt: null, failure: 'refused' }],
    ['a session that was long', { endedAt: NOW + 60_000 }],
    ['a reason that was given', { code: 139, failure: 'disconnect-139' }],
    ['a link that died in silence', { by: 'silence', failure: 'keep-alive' }],
    ['an end that was ours', { by: 'user', failure: '' }],
    [
      'a close over a SUBSCRIBE',
      {
        last: {
          idleInMs: 0,
          idleOutMs: 0,
          intervalMs: 60_000,
          pendingSubscribe: { filter: '#', at: NOW },
          lastPublish: null,
        },
      },
    ],
    [
      'a close over a PUBLISH',
      {
        last: {
          idleInMs: 0,
          idleOutMs: 0,
          intervalMs: 60_000,
          pendingSubscribe: null,
          lastPublish: { topic: 'a', qos: 0, at: NOW + 2_400 },
        },
      },
    ],
  ])('is not %s', (_, part) => {
    expect(silentTakeOver(three(part))).toHaveLength(0);
  });

  test('is over when a session has run for five minutes since', () => {
    const attempts = three();
    const last = NOW + 2_500;
    expect(found({ attempts, now: last + 299_000 })).toContain('taken-over');
    expect(found({ attempts, now: last + 301_000 })).not.toContain('taken-over');
    expect(found({ attempts, now: last + 301_000, online: false })).toContain('taken-over');
  });

  test('is not reported for a generated client ID', () => {
    expect(found({ ownClientId: false, attempts: three(), now: NOW + 5_000 })).not.toContain('taken-over');
    expect(found({ attempts: three(), now: NOW + 5_000 })).toContain('taken-over');
  });
});

describe('a take-over by an earlier attempt of ours', () => {
  const attempt = (part: Partial<AttemptFacts>): AttemptFacts => ({
    startedAt: NOW,
    onlineAt: null,
    endedAt: NOW,
    by: 'silence',
    code: null,
    failure: 'silent',
    message: 'It did not answer CONNECT.',
    phase: 'handshaking',
    last: null,
    ...part,
  });
  const unanswered = attempt({});
  const running = attempt({ endedAt: null, by: null, failure: '' });
  const online = (ms: number) => attempt({ endedAt: null, by: null, failure: '', onlineAt: NOW - ms });
  const takenOver = attempt({ by: 'remote', code: 142, failure: 'taken-over-by-us' });
  const isOurs = (...attempts: AttemptFacts[]) => takenOverByUs(attempts, NOW) !== null;

  test('is one for each CONNECT that was left unanswered, before or after our own was accepted', () => {
    expect(isOurs(unanswered, running)).toBe(true);
    expect(isOurs(unanswered, online(500))).toBe(true);
    expect(isOurs(unanswered, takenOver, running)).toBe(false);
    expect(isOurs(unanswered, unanswered, takenOver, running)).toBe(true);
    expect(isOurs(attempt({ by: 'user', failure: '' }), running)).toBe(true);
  });

  test('never explains more than two in a row, however many were left unanswered', () => {
    const many = Array.from({ length: 20 }, () => unanswered);
    expect(isOurs(...many, takenOver, running)).toBe(true);
    expect(isOurs(...many, takenOver, takenOver, running)).toBe(false);
  });

  test.each<[string, AttemptFacts]>([
    ['none was given up', attempt({ onlineAt: NOW - 90_000, by: 'silence', phase: 'online' })],
    ['the broker had answered it', attempt({ by: 'remote', code: 137 })],
    ['CONNECT was not sent yet', attempt({ phase: 'connecting' })],
  ])('is none where %s', (_, before) => {
    expect(isOurs(before, running)).toBe(false);
  });

  test('is none once a session was not short: what waited was read by then', () => {
    expect(isOurs(unanswered, online(31_000))).toBe(false);
    expect(isOurs(unanswered, attempt({ onlineAt: NOW - 60_000, by: 'remote' }), running)).toBe(false);
  });

  test('is no reason to accuse another client', () => {
    const accused = attempt({ by: 'remote', code: 142, failure: 'disconnect-142' });
    expect(found({ attempts: [unanswered, accused] })).toContain('taken-over');
    expect(found({ attempts: [unanswered, takenOver] })).not.toContain('taken-over');
  });
});

test('Nothing wrong, no verdict.', () => {
  expect(findings(evidence())).toEqual([]);
});

test('A thousand queued messages are a sign of a full queue and no proof, whichever broker it is.', () => {
  const [said] = findings(evidence({ resumed: { at: NOW - 1_000, queued: 1_000 } }));
  expect(said?.title).toMatch(/probably .* may be lost/);
  expect(said?.cause).toMatch(/mosquitto .* HiveMQ .* other brokers have limits of their own/);
  expect(said?.advice).not.toContain('max_queued_messages');
});

test('Each rule that needs no session shows its evidence.', () => {
  const at = NOW - 1_000;
  expect(found({ dropped: { first: 5, firstAt: at, last: 5, lastAt: NOW } })).toEqual([]);
  expect(found({ dropped: { first: 5, firstAt: at, last: 9, lastAt: NOW } })).toEqual(['broker-drops']);
  expect(found({ resumed: { at, queued: 1_020 } })).toEqual(['queue-limit']);
  expect(found({ resumed: { at, queued: 999 } })).toEqual([]);
  expect(found({ resumed: { at, queued: 1_021 } })).toEqual([]);
  expect(found({ silence: { filter: '#', since: at, until: NOW, broker: 40 } })).toEqual(['silent-acl']);
  expect(found({ shortfall: { announced: 1_000, seen: 950, missing: 50, at } })).toEqual([]);
});

describe('verdicts over time', () => {
  const [dropped] = findings(evidence({ dropped: { first: 0, firstAt: NOW, last: 9, lastAt: NOW } }));
  const [unheard] = findings(evidence({ noSubscriber: { count: 1, recent: [{ at: NOW, topic: 'a' }] } }));
  if (!dropped || !unheard) throw new Error('no findings');

  test('keep since when they hold, are over when they do not, and are forgotten after an hour', () => {
    const book = new VerdictBook();
    book.update([dropped], NOW);
    book.update([{ ...dropped, since: NOW + 5 }], NOW + 5);
    expect(book.list()).toMatchObject([{ since: NOW, over: false }]);
    book.update([], NOW + 10);
    expect(book.list()).toMatchObject([{ over: true }]);
    expect(book.summary()).toBeNull();
    book.update([], NOW + 3_600_020);
    expect(book.list()).toEqual([]);
  });

  test('come worst first, and the worst is the summary', () => {
    const book = new VerdictBook();
    book.update([unheard, dropped], NOW);
    expect(book.list().map(({ severity }) => severity)).toEqual(['warning', 'note']);
    expect(book.summary()).toMatchObject({ id: 'broker-drops', severity: 'warning', count: 2 });
  });

  test('are written as text with their proof', () => {
    const book = new VerdictBook();
    book.update([dropped], NOW);
    const verdict = book.get('broker-drops');
    const text = verdict ? verdictReport(verdict, ['Connection: mqtt://h:1883']) : '';
    expect(text).toContain('The broker dropped 9 messages');
    expect(text).toContain(`- ${new Date(NOW).toISOString()}  It is 9.`);
    expect(text).toContain('What to do:');
  });
});

describe('jumps of the clock', () => {
  test('sleep shows by either clock, a clock that is set back as such, and a busy second is not reported', () => {
    const clocks = new ClockJumps(1_000);
    expect(clocks.look(NOW, 0)).toBeNull();
    expect(clocks.look(NOW + 1_000, 1_000)).toBeNull();
    expect(clocks.look(NOW + 5_000, 5_000)).toBeNull();
    expect(clocks.look(NOW + 605_000, 6_000)).toMatchObject({ kind: 'asleep', ms: 599_000 });
    expect(clocks.look(NOW + 1_205_000, 606_000)).toMatchObject({ kind: 'asleep', ms: 599_000 });
    expect(clocks.look(NOW + 1_106_000, 607_000)).toMatchObject({ kind: 'clock-set', ms: -100_000 });
    expect(clocks.gaps).toHaveLength(3);
  });

  test('time has parts of a millisecond, goes on steadily, and follows only a real jump', () => {
    const clock = { wall: NOW, steady: 100 };
    const time = new SteadyTime({ wall: () => clock.wall, steady: () => clock.steady });
    clock.steady += 0.25;
    expect(time.now()).toBe(NOW + 0.25);
    clock.wall -= 400;
    expect(time.now()).toBe(NOW + 0.25);
    clock.wall += 3_600_000;
    expect(time.now()).toBe(NOW - 400 + 3_600_000);
  });
});
