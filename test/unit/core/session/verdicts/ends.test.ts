import { describe, expect, test } from 'vitest';
import type {
  AttemptFacts,
  Evidence,
  LastMoments,
} from '../../../../../src-main/core/session/verdicts/evidence.ts';
import { seconds } from '../../../../../src-main/core/session/verdicts/evidence.ts';
import { findings } from '../../../../../src-main/core/session/verdicts/verdicts.ts';
import { quietEvidence } from '../../../../support/session/quiet-evidence.ts';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const MOMENTS: LastMoments = {
  idleInMs: 400,
  idleOutMs: 400,
  intervalMs: MINUTE,
  pendingSubscribe: null,
  lastPublish: null,
};

/** A session of a minute that the broker ended so many ms ago. */
function ended(
  agoMs: number,
  part: Partial<AttemptFacts> = {},
  last: Partial<LastMoments> = {},
): AttemptFacts {
  return {
    startedAt: NOW - agoMs - MINUTE - 10,
    onlineAt: NOW - agoMs - MINUTE,
    endedAt: NOW - agoMs,
    by: 'remote',
    code: null,
    failure: 'closed',
    message: 'The broker closed the connection.',
    phase: 'online',
    last: { ...MOMENTS, ...last },
    ...part,
  };
}

/** An attempt that never came to a session. */
const failedTry = (agoMs: number, failure: string, code: number | null = null): AttemptFacts =>
  ended(agoMs, {
    onlineAt: null,
    startedAt: NOW - agoMs - 10,
    failure,
    code,
    message: 'It failed.',
    last: null,
  });

const running = (agoMs: number): AttemptFacts =>
  ended(0, { startedAt: NOW - agoMs - 50, onlineAt: NOW - agoMs, endedAt: null, by: null, last: null });

function found(part: Partial<Evidence>, rule?: string) {
  const all = findings({ ...quietEvidence(NOW), ...part });
  return rule === undefined ? all : all.filter((one) => one.rule === rule);
}
const rules = (part: Partial<Evidence>): string[] => found(part).map(({ rule }) => rule);
const titles = (part: Partial<Evidence>, rule: string) => found(part, rule).map(({ title }) => title);

const OFFLINE = { online: false, retrying: true } as const;

describe('A broker that is not there', () => {
  const session = ended(10 * MINUTE);

  test('is reported as stopped after a session, and as never there before one.', () => {
    expect(titles({ ...OFFLINE, attempts: [session, failedTry(9_000, 'refused')] }, 'broker-gone')).toEqual([
      'The broker has stopped',
    ]);
    expect(
      titles({ ...OFFLINE, version: null, attempts: [failedTry(9_000, 'refused')] }, 'broker-gone'),
    ).toEqual(['No broker runs there']);
  });

  test('is reported as long as it lasts, though the first refusal is hours ago.', () => {
    const attempts = [ended(6 * HOUR), failedTry(5 * HOUR, 'refused'), failedTry(MINUTE, 'refused')];
    expect(rules({ ...OFFLINE, attempts })).toEqual(['broker-gone']);
    // Once nobody tries any more, it is not known.
    expect(rules({ ...OFFLINE, attempts: attempts.slice(0, 2) })).toEqual([]);
  });

  test('has stopped also where its session is so long ago that it is not among the attempts.', () => {
    const attempts = Array.from({ length: 100 }, (_, i) => failedTry((100 - i) * 9_000, 'refused'));
    expect(titles({ ...OFFLINE, attempts }, 'broker-gone')).toEqual(['The broker has stopped']);
    expect(found({ ...OFFLINE, attempts }, 'broker-gone')[0]?.proof).toHaveLength(3);
  });

  test.each([
    ['refuses the credentials', failedTry(3_000, 'connack-135', 135), ['credentials']],
    ['is not reached any more', failedTry(3_000, 'unreachable'), []],
    ['takes connections and says nothing', failedTry(3_000, 'silent'), ['broker-frozen']],
    ['was left alone by the user', failedTry(3_000, ''), []],
  ] as const)('is no verdict once it %s.', (_, last, expected) => {
    expect(rules({ ...OFFLINE, attempts: [session, failedTry(9_000, 'refused'), last] })).toEqual(expected);
  });

  test('is still one while the next attempt runs, and none once that came through.', () => {
    const attempts = [session, failedTry(9_000, 'refused')];
    const trying = { ...failedTry(0, ''), endedAt: null, by: null };
    expect(rules({ ...OFFLINE, attempts: [...attempts, trying] })).toEqual(['broker-gone']);
    expect(rules({ attempts: [...attempts, running(1_000)] })).toEqual([]);
  });
});

describe('A close after a subscription', () => {
  const over = (agoMs: number, filter: string, beforeMs = 100) =>
    ended(agoMs, {}, { pendingSubscribe: { filter, at: NOW - agoMs - beforeMs } });

  test('is a warning once, and an error the second time or where the filter was left out for it.', () => {
    const severity = (part: Partial<Evidence>) =>
      found(part, 'closed-after-subscribe').map((one) => one.severity);
    expect(severity({ attempts: [over(9_000, '#')] })).toEqual(['warning']);
    expect(severity({ attempts: [over(9_000, '#'), over(3_000, '#')] })).toEqual(['error']);
    const refusal = { code: 128, failure: 'subscribe-closed', message: 'x' };
    expect(severity({ attempts: [over(9_000, '#')], subscriptions: [{ filter: '#', refusal }] })).toEqual([
      'error',
    ]);
  });

  test('over one filter is no proof against another.', () => {
    const [finding] = found({ attempts: [over(9_000, 'a/#'), over(3_000, 'b/#')] }, 'closed-after-subscribe');
    expect(finding).toMatchObject({ id: 'closed-after-subscribe:b/#', severity: 'warning' });
    expect(JSON.stringify(finding)).not.toContain('a/#');
    expect(finding?.since).toBe(NOW - 3_000);
  });

  test.each<[string, AttemptFacts]>([
    ['5 s later', over(9_000, '#', 5_001)],
    ['over an hour ago', over(HOUR + 1, '#')],
    ['by us', { ...over(9_000, '#'), by: 'local' }],
    ['by silence', { ...over(9_000, '#'), by: 'silence' }],
    ['over $SYS/#', over(9_000, '$SYS/#')],
  ])('%s is none.', (_, attempt) => {
    expect(found({ attempts: [attempt] }, 'closed-after-subscribe')).toEqual([]);
  });

  test('names the code of a DISCONNECT by what it means there.', () => {
    const wording = (code: number) =>
      found({ attempts: [{ ...over(9_000, '#'), code }] }, 'closed-after-subscribe')[0]?.proof[1]?.text;
    expect(wording(0)).toBe('DISCONNECT from the broker, reason 0: Normal disconnection.');
    expect(wording(4)).toBe('DISCONNECT from the broker, reason 4: Disconnect with will message.');
    expect(wording(135)).toBe('DISCONNECT from the broker, reason 135: Not authorized.');
  });
});

describe('A close after a message', () => {
  const over = (agoMs: number, topic: string, beforeMs = 100, qos = 1) =>
    ended(agoMs, {}, { lastPublish: { topic, qos, at: NOW - agoMs - beforeMs } });

  test.each<[string, Partial<Evidence>, string[]]>([
    ['once', { attempts: [over(9_000, 't')] }, ['warning']],
    ['twice', { attempts: [over(9_000, 't'), over(3_000, 't')] }, ['error']],
    ['with a code', { attempts: [{ ...over(9_000, 't'), code: 144 }] }, ['error']],
    ['a second later', { attempts: [over(9_000, 't', 1_001)] }, []],
    ['a day ago', { attempts: [over(24 * HOUR, 't')] }, []],
    [
      'that a session of ten minutes followed',
      { attempts: [over(11 * MINUTE, 't'), running(10 * MINUTE)] },
      [],
    ],
    [
      'while a subscription was unanswered, which is the likelier cause',
      {
        attempts: [
          ended(
            9_000,
            {},
            {
              lastPublish: { topic: 't', qos: 0, at: NOW - 9_100 },
              pendingSubscribe: { filter: '#', at: NOW - 9_100 },
            },
          ),
        ],
      },
      [],
    ],
  ])('%s', (_, part, severities) => {
    expect(found(part, 'closed-after-publish').map(({ severity }) => severity)).toEqual(severities);
  });

  test('shows the topic escaped, wherever it is named.', () => {
    const [finding] = found({ attempts: [over(9_000, 'a/\u202eb')] }, 'closed-after-publish');
    expect(finding?.title).toContain('“a/\\u{202e}b”');
    expect(finding?.proof[0]?.text).toBe('PUBLISH to “a/\\u{202e}b” at QoS 1 sent.');
  });
});

describe('A link that dies without a word', () => {
  const died = (agoMs: number, idleInMs: number, intervalMs = MINUTE) =>
    ended(agoMs, { by: 'silence', failure: 'keep-alive' }, { idleInMs, intervalMs });
  const back = (agoMs: number, tookMs = 100) =>
    ended(agoMs, { startedAt: NOW - agoMs - MINUTE - tookMs, onlineAt: NOW - agoMs - MINUTE });

  test('twice after idle times has too long a keep-alive; once, or while busy, has not.', () => {
    const two = (idle: number) => [
      died(9 * MINUTE, idle),
      back(7 * MINUTE),
      died(5 * MINUTE, idle),
      back(3 * MINUTE),
    ];
    const [finding] = found({ attempts: two(90_000) }, 'keep-alive-too-long');
    expect(finding?.advice).toContain('Set the keep-alive to 30 s or less');
    expect(found({ attempts: two(54_000) }, 'keep-alive-too-long')).toHaveLength(1);
    expect(found({ attempts: two(53_999) }, 'keep-alive-too-long')).toEqual([]);
    expect(found({ attempts: two(90_000).slice(2) }, 'keep-alive-too-long')).toEqual([]);
  });

  test('is half-open only where the broker takes the next connection at once.', () => {
    expect(rules({ attempts: [died(9_000, 90_000), back(3_000)] })).toContain('half-open');
    expect(rules({ attempts: [died(9_000, 90_000), back(3_000, 5_001)] })).not.toContain('half-open');
    expect(rules({ ...OFFLINE, attempts: [died(9_000, 90_000), failedTry(3_000, 'unreachable')] })).toEqual(
      [],
    );
    expect(rules({ attempts: [died(9_000, 90_000)] })).not.toContain('half-open');
  });

  test('without a keep-alive is not blamed on it.', () => {
    const attempts = [
      died(9 * MINUTE, 90_000, 0),
      back(7 * MINUTE),
      died(5 * MINUTE, 90_000, 0),
      back(3 * MINUTE),
    ];
    expect(rules({ attempts })).not.toContain('keep-alive-too-long');
  });
});

describe('A will', () => {
  test.each<[string, AttemptFacts[], number]>([
    [
      'is reported after the second session without a DISCONNECT',
      [ended(9_000), ended(3_000, { by: 'silence' })],
      1,
    ],
    ['is not reported after one', [ended(9_000)], 0],
    [
      'is not reported for sessions that we or the user ended',
      [ended(9_000, { by: 'user' }), ended(3_000, { by: 'local' })],
      0,
    ],
    ['is not reported for attempts', [failedTry(9_000, 'refused'), failedTry(3_000, 'refused')], 0],
    ['is not reported for yesterday', [ended(24 * HOUR), ended(23 * HOUR)], 0],
  ])('%s.', (_, attempts, count) => {
    expect(found({ willTopic: 'w', attempts }, 'wills-firing')).toHaveLength(count);
    expect(found({ willTopic: null, attempts }, 'wills-firing')).toEqual([]);
  });
});

describe('Credentials', () => {
  test.each([4, 5, 134, 135])('that a broker refuses with %i are reported.', (code) => {
    expect(
      rules({ ...OFFLINE, retrying: false, attempts: [failedTry(9_000, `connack-${code}`, code)] }),
    ).toEqual(['credentials']);
  });

  test('are not at fault for another code, for a session that ran, or once it runs.', () => {
    expect(rules({ ...OFFLINE, attempts: [failedTry(9_000, 'connack-137', 137)] })).toEqual([]);
    expect(rules({ ...OFFLINE, attempts: [ended(9_000, { code: 135 })] })).not.toContain('credentials');
    expect(rules({ attempts: [failedTry(9_000, 'connack-135', 135), running(1_000)] })).toEqual([]);
  });
});

test('A protocol error is reported by its rule, only for sessions that we ended over it.', () => {
  const broken = (part: Partial<AttemptFacts> = {}) =>
    ended(9_000, {
      by: 'local',
      failure: 'qos-3',
      message: 'The broker broke the protocol: QoS 3.',
      ...part,
    });
  expect(found({ attempts: [broken()] }, 'protocol-broken').map(({ id }) => id)).toEqual([
    'protocol-broken:qos-3',
  ]);
  for (const part of [{ by: 'remote' as const }, { failure: 'closed-by-us' }, { message: 'Other.' }])
    expect(found({ attempts: [broken(part)] }, 'protocol-broken')).toEqual([]);
});

test('Durations have one decimal below ten seconds.', () => {
  expect([0, 49, 950, 9_949, 9_999, 10_000, 59_500, 3_600_000].map(seconds)).toEqual([
    '0.0 s',
    '0.0 s',
    '0.9 s',
    '9.9 s',
    '10.0 s',
    '10 s',
    '60 s',
    '3600 s',
  ]);
});
