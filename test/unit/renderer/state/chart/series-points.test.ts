import { describe, expect, test } from 'vitest';
import type { SeriesNews } from '../../../../../src-main/contract/model/series.ts';
import { numericFields } from '../../../../../src-renderer/state/chart/numeric-fields.ts';
import {
  gapsOf,
  NO_POINTS,
  pointsCsv,
  statsOf,
  valueRows,
  withNews,
  type SeriesPoints,
} from '../../../../../src-renderer/state/chart/series-points.ts';

/** Points of one value each, as they come: at an odd place of a larger memory. */
function news(points: readonly (readonly [number, number])[], part: Partial<SeriesNews> = {}): SeriesNews {
  const numbers = Float64Array.from(
    points.flatMap(([index, value]) => [index, index * 1_000, value, value, value, 1, value]),
  );
  const memory = new Uint8Array(numbers.byteLength + 3);
  memory.set(new Uint8Array(numbers.buffer), 3);
  return {
    reset: false,
    stepMs: 1_000,
    firstIndex: 0,
    points: memory.subarray(3),
    without: 0,
    notKnown: 0,
    ...part,
  };
}

function series(...points: (readonly [number, number])[]): SeriesPoints {
  return withNews(NO_POINTS, news(points, { reset: true }));
}

const values = ({ points }: SeriesPoints) => points.map(({ index, last }) => [index, last]);

describe('a series that goes on', () => {
  test('takes new points, changed ones, and older ones that were read later', () => {
    let now = series([5, 1], [6, 2]);
    now = withNews(now, news([[7, 3]]));
    expect(values(now)).toEqual([
      [5, 1],
      [6, 2],
      [7, 3],
    ]);
    now = withNews(
      now,
      news(
        [
          [2, 9],
          [7, 4],
        ],
        { without: 3 },
      ),
    );
    expect(values(now)).toEqual([
      [2, 9],
      [5, 1],
      [6, 2],
      [7, 4],
    ]);
    expect(now.without).toBe(3);
  });

  test('lets go of what is too old, and of everything when it begins again', () => {
    const now = withNews(series([1, 1], [2, 2]), news([[3, 3]], { firstIndex: 2 }));
    expect(values(now)).toEqual([
      [2, 2],
      [3, 3],
    ]);
    expect(values(withNews(now, news([[1, 7]], { reset: true })))).toEqual([[1, 7]]);
  });
});

describe('what a series did', () => {
  test('is found for a time, borders included', () => {
    const one = series([1, 10], [2, 20], [3, 60]);
    expect(statsOf(one, 1_000, 2_000)).toEqual({ min: 10, max: 20, average: 15, count: 2, last: 20 });
    expect(statsOf(one, 4_000, 9_000)).toBeNull();
  });

  test('has gaps where it is silent for much longer than usually', () => {
    const one = series([1, 1], [2, 1], [3, 1], [4, 1], [30, 1], [31, 1]);
    expect(gapsOf(one)).toEqual([{ from: 4_000, to: 30_000 }]);
    expect(gapsOf(one)).toBe(gapsOf(one));
    expect(gapsOf(series([1, 1], [60, 1]))).toEqual([]);
    expect(gapsOf(series([10, 1], [20, 1], [30, 1], [45, 1]))).toEqual([]);
  });

  test('is a table of equal times, newest first, without empty rows', () => {
    const rows = valueRows([series([0, 2], [1, 4], [9, 8]), series([9, 1])], 0, 10_000, 5);
    expect(rows).toEqual([
      { at: 8_000, values: [8, 1] },
      { at: 0, values: [3, null] },
    ]);
    expect(valueRows([series([0, 2])], 5, 5, 4)).toEqual([]);
  });

  test('is written as a table with the names quoted where they must be', () => {
    expect(pointsCsv(['a, "b"'], [series([1, 2])])).toBe(
      'time,series,last,min,average,max,messages\r\n1970-01-01T00:00:01.000Z,"a, ""b""",2,2,2,2,1\r\n',
    );
  });
});

test('the numbers in a payload are found in their order, with the way to each', () => {
  const fields = (text: string) => numericFields(new TextEncoder().encode(text)).map(({ path }) => path);
  expect(fields('{"a":1,"b":{"c":[2,"x",3.5]},"d":"4","e":null}')).toEqual([
    ['a'],
    ['b', 'c', 0],
    ['b', 'c', 2],
  ]);
  expect(fields(' 71.4 ')).toEqual([[]]);
  expect(fields('plain')).toEqual([]);
  expect(numericFields(Uint8Array.of(0xff))).toEqual([]);
  expect(fields(JSON.stringify(Array.from({ length: 5_000 }, (_, at) => at)))).toHaveLength(200);
});
