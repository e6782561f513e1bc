import { describe, expect, test } from 'vitest';
import type { ConnectionState } from '../../../../../../src-main/contract/model/model.ts';
import type { ConnectionAttempt } from '../../../../../../src-main/contract/session/connection-history.ts';
import {
  endWords,
  historyCaption,
  historyLanes,
  historyMarks,
  isBehind,
  outcomeWords,
  shareWords,
  uptimeWords,
} from '../../../../../../src-renderer/features/diagnostics/history/history-spans.ts';

const DAY = 86_400_000;
const attempt = (part: Partial<ConnectionAttempt> = {}): ConnectionAttempt => ({
  id: 'a',
  startedAt: 1_000,
  onlineAt: null,
  endedAt: null,
  waitedMs: 0,
  attempt: 1,
  phases: [{ phase: 'resolving', ms: 3 }],
  version: '5',
  address: 'a:1',
  by: null,
  reason: null,
  sessionPresent: null,
  ...part,
});

describe('an attempt that never connected', () => {
  test.each([
    ['remote', 'Failed after 2.0 s', 'err'],
    ['silence', 'Failed after 2.0 s', 'err'],
    [null, 'Failed after 2.0 s', 'err'],
    ['user', 'Cancelled after 2.0 s', 'busy'],
    ['program', 'Ended after 2.0 s', 'busy'],
  ] as const)('and was ended by %s is called %s', (by, words, tone) => {
    const one = attempt({ endedAt: 3_000, by });
    expect(outcomeWords(one, 9_000)).toBe(words);
    const [, trying] = historyLanes([one], { kind: 'idle' }, 9_000);
    expect(trying?.spans[0]).toMatchObject({ from: 1_000, to: 3_000, tone });
    expect(trying?.spans[0]?.title.startsWith(`${words.split(' ')[0]}: resolving`)).toBe(true);
    expect(historyMarks([one])).toHaveLength(by === 'user' ? 0 : 1);
  });

  test('and goes on is connecting', () => {
    expect(outcomeWords(attempt(), 9_000)).toBe('Connecting');
    expect([endWords(attempt()), historyMarks([attempt()])]).toEqual(['', []]);
  });

  test('takes no negative time where the clock was set back', () => {
    expect(outcomeWords(attempt({ endedAt: 400 }), 9_000)).toBe('Failed after 0 ms');
    expect(outcomeWords(attempt({ onlineAt: 1_000, endedAt: 400 }), 9_000)).toBe('Connected for 0 s');
  });
});

test('A session that a crash of the program cut off is not said to have lasted for no time', () => {
  const cutOff = attempt({ onlineAt: 2_000, endedAt: 2_000, by: 'program' });
  expect(outcomeWords(cutOff, 9_000)).toBe('Connected, end unknown');
  expect(endWords(cutOff)).toBe('Topicscope did not end in order.');
  const ended = attempt({ onlineAt: 2_000, endedAt: 5_000, by: 'program' });
  expect(outcomeWords(ended, 9_000)).toBe('Connected for 3 s');
  expect(endWords(ended)).toBe('Topicscope ended it.');
});

test('The end is described by its reason, else by whoever ended it.', () => {
  const ended = (part: Partial<ConnectionAttempt>) => endWords(attempt({ endedAt: 5, ...part }));
  expect(
    ended({
      by: 'remote',
      reason: { code: 'x', message: 'Not authorized.', advice: '' } as NonNullable<
        ConnectionAttempt['reason']
      >,
    }),
  ).toBe('Not authorized.');
  expect(ended({ by: 'user' })).toBe('You disconnected.');
  expect(ended({ by: 'remote' })).toBe('The broker closed the connection.');
  expect(ended({ by: 'silence' })).toBe('Nothing came from the broker any more.');
  expect(ended({ by: 'local' })).toBe('Closed here.');
});

test('Waiting is drawn before an attempt, and up to now where the next one is waited for.', () => {
  const waiting = { kind: 'waiting' } as Parameters<typeof historyLanes>[1];
  const spans = (of: readonly ConnectionAttempt[], now: number, state = waiting) =>
    historyLanes(of, state, now)[2]?.spans.map(({ from, to }) => [from, to]);
  const failed = attempt({ startedAt: 5_000, waitedMs: 2_000, endedAt: 6_000, by: 'remote' });
  expect(spans([failed], 9_000)).toEqual([
    [3_000, 5_000],
    [6_000, 9_000],
  ]);
  expect(spans([failed], 9_000, { kind: 'idle' })).toEqual([[3_000, 5_000]]);
  // Nothing is known yet, or the clock is behind.
  expect([spans([], 9_000), spans([failed], 5_500)]).toEqual([[], [[3_000, 5_000]]]);
});

test('Where the computer slept is a lane of its own, only if it did.', () => {
  expect(historyLanes([], { kind: 'idle' }, 0).map(({ name }) => name)).toEqual([
    'Connected',
    'Connecting',
    'Waiting',
  ]);
  const gaps = [
    { from: 1, to: 2, ms: 7_200_000, kind: 'asleep' },
    { from: 3, to: 4, ms: 5, kind: 'clock' },
  ] as unknown as Parameters<typeof historyLanes>[3];
  expect(historyLanes([], { kind: 'idle' }, 0, gaps)[3]?.spans.map(({ title }) => title)).toEqual([
    'This computer slept for 2 h 0 m',
    'The clock was set',
  ]);
});

describe('the time online', () => {
  test('is of a day at most, and nothing where nothing is known', () => {
    const since = [attempt({ startedAt: 0 })];
    expect(uptimeWords(since, 0.5, false, 3_600_000)).toMatch(
      /^Connected 50 % of the time since \d\d:\d\d:\d\d$/,
    );
    expect(uptimeWords(since, 0.5, false, DAY)).toBe('Connected 50 % of the last 24 h');
    expect(uptimeWords(since, 0.5, true, 5)).toBe('Connected 50 % of the last 24 h');
    expect([uptimeWords([], 0.5, false, 5), uptimeWords(since, null, false, 5)]).toEqual(['', '']);
    expect(historyCaption([], '', 0)).toBe('No attempt to connect is known.');
    expect(historyCaption([attempt({ onlineAt: 5 }), attempt()], 'Up', DAY / 24)).toMatch(
      /^2 attempts since .*, 1 of them connected\. Up\.$/,
    );
  });

  test.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.0004, '0.1 %'],
    [0.9996, '99.9 %'],
    [0.999, '99.9 %'],
    [0.1004, '10 %'],
    [0.1005, '10.1 %'],
    [0.005, '0.5 %'],
  ])('%s is %s', (share, words) => {
    expect(shareWords(share)).toBe(words);
  });
});

describe('a history that is behind', () => {
  const why = { kind: 'failed' as const, code: 'x', message: '', advice: '' };
  const STATES = {
    idle: { kind: 'idle' },
    trying: { kind: 'resolving', since: 1, attempt: 1, host: 'h' },
    online: { kind: 'online', since: 1 },
    waiting: { kind: 'waiting', attempt: 1, retryAt: 9, why },
    stopped: { kind: 'stopped', since: 1, why: null },
  } as unknown as Readonly<Record<string, ConnectionState>>;
  const behind = (...attempts: ConnectionAttempt[]) =>
    Object.entries(STATES)
      .filter(([, state]) => isBehind(attempts, state))
      .map(([name]) => name);

  test('does not describe the attempt that runs, its success or its end', () => {
    expect(behind()).toEqual(['trying', 'online', 'waiting', 'stopped']);
    expect(behind(attempt())).toEqual(['online', 'waiting', 'stopped']);
    expect(behind(attempt({ onlineAt: 2 }))).toEqual(['waiting', 'stopped']);
    expect(behind(attempt({ onlineAt: 2, endedAt: 3 }))).toEqual(['trying', 'online']);
  });

  test('is judged by its newest attempt alone', () => {
    expect(behind(attempt({ onlineAt: 2 }), attempt())).toEqual(['waiting', 'stopped']);
  });
});
