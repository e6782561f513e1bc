import { expect, test } from 'vitest';
import {
  formatAge,
  formatClockMs,
  formatDuration,
  formatInterval,
  formatRate,
  formatSpan,
  secondsUntil,
} from '../../../../../src-renderer/ui/base/format.ts';

test.each([
  [0, '0'],
  [0.04, '0'],
  [0.05, '0.1'],
  [63.84, '63.8'],
  [99.94, '99.9'],
  [99.95, '100'],
  [1_204.4, '1,204'],
])('a rate of %d is %s', (rate, text) => expect(formatRate(rate)).toBe(text));

test.each([
  [0, 'now'],
  [400, '0.4 s'],
  [9_949, '9.9 s'],
  [9_950, '9 s'],
  [59_999, '59 s'],
  [134_000, '2 m 14 s'],
  [41 * 60_000, '41 m'],
  [8_040_000, '2 h 14 m'],
  [3 * 86_400_000, '3 d'],
])('an age of %d ms is %s', (ms, text) => expect(formatAge(ms)).toBe(text));

test('a span is never negative, even when clocks disagree', () => expect(formatSpan(-5_000)).toBe('0 s'));

test.each([
  [0.34, '0.3 ms'],
  [4, '4 ms'],
  [9.94, '9.9 ms'],
  [9.96, '10 ms'],
  [999, '999 ms'],
  [2_400, '2.4 s'],
])('a duration of %d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

test('a countdown shows its last second as 1 and then 0', () => {
  expect([0, 1, 1_000, 1_001].map((left) => secondsUntil(left, 0))).toEqual([0, 1, 1, 2]);
  expect(secondsUntil(0, 5_000)).toBe(0);
});

test('a clock has milliseconds of three digits', () => {
  expect(formatClockMs(1_700_000_000_007)).toMatch(/^\d\d:\d\d:\d\d\.007$/);
});

test.each([
  [1_004, 'at least every second'],
  [5_020, 'every 5.0 s'],
  [30_200, 'every 30 s'],
  [3_600_000, 'every 1 h 0 m'],
])('an interval of %d ms is %s', (ms, text) => expect(formatInterval(ms)).toBe(text));
