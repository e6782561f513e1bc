import { describe, expect, test } from 'vitest';
import { DeliveryLag, quietFor } from '../../../../src-main/core/retained/quiet.ts';

describe('The silence that ends what a broker delivers', () => {
  test('is twice of what it took to answer, or to go on, within bounds', () => {
    expect([quietFor(0), quietFor(1_000), quietFor(10, 1_500), quietFor(2_000, 1_500)]).toEqual([
      ...[700, 2_000, 3_000, 4_000],
    ]);
    expect([quietFor(1e9), quietFor(0, 1e9)]).toEqual([10_000, 10_000]);
  });
});

describe('How late a broker delivers', () => {
  test('is the longest wait for a message once it had answered, and what came before says nothing', () => {
    const lag = new DeliveryLag();
    lag.asked();
    lag.stored(5_000);
    expect([lag.ms, lag.rest(5_000)]).toEqual([0, 0]);
    lag.answered(6_000);
    lag.stored(7_500);
    lag.stored(7_600);
    expect(lag.ms).toBe(1_500);
    expect([lag.rest(7_600), lag.rest(9_600), lag.rest(10_600)]).toEqual([3_000, 1_000, 0]);
  });

  test('is what another connection saw, until this one has seen something itself', () => {
    const lag = new DeliveryLag();
    lag.expect(2_000);
    lag.expect(1_000);
    lag.asked();
    lag.answered(0);
    expect([lag.ms, lag.rest(0)]).toEqual([2_000, 4_000]);
    // Nothing was there: that says nothing of how late it would have come.
    lag.asked();
    expect(lag.ms).toBe(2_000);
    lag.answered(100);
    lag.stored(200);
    expect(lag.ms).toBe(2_000);
    lag.asked();
    expect(lag.ms).toBe(100);
  });

  test('counts less with each question after it that was answered sooner', () => {
    const lag = new DeliveryLag();
    const answered = (ms: number) => {
      lag.asked();
      lag.answered(0);
      lag.stored(ms);
    };
    answered(4_000);
    const seen = [1, 2, 3].map(() => {
      answered(10);
      return lag.ms;
    });
    expect(seen).toEqual([4_000, 2_000, 1_000]);
  });

  test('is seen as well between two questions, where one ended too early', () => {
    const lag = new DeliveryLag();
    lag.asked();
    lag.answered(0);
    // The question was over after 700 ms.
    lag.stored(1_500);
    lag.asked();
    lag.answered(1_600);
    expect(lag.rest(1_600)).toBe(3_000);
  });
});
