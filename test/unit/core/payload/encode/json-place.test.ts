import { expect, test } from 'vitest';
import { valueStart } from '../../../../../src-main/core/payload/encode/json-place.ts';

const TEXT = ' {"a": 1, "b": [ {}, [], {"c": "x", "c": {"d": null}} ], "e": true}';

test.each<[readonly number[], string]>([
  [[], '{"a"'],
  [[0], '1, '],
  [[1], '[ {}'],
  [[1, 0], '{}, []'],
  [[1, 1], '[], '],
  [[1, 2], '{"c": "x"'],
  [[1, 2, 0], '"x"'],
  [[1, 2, 1], '{"d"'],
  [[1, 2, 1, 0], 'null'],
  [[2], 'true'],
])('The value at %j begins where it is written.', (steps, begins) => {
  expect(TEXT.slice(valueStart(TEXT, steps)).startsWith(begins)).toBe(true);
});

test('A value that is not there is at the end.', () => {
  expect(valueStart(TEXT, [7])).toBe(TEXT.length);
  expect(valueStart('  3', [])).toBe(2);
});
