import { csvCell } from '../../../src-main/core/message/message-lines.ts';
import { POINT_FIELDS, type SeriesNews } from '../../../src-main/contract/model/series.ts';

/** The messages of one step of time in a series. */
export interface Point {
  readonly index: number;
  /** Of its last message, ms since the epoch. */
  readonly at: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly count: number;
  readonly last: number;
}

/** One series as far as it has come, oldest point first. */
export interface SeriesPoints {
  /** ms that a point stands for. */
  readonly stepMs: number;
  readonly points: readonly Point[];
  /** Messages without a number at the path. */
  readonly without: number;
  /** Messages that were not read whole: whether they have one is not known. */
  readonly notKnown: number;
}

export const NO_POINTS: SeriesPoints = { stepMs: 1, points: [], without: 0, notKnown: 0 };

const WIDTH = POINT_FIELDS.length;

/** The series with what is new in it. */
export function withNews(before: SeriesPoints, news: SeriesNews): SeriesPoints {
  const fresh = pointsIn(news.points);
  const { stepMs, without, notKnown } = news;
  const kept = (news.reset ? [] : before.points).filter(({ index }) => index >= news.firstIndex);
  const last = kept.at(-1)?.index ?? -Infinity;
  // The usual news: the last point changed, or some came after it.
  if ((fresh[0]?.index ?? Infinity) > last) return { stepMs, without, notKnown, points: [...kept, ...fresh] };
  const byIndex = new Map(kept.map((point) => [point.index, point]));
  for (const point of fresh) byIndex.set(point.index, point);
  return { stepMs, without, notKnown, points: [...byIndex.values()].toSorted((a, b) => a.index - b.index) };
}

function pointsIn(bytes: Uint8Array): Point[] {
  // A copy: what came over a pipe lies at any place of its memory.
  const numbers = new Float64Array(bytes.slice().buffer);
  const points: Point[] = [];
  for (let from = 0; from + WIDTH <= numbers.length; from += WIDTH) {
    const [index = 0, at = 0, min = 0, max = 0, sum = 0, count = 0, last = 0] = numbers.subarray(
      from,
      from + WIDTH,
    );
    points.push({ index, at, min, max, sum, count, last });
  }
  return points;
}

/** Where a series is silent for much longer than it usually is. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Silence of so many times the usual distance is a gap. */
const GAP_TIMES = 4;

/** Each frame of a moved range asks for them, and they change with the points alone. */
const knownGaps = new WeakMap<SeriesPoints, readonly Gap[]>();

/** The usual distance of two points is the middle one; shorter than two steps nothing is a gap. */
export function gapsOf(series: SeriesPoints): readonly Gap[] {
  const known = knownGaps.get(series);
  if (known !== undefined) return known;
  const gaps = findGaps(series);
  knownGaps.set(series, gaps);
  return gaps;
}

function findGaps({ points, stepMs }: SeriesPoints): readonly Gap[] {
  if (points.length < 3) return [];
  const distances = points.slice(1).map((point, at) => point.at - (points[at]?.at ?? point.at));
  const middle = distances.toSorted((a, b) => a - b)[distances.length >> 1] ?? 0;
  const least = Math.max(middle * GAP_TIMES, stepMs * 2);
  return distances.flatMap((distance, at) =>
    distance > least ? [{ from: points[at]?.at ?? 0, to: points[at + 1]?.at ?? 0 }] : [],
  );
}

/** What a series did in a time. */
export interface SeriesStats {
  readonly min: number;
  readonly max: number;
  readonly average: number;
  readonly count: number;
  readonly last: number;
}

/** From..to, both among them, ms since the epoch; null: nothing came then. */
export function statsOf({ points }: SeriesPoints, from: number, to: number): SeriesStats | null {
  let [min, max, sum, count, last] = [Infinity, -Infinity, 0, 0, 0];
  for (const point of points) {
    if (point.at < from || point.at > to) continue;
    min = Math.min(min, point.min);
    max = Math.max(max, point.max);
    sum += point.sum;
    count += point.count;
    last = point.last;
  }
  return count === 0 ? null : { min, max, average: sum / count, count, last };
}

/** A row of the chart as a table. */
export interface ValueRow {
  readonly at: number;
  /** Average of each series in the row's time; null: nothing came. */
  readonly values: readonly (number | null)[];
}

/** The series in so many rows of equal time, newest first. */
export function valueRows(
  series: readonly SeriesPoints[],
  from: number,
  to: number,
  rows: number,
): readonly ValueRow[] {
  const step = (to - from) / rows;
  if (!(step > 0)) return [];
  const found = Array.from({ length: rows }, (_, row): ValueRow => {
    const start = from + row * step;
    // A point on a border belongs to the row that begins there, the last one to the last row.
    const end = row === rows - 1 ? to : start + step - 0.001;
    return { at: start, values: series.map((one) => statsOf(one, start, end)?.average ?? null) };
  });
  return found.filter(({ values }) => values.some((value) => value !== null)).toReversed();
}

/** The points of all series as a table of RFC 4180: time, name of the series, last, minimum, average, maximum. */
export function pointsCsv(names: readonly string[], series: readonly SeriesPoints[]): string {
  const lines = series.flatMap(({ points }, at) =>
    points.map(({ at: time, last, min, max, sum, count }) =>
      [new Date(time).toISOString(), csvCell(names[at] ?? ''), last, min, sum / count, max, count].join(','),
    ),
  );
  return `time,series,last,min,average,max,messages\r\n${lines.map((line) => `${line}\r\n`).join('')}`;
}
