import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Schedule, type Pacing } from '../../../../../src-main/core/publish/series/schedule.ts';

const pacing = (change: Partial<Pacing>): Pacing => ({
  everyMs: 100,
  times: 5,
  jitterMs: 0,
  rampToMs: null,
  ...change,
});

function dues(of: Pacing, random = () => 0.5): number[] {
  const schedule = new Schedule(of, random);
  const found: number[] = [];
  while (!schedule.isOver) {
    found.push(schedule.due);
    schedule.advance();
  }
  return found;
}

test('Messages are due one interval after the other, from the start on.', () => {
  expect(dues(pacing({}))).toEqual([0, 100, 200, 300, 400]);
  expect(dues(pacing({ everyMs: 0 }))).toEqual([0, 0, 0, 0, 0]);
  expect(new Schedule(pacing({ times: null }), () => 0).isOver).toBe(false);
});

test('A ramp goes evenly from the first interval to the last.', () => {
  expect(dues(pacing({ everyMs: 400, rampToMs: 100 }))).toEqual([0, 400, 700, 900, 1_000]);
  expect(dues(pacing({ everyMs: 400, rampToMs: 100, times: 2 }))).toEqual([0, 400]);
});

test('Jitter does not add up, and turns no two messages around.', () => {
  expect(dues(pacing({ jitterMs: 20 }), () => 0)).toEqual([0, 80, 180, 280, 380]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 20 }), (draws) => {
      let at = 0;
      const all = dues(pacing({ jitterMs: 500, times: 20 }), () => draws[at++ % draws.length] ?? 0);
      expect(all).toEqual(all.toSorted((a, b) => a - b));
      expect(Math.abs((all[19] ?? 0) - 1_900)).toBeLessThanOrEqual(500);
    }),
    { seed: 4 },
  );
});
