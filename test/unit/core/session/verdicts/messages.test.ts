import { describe, expect, test } from 'vitest';
import type { Evidence, Finding } from '../../../../../src-main/core/session/verdicts/evidence.ts';
import { frozenSince } from '../../../../../src-main/core/session/verdicts/live.ts';
import { findings, VerdictBook } from '../../../../../src-main/core/session/verdicts/verdicts.ts';
import { quietEvidence } from '../../../../support/session/quiet-evidence.ts';

const NOW = 1_700_000_000_000;

function found(part: Partial<Evidence>): Finding[] {
  return findings({ ...quietEvidence(NOW), ...part });
}
const only = (part: Partial<Evidence>): Finding => {
  const [finding, ...more] = found(part);
  if (!finding || more.length > 0) throw new Error(`${more.length + (finding ? 1 : 0)} findings`);
  return finding;
};

describe('Names from brokers and users in what is said', () => {
  const evil = 'a/\u202e\u0007b';
  const shown = '“a/\\u{202e}\\u{7}b”';

  test.each<[string, Partial<Evidence>]>([
    ['an unheard message', { unheard: [{ at: NOW, topic: evil, filter: evil }] }],
    ['silence', { silence: { filter: evil, since: NOW - 9_000, until: NOW, broker: 1 } }],
    ['no subscriber', { noSubscriber: { count: 1, recent: [{ at: NOW, topic: evil }] } }],
    [
      'quarantine',
      { quarantined: [{ id: 'q', topic: evil, qos: 1, retain: false, size: 1, at: NOW, why: '' }] },
    ],
    ['overlap', { copies: { count: 1, at: NOW, topic: evil, filters: [evil, '#'] } }],
  ])('are escaped: %s', (_, part) => {
    const text = JSON.stringify(only(part)).replaceAll('\\\\', '\\');
    expect(text).toContain(shown);
    expect(text).not.toMatch(/\u202e|\u0007|\\u0007/);
  });

  test('are bounded, however long a topic is.', () => {
    const long = 'x'.repeat(65_535);
    for (const part of [
      { unheard: [{ at: NOW, topic: long, filter: long }] },
      { copies: { count: 2, at: NOW, topic: long, filters: [long, long] } },
    ])
      expect(JSON.stringify(only(part)).length).toBeLessThan(10_000);
  });
});

describe('A wildcard that is refused', () => {
  const refusal = { code: 135, failure: 'suback-135', message: 'Refused.' };

  test.each([
    ['#', 1],
    ['+', 1],
    ['+/state', 1],
    ['plant/#', 0],
    ['$SYS/#', 0],
  ])('%s is reported %i times.', (filter, times) => {
    expect(found({ subscriptions: [{ filter, refusal }] })).toHaveLength(times);
    expect(found({ subscriptions: [{ filter, refusal: null }] })).toEqual([]);
  });

  test('is reported once for all of them, with a line for each.', () => {
    const subscriptions = ['#', 'a', '+/b'].map((filter) => ({ filter, refusal }));
    expect(only({ subscriptions }).proof).toHaveLength(2);
  });
});

describe('Messages without a subscriber', () => {
  test('are counted, with the last eight as proof.', () => {
    const recent = Array.from({ length: 20 }, (_, i) => ({ at: NOW - 20 + i, topic: `t/${i}` }));
    const finding = only({ noSubscriber: { count: 1_234, recent } });
    expect(finding.title).toBe('1,234 messages had no subscriber');
    expect(finding.proof).toHaveLength(8);
    expect(finding.proof.at(-1)?.text).toContain('t/19');
    expect(only({ noSubscriber: { count: 1, recent: recent.slice(0, 1) } }).title).toBe(
      'Nobody is subscribed to “t/0”',
    );
  });

  test('depend on the version: only MQTT 5 has a code for them.', () => {
    const unheard = [{ at: NOW, topic: 't', filter: '#' }];
    const text = (version: Evidence['version']) => {
      const { cause, advice } = only({ unheard, version });
      return `${cause} ${advice}`;
    };
    expect(text('5')).not.toMatch(/With MQTT/);
    expect(text('3.1')).toContain('With MQTT 3.1 a broker cannot refuse');
    expect(text(null)).toContain('With MQTT 3.1.1 a broker cannot refuse');
  });
});

describe('What the broker counts', () => {
  test.each<[string, Partial<Evidence>, number]>([
    ['drops that grew', { dropped: { first: 5, firstAt: NOW - 9, last: 6, lastAt: NOW } }, 1],
    ['drops of before', { dropped: { first: 5, firstAt: NOW - 9, last: 5, lastAt: NOW } }, 0],
    ['a count that began anew', { dropped: { first: 5, firstAt: NOW - 9, last: 0, lastAt: NOW } }, 0],
    ['a shortfall of a few', { shortfall: { announced: 500, seen: 401, missing: 99, at: NOW } }, 0],
    ['a shortfall of a hundred', { shortfall: { announced: 500, seen: 400, missing: 100, at: NOW } }, 1],
    ['a hundred of many', { shortfall: { announced: 9_000, seen: 8_900, missing: 100, at: NOW } }, 0],
    ['two in a hundred of many', { shortfall: { announced: 9_000, seen: 8_820, missing: 180, at: NOW } }, 1],
    ['a queue that was not full', { resumed: { at: NOW, queued: 999 } }, 0],
    ['a queue that was just full', { resumed: { at: NOW, queued: 1_000 } }, 1],
    ['a queue with those in flight', { resumed: { at: NOW, queued: 1_020 } }, 1],
    ['a broker with a larger queue', { resumed: { at: NOW, queued: 1_021 } }, 0],
  ])('%s', (_, part, times) => {
    expect(found(part)).toHaveLength(times);
  });
});

describe('Silence after a question', () => {
  const life = (askedMs: number, receivedMs: number, intervalMs: number, count = 1) => ({
    now: NOW,
    life: {
      intervalMs,
      lastReceivedAt: NOW - receivedMs,
      lastSentAt: NOW - askedMs,
      unanswered: { firstAt: NOW - askedMs, latestAt: NOW - askedMs, count },
    },
  });

  test.each<[string, Parameters<typeof frozenSince>[0], number | null]>([
    ['nothing is known', { now: NOW, life: null }, null],
    ['nothing is asked', { now: NOW, life: { ...life(1, 1, 0).life, unanswered: null } }, null],
    ['4.5 s', life(4_500, 30_000, 60_000), NOW - 30_000],
    ['less', life(4_499, 30_000, 60_000), null],
    ['1.25 times a short keep-alive, asked twice', life(1_000, 2_500, 2_000, 2), NOW - 2_500],
    ['the same, asked once', life(1_000, 2_500, 2_000, 1), null],
    ['no keep-alive', life(1_000, 99_000, 0, 9), null],
    ['a byte came in the same ms', life(5_000, 5_000, 60_000), NOW - 5_000],
    ['a byte came since', life(5_000, 4_999, 60_000), null],
    // The clock was set back: nothing can be said.
    ['the question lies ahead', life(-9_000, -8_000, 60_000), null],
  ])('is frozen or not: %s', (_, evidence, since) => {
    expect(frozenSince(evidence)).toBe(since);
  });
});

test('The book holds 50 verdicts at most, and lets go of those that are over first.', () => {
  const book = new VerdictBook();
  const finding = (i: number): Finding => ({
    id: `closed-after-publish:${i}`,
    rule: 'closed-after-publish',
    severity: 'warning',
    title: `t${i}`,
    proof: [],
    cause: '',
    advice: 'Look.',
    since: NOW + i,
  });
  for (let i = 0; i < 200; i++) book.update([finding(i)], NOW + i);
  expect(book.list()).toHaveLength(50);
  expect(book.list()[0]).toMatchObject({ title: 't199', over: false, advice: 'Look.' });
  expect(book.list().filter(({ over }) => over)).toHaveLength(49);
  expect(book.summary()).toMatchObject({ count: 1, title: 't199' });
  expect(book.get('closed-after-publish:0')).toBeNull();
  book.update([], NOW + 200);
  expect(book.summary()).toBeNull();
  // The same again is a new one, with a beginning of its own.
  book.update([{ ...finding(199), since: NOW + 500 }], NOW + 500);
  expect(book.get('closed-after-publish:199')).toMatchObject({
    since: NOW + 500,
    over: false,
    advice: 'Look.',
  });
});
