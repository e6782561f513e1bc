import { describe, expect, test } from 'vitest';
import { seeded, signal } from '../../../../../src-main/server/demo/fleet/random.ts';

const some = (random: () => number, count = 2_000) => Array.from({ length: count }, () => random());

describe('Numbers by chance', () => {
  test('are the same for the same seed, and others for another', () => {
    expect(some(seeded(7))).toEqual(some(seeded(7)));
    expect(some(seeded(7))).not.toEqual(some(seeded(8)));
  });

  test('lie from nought on below one, evenly', () => {
    const numbers = some(seeded(7), 10_000);
    expect(numbers.every((one) => one >= 0 && one < 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth++) {
      const there = numbers.filter((one) => Math.floor(one * 10) === tenth).length;
      expect(there).toBeGreaterThan(850);
      expect(there).toBeLessThan(1_150);
    }
  });
});

describe('A measured quantity', () => {
  test('swings slowly around its mean, as far as it is to', () => {
    const swing = signal({ mean: 40, swing: 5, periodMs: 60_000, noise: 0 }, seeded(1));
    const values = Array.from({ length: 600 }, (_, at) => swing(at * 100));
    expect(Math.max(...values)).toBeCloseTo(45, 1);
    expect(Math.min(...values)).toBeCloseTo(35, 1);
    // After a whole period it is where it was.
    expect(swing(60_000)).toBeCloseTo(swing(0), 6);
  });

  test('has noise that wanders and does not run away', () => {
    const noisy = signal({ mean: 0, swing: 0, periodMs: 1_000, noise: 1 }, seeded(2));
    const values = Array.from({ length: 5_000 }, () => noisy(0));
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(1 / 0.15);
    const steps = values.slice(1).map((value, at) => Math.abs(value - (values[at] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(1 + 0.15 / 0.15 + 0.01);
    expect(new Set(values).size).toBeGreaterThan(4_900);
  });
});
