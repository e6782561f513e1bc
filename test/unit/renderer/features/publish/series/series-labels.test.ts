import { expect, test } from 'vitest';
import {
  factsOf,
  progressWords,
  shareOf,
  stateWords,
  timesWords,
} from '../../../../../../src-renderer/features/publish/series/series-labels.ts';
import { messageSeries } from '../../../../../support/session/sent-and-saved.ts';

const SERIES = messageSeries({
  ...{ title: 'plant/x', total: 1_000, sent: 400, acknowledged: 399, noSubscribers: 2, inFlight: 1 },
  ...{ rate: 3.984, wantedRate: 4, meanMs: 3, worstMs: 41 },
});

test('What a series reached is said beside what was asked for.', () => {
  expect(factsOf(SERIES)).toEqual([
    ['Reached', '3.98/s', 'of 4.00/s'],
    ['Acknowledged', '399', '1 in flight'],
    ['No subscribers', '2', ''],
    ['Errors', '0', ''],
    ['Acknowledged in', '3 ms', 'worst 41 ms'],
  ]);
  const fast = { ...SERIES, rate: 12_345, wantedRate: null, meanMs: null, worstMs: null, inFlight: 0 };
  expect(factsOf(fast)).toMatchObject([
    ['Reached', '12,345/s', ''],
    ['Acknowledged', '399', ''],
    {},
    {},
    ['Acknowledged in', 'none yet', ''],
  ]);
});

test('How far it is depends on what is known of its end.', () => {
  expect([progressWords(SERIES), shareOf(SERIES)]).toEqual(['400 of 1,000 sent', 0.4]);
  const endless = { ...SERIES, total: null };
  expect([progressWords(endless), shareOf(endless)]).toEqual(['400 sent', null]);
  const file = { ...endless, file: { read: 500, size: 1_000 } };
  expect([progressWords(file), shareOf(file)]).toEqual(['400 sent, 500 B of 1.0 kB read', 0.5]);
  expect(shareOf({ ...file, state: { kind: 'done', at: 1 } })).toBe(1);
});

test('A series says how long it still takes, and one that was stopped by whom.', () => {
  const why = {
    kind: 'failed',
    code: 'x',
    message: 'The connection ended.',
    advice: 'Start again.',
  } as const;
  expect(stateWords(SERIES)).toBe('2 m 30 s left, plant/x');
  expect(stateWords({ ...SERIES, sent: 999 })).toBe('running, plant/x');
  expect(stateWords({ ...SERIES, state: { kind: 'paused' } })).toBe('paused, plant/x');
  expect(stateWords({ ...SERIES, state: { kind: 'stopped', at: 1, why } })).toBe(
    'stopped: The connection ended. Start again.',
  );
  expect(stateWords({ ...SERIES, state: { kind: 'stopped', at: 1, why: null } })).toBe('stopped, plant/x');
});

test('The times of the last messages are said for those who cannot see the bars.', () => {
  expect(timesWords(SERIES)).toBeNull();
  const recentMs = [41, ...Array.from({ length: 99 }, () => 3)];
  expect(timesWords({ ...SERIES, recentMs })).toBe(
    'Acknowledgement times of the last 100 messages: median 3 ms, 95th percentile 3 ms, worst 41 ms',
  );
});
