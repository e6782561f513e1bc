import { expect, test } from 'vitest';
import { topicKey } from '../../../../../../src-main/core/topics/names.ts';
import {
  chartSentence,
  gapRows,
  seriesNames,
  sharedAxes,
  valueText,
} from '../../../../../../src-renderer/features/inspector/chart/chart-labels.ts';
import { NO_POINTS, type SeriesPoints } from '../../../../../../src-renderer/state/chart/series-points.ts';

const field = (topic: string, ...path: string[]) => ({
  key: topicKey(new TextEncoder().encode(topic)),
  path,
});

test('What goes by one name shares an axis, and a list is of one measure.', () => {
  const fields = [
    field('a/press-03', 'temperature'),
    field('a/press-03', 'pressure'),
    field('a/press-04', 'oil', 'temperature'),
    { ...field('a/robot'), path: ['axes', 0] },
    { ...field('a/robot'), path: ['axes', 1] },
    field('a/rpm'),
  ];
  expect(sharedAxes(fields, '/')).toEqual([
    { name: 'temperature', at: [0, 2] },
    { name: 'pressure', at: [1] },
    { name: 'axes', at: [3, 4] },
    { name: 'rpm', at: [5] },
  ]);
});

test('x, y and z are parts of one measure, of whatever topic.', () => {
  const fields = [
    field('a/robot-1', 'pose', 'x'),
    field('a/robot-1', 'pose', 'y'),
    field('a/robot-2', 'pose', 'X'),
    field('a/robot-1', 'speed', 'z'),
    field('a/tilt', 'x'),
    field('b/tilt', 'y'),
    field('a/x'),
  ];
  expect(sharedAxes(fields, '/')).toEqual([
    { name: 'pose', at: [0, 1, 2] },
    { name: 'speed', at: [3] },
    { name: 'x, y, z', at: [4, 5] },
    { name: 'x', at: [6] },
  ]);
});

/** One message at each of these times, with these values. */
function seriesOf(...values: readonly (readonly [at: number, value: number])[]): SeriesPoints {
  const points = values.map(([at, value]) => ({
    index: at / 1_000,
    at,
    min: value,
    max: value,
    sum: value,
    count: 1,
    last: value,
  }));
  return { stepMs: 1_000, without: 0, notKnown: 0, points };
}

test.each([
  [71.4, '71.4'],
  [-71.4, '−71.4'],
  [184_200, '184,200'],
  [0, '0'],
  [1.25e-9, '1.25e-9'],
  [-1.25e-9, '−1.25e-9'],
  [-3e20, '−3.000e+20'],
  [999_999_000, '999,999,000'],
  [1_796_040_287_768, '1.796e+12'],
  [0.1 + 0.2, '0.3'],
])('The value %d is written %s.', (value, text) => {
  expect(valueText(value)).toBe(text);
});

test('Fields are distinguished by as little of their topic as is needed.', () => {
  expect(seriesNames([field('a/press', 't'), field('a/press', 'p')], '/')).toEqual(['t press', 'p press']);
  expect(seriesNames([field('a/press', 't'), field('b/press', 't')], '/')).toEqual([
    't a/press',
    't b/press',
  ]);
  expect(seriesNames([field('a/press')], '/')).toEqual(['press']);
  expect(seriesNames([field('a/1.press'), field('b.press', 't')], '.')).toEqual(['press', 't press']);
});

test('What is drawn is said in a sentence, with what has no values and with gaps.', () => {
  const steady = seriesOf(...Array.from({ length: 20 }, (_, i) => [i * 1_000, i] as const), [200_000, -5]);
  const said = chartSentence(['t', 'p'], [steady, NO_POINTS], 0, 300_000);
  expect(said).toContain('t: −5 to 19, last −5, 1 gap; p: no values.');
  expect(chartSentence([], [], 0, 1)).toBe('An empty chart.');
});

test('Gaps are listed where they begin in the time that is shown.', () => {
  const steady = seriesOf(...Array.from({ length: 20 }, (_, i) => [i * 1_000, i] as const), [200_000, 1]);
  expect(gapRows(['press'], [steady], 0, 300_000)).toEqual([
    { at: 19_000, words: expect.stringMatching(/^press silent for 3 m/) },
  ]);
  expect(gapRows(['press'], [steady], 100_000, 300_000)).toEqual([]);
});
