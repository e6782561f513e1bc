import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { markChanged } from '../../../../../../src-renderer/features/topics/rows/change-marks.ts';

const cell = (): HTMLElement => ({ dataset: {} }) as HTMLElement;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.advanceTimersByTime(5_000);
  vi.useRealTimers();
});

test('a mark fades in three steps, is gone within a second, and leaves no timer', () => {
  const one = cell();
  markChanged(one);
  const seen: (string | undefined)[] = [];
  for (let step = 0; step < 4; step++) {
    seen.push(one.dataset.changed);
    vi.advanceTimersByTime(333);
  }
  expect(seen).toEqual(['3', '2', '1', undefined]);
  expect('changed' in one.dataset).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('a value that changes all the time is marked once a second: a mark that is there is left to fade', () => {
  const one = cell();
  let marks = 0;
  for (let ms = 0; ms < 10_000; ms += 50) {
    const before = one.dataset.changed;
    markChanged(one);
    if (before === undefined) marks++;
    vi.advanceTimersByTime(50);
  }
  expect(marks).toBeLessThanOrEqual(11);
  expect(marks).toBeGreaterThanOrEqual(9);
});

test('all marks share one timer and change together', () => {
  const cells = [cell(), cell(), cell()];
  for (const [at, one] of cells.entries()) {
    if (at > 0) vi.advanceTimersByTime(100);
    markChanged(one);
  }
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(133);
  expect(cells.map(({ dataset }) => dataset.changed)).toEqual(['2', '2', '2']);
});
