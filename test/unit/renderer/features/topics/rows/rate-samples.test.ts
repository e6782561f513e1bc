import { expect, test } from 'vitest';
import {
  BARS_HEIGHT,
  RateSamples,
} from '../../../../../../src-renderer/features/topics/rows/rate-samples.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';

const BEGAN = Date.UTC(2026, 10, 20, 14, 30);

/** A window of one row, whose messages the test sets. */
function watch() {
  let messages = 0;
  const session = {
    store: { getState: () => ({ rows: new Map([[1, { row: { messages } }]]) }) },
  } as unknown as ConnectionSession;
  const samples = new RateSamples(session);
  /** Heights of the bars, oldest first. */
  const heights = () => [...samples.path(1).matchAll(/v(\d+)h/g)].map(([, height]) => Number(height));
  return {
    heights,
    tick: (afterMs: number, total: number) => {
      messages = total;
      samples.tick(BEGAN + afterMs);
    },
  };
}

test('each second has its bar, the highest of which fills the height', () => {
  const { heights, tick } = watch();
  for (const [second, total] of [0, 10, 30, 30, 35].entries()) tick(second * 1_000, total);
  expect(heights()).toEqual([BARS_HEIGHT / 2, BARS_HEIGHT, 1, BARS_HEIGHT / 4]);
});

test('a timer that is early, or late by less than a second, changes nothing', () => {
  const { heights, tick } = watch();
  for (const [at, total] of [
    [0, 0],
    [999, 10],
    [2_900, 20],
    [3_000, 30],
  ] as const)
    tick(at, total);
  expect(heights()).toEqual([BARS_HEIGHT, BARS_HEIGHT, BARS_HEIGHT]);
});

test.each([
  ['the window was hidden for an hour', 3_600_000],
  ['the computer slept for three seconds', 3_000],
  ['the clock was set back', -7_200_000],
])('what came while %s is no second’s count', (_, ms) => {
  const { heights, tick } = watch();
  for (let second = 0; second <= 5; second++) tick(second * 1_000, second * 10);
  expect(heights()).toHaveLength(5);
  const later = 5_000 + ms;
  tick(later, 1_000_000);
  expect(heights()).toEqual([]);
  tick(later + 1_000, 1_000_010);
  tick(later + 2_000, 1_000_020);
  expect(heights()).toEqual([BARS_HEIGHT, BARS_HEIGHT]);
});

test('a window that is shown in the middle of a second waits for the next', () => {
  const { heights, tick } = watch();
  for (const [at, total] of [
    [0, 0],
    [1_000, 10],
    [1_400, 14],
    [2_000, 20],
  ] as const)
    tick(at, total);
  expect(heights()).toEqual([BARS_HEIGHT, BARS_HEIGHT]);
});
