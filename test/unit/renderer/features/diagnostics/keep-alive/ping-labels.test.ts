import { describe, expect, test } from 'vitest';
import {
  gapLabelsOf,
  isSlow,
  labelsOf,
} from '../../../../../../src-renderer/features/diagnostics/keep-alive/ping-labels.ts';

const NOW = 360;
/** A unit of the chart is a second here. */
const past = (at: number): number => at;
const of = (pings: readonly (readonly [at: number, rttMs: number | null])[]) =>
  labelsOf(
    pings.map(([at, rttMs]) => ({ at, rttMs })),
    past,
    2,
    NOW,
  );

describe('The figures of the keep-alive chart', () => {
  test('stand over the last ping, and over slow ones.', () => {
    const labels = of([
      [100, 80],
      [200, 2],
      [300, 2],
    ]);
    expect(labels.map(({ at, isLast, isSlow: slow }) => [at, isLast, slow])).toEqual([
      [100, false, true],
      [300, true, false],
    ]);
    expect(labels[1]?.x).toBe(294);
  });

  test('never run into each other: of pings close together the slowest has one.', () => {
    const labels = of([
      [100, 60],
      [110, 90],
      [120, 70],
      [200, 50],
      [350, 2],
    ]);
    expect(labels.map(({ at }) => at)).toEqual([110, 200, 350]);
    const slow = labels.filter(({ isLast }) => !isLast).map(({ x }) => x);
    for (const [i, x] of slow.entries()) if (i > 0) expect(x - (slow[i - 1] ?? 0)).toBeGreaterThanOrEqual(44);
  });

  test('stay within the chart where pings stand at its ends.', () => {
    const labels = of([
      [0, 90],
      [359, 90],
      [360, 3],
    ]);
    expect(labels.map(({ x }) => x)).toEqual([16, 356, 354]);
  });

  test('are three at most beside the last, the newest, and none over a ping without an answer.', () => {
    const labels = of([0, 60, 120, 180, 240].map((at) => [at, 99] as const));
    expect(labels.map(({ at, isLast }) => [at, isLast])).toEqual([
      [60, false],
      [120, false],
      [180, false],
      [240, true],
    ]);
    expect(of([[100, null]])).toEqual([]);
    expect(of([])).toEqual([]);
  });

  test('call slow what is well above the usual and can be felt.', () => {
    expect([isSlow(8, 2), isSlow(7, 2), isSlow(50, 30), isSlow(61, 30)]).toEqual([true, false, false, true]);
  });
});

describe('The words over the gaps of the keep-alive chart', () => {
  const gap = (from: number, to: number) => ({ from, to, ms: (to - from) * 1_000, kind: 'asleep' as const });
  const gaps = (...all: ReturnType<typeof gap>[]) => gapLabelsOf(all, past, NOW);

  test('stand over their middle, and neither over the start nor over now.', () => {
    expect(gaps(gap(100, 122))).toEqual([{ from: 100, x: 111, text: 'asleep 22 s' }]);
    expect(gaps(gap(-300, 4), gap(340, 360)).map(({ x }) => x)).toEqual([NOW - 34, 34]);
    expect(gapLabelsOf([{ ...gap(100, 101), kind: 'clock-set' }], past, NOW)[0]?.text).toBe('clock set');
  });

  test('are those of the newest where gaps are near each other.', () => {
    expect(gaps(gap(100, 120), gap(130, 150), gap(300, 310)).map(({ from }) => from)).toEqual([300, 130]);
  });

  test('leave no room for the figure of a ping that was slow because of the gap.', () => {
    const slow = [130, 40, 80, 200].map((at) => ({ at, rttMs: at === 200 ? 2 : 90 }));
    const shown = slow.toSorted((a, b) => a.at - b.at);
    const over = labelsOf(shown, past, 2, NOW, gaps(gap(105, 127)));
    expect(over.map(({ at }) => at)).toEqual([40, 200]);
    expect(labelsOf(shown, past, 2, NOW).map(({ at }) => at)).toEqual([80, 130, 200]);
  });
});
