import type { SeriesFrame, SeriesNews } from '../../../src-main/contract/model/series.ts';
import type { Point, SeriesPoints } from '../../../src-renderer/state/chart/series-points.ts';

/** When a message came, ms since the epoch, and its number. */
export type Value = readonly [at: number, value: number];

const STEP_MS = 1_000;

function pointOf([at, value]: Value): Point {
  return {
    ...{ index: Math.floor(at / STEP_MS), at, min: value, max: value },
    ...{ sum: value, count: 1, last: value },
  };
}

/** One message at each of these times, oldest first, in steps of a second. */
export function seriesOf(...values: readonly Value[]): SeriesPoints {
  return { stepMs: STEP_MS, without: 0, notKnown: 0, points: values.map(pointOf) };
}

/** The same as the engine sends it. */
export function newsOf(values: readonly Value[], more: Partial<SeriesNews> = {}): SeriesNews {
  const numbers = values.map(pointOf).flatMap((p) => [p.index, p.at, p.min, p.max, p.sum, p.count, p.last]);
  const points = new Uint8Array(new Float64Array(numbers).buffer);
  return { reset: true, stepMs: STEP_MS, firstIndex: 0, points, without: 0, notKnown: 0, ...more };
}

/** News of some series at a time of the engine. */
export function seriesFrame(
  now: number,
  series: readonly (SeriesNews | null)[],
  reading = false,
): SeriesFrame {
  return { series: [...series], now, reading };
}
