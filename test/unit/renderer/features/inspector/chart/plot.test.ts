import { expect, test, vi } from 'vitest';
import {
  drawInto,
  lonePoints,
  plotData,
  valueAxisPx,
} from '../../../../../../src-renderer/features/inspector/chart/plot.ts';
import type { SeriesPoints } from '../../../../../../src-renderer/state/chart/series-points.ts';

/** Points a second apart, but for the times that are left out. */
function series(values: readonly (number | null)[]): SeriesPoints {
  const points = values.flatMap((value, at) =>
    value === null
      ? []
      : [{ index: at, at: at * 1_000, min: value, max: value, sum: value, count: 1, last: value }],
  );
  return { stepMs: 1, points, without: 0, notKnown: 0 };
}

function plotOf(count: number) {
  const [setData, setScale] = [vi.fn(), vi.fn()];
  const plot = { series: Array.from({ length: count + 1 }, () => ({})), setData, setScale };
  return { plot: { ...plot, batch: (act: () => void) => act() } as never, setData, setScale };
}

test('Series share one axis of time, and none has a line over its silence.', () => {
  const [times, one, other] = plotData([
    series([1, 2, 3, 4, ...Array.from({ length: 20 }, () => null), 5]),
    series([null, 7]),
  ]);
  expect(times).toEqual([0, 1, 2, 3, 3.001, 24]);
  expect(one).toEqual([1, 2, 3, 4, null, 5]);
  expect(other).toEqual([undefined, 7, undefined, undefined, undefined, undefined]);
});

test('A value with a silence on both sides, and the only one of a series, are drawn as points.', () => {
  const silence = Array.from({ length: 20 }, () => null);
  const lone = (...all: readonly SeriesPoints[]) =>
    plotData(all)
      .slice(1)
      .map((values) => lonePoints(values as (number | null)[]));
  expect(lone(series([5]))).toEqual([[0]]);
  expect(lone(series([1, 2, 3]))).toEqual([[]]);
  // Point 5 stands alone; a value, its silence and those of the other series lie before it.
  expect(lone(series([1, 2, 3, 4, ...silence, 5, ...silence, 6, 7]))).toEqual([[5]]);
  // Times of other series in between do not part a line.
  expect(lone(series([1, null, 2]), series([null, 7, null, 8]))).toEqual([[], []]);
  expect(lonePoints([])).toEqual([]);
});

test('A time that moves is drawn without a new table of points; new points have one.', () => {
  const { plot, setData, setScale } = plotOf(1);
  const shown = [series([1, 2, 3])];
  const drawn = drawInto(plot, { series: shown, from: 0, to: 3_000 }, null);
  expect(drawInto(plot, { series: shown, from: 1_000, to: 3_000 }, drawn)).toBe(shown);
  expect(setData).toHaveBeenCalledTimes(1);
  expect(setScale.mock.calls).toEqual([
    ['x', { min: 0, max: 3 }],
    ['x', { min: 1, max: 3 }],
  ]);
  const more = [series([1, 2, 3, 4])];
  expect(drawInto(plot, { series: more, from: 1_000, to: 4_000 }, drawn)).toBe(more);
  expect(setData).toHaveBeenCalledTimes(2);
});

test('While the plot has other fields than the points, it stays as it is and is drawn whole later.', () => {
  const { plot, setData, setScale } = plotOf(2);
  const one = [series([1])];
  expect(drawInto(plot, { series: one, from: 0, to: 1_000 }, null)).toBeNull();
  expect(drawInto(null, { series: one, from: 0, to: 1_000 }, null)).toBeNull();
  expect([setData, setScale].some((call) => call.mock.calls.length > 0)).toBe(false);
});

test('The axis of values is as wide as its longest label asks, and leaves half of the plot to the lines.', () => {
  const measured: string[] = [];
  const ctx = {
    font: '22px serif',
    measureText(text: string) {
      measured.push(this.font);
      return { width: text.length * 6 } as TextMetrics;
    },
  };
  expect(valueAxisPx({ ctx, width: 400 }, null)).toBe(56);
  expect(valueAxisPx({ ctx, width: 400 }, ['1.5', '20'])).toBe(56);
  expect(valueAxisPx({ ctx, width: 400 }, ['0', '1,796,043,800,000'])).toBe(17 * 6 + 18);
  expect(valueAxisPx({ ctx, width: 200 }, ['1,796,043,800,000'])).toBe(100);
  expect(new Set(measured)).toEqual(new Set(['11px Inter Variable, sans-serif']));
});
