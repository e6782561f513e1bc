import { expect, test } from 'vitest';
import { shownRate } from '../../../../../src-renderer/state/tree/shown-rate.ts';

const live = { paused: null, skew: 0 };

test('a rate sinks from when it came, and not below what it was when the view was paused', () => {
  expect(shownRate(40, 1_000, live, 1_000)).toBe(40);
  expect(shownRate(40, 1_000, live, 11_000)).toBeCloseTo(40 / Math.E, 6);
  const paused = { paused: { seq: 1, at: 11_000, newMessages: 0, newTopics: 0 }, skew: 0 };
  expect(shownRate(40, 1_000, paused, 600_000)).toBeCloseTo(40 / Math.E, 6);
  // Sent in the pause, as of its begin; and by an engine whose clock is an hour ahead.
  expect(shownRate(40, 50_000, paused, 600_000)).toBe(40);
  const ahead = { paused: { ...paused.paused, at: 3_611_000 }, skew: 3_600_000 };
  expect(shownRate(40, 1_000, ahead, 600_000)).toBeCloseTo(40 / Math.E, 6);
});

test('a clock that was set back does not make it rise', () => {
  expect(shownRate(40, 5_000, live, 1_000)).toBe(40);
  expect(shownRate(0, 5_000, live, 9_000)).toBe(0);
});
