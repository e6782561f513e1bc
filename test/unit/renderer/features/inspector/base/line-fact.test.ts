import { expect, test } from 'vitest';
import {
  closedWords,
  lineFact,
  lineMenuName,
  lineWords,
} from '../../../../../../src-renderer/features/inspector/base/line-fact.ts';

test('A text is copied as what it says, everything else as it is written, to the last digit.', () => {
  const values = ['"a \\"b\\"\\n\\u00e4"', '1.50', '-0', '1e400', 'null', '{"a": "b"}', '["a"]'];
  expect(values.map((json) => lineFact([], json).value)).toEqual([
    'a "b"\nä',
    ...['1.50', '-0', '1e400', 'null', '{"a": "b"}', '["a"]'],
  ]);
  expect(lineFact([], '"a \\"b\\""').json).toBe('"a \\"b\\""');
});

test('What is no whole text is not taken for one.', () => {
  for (const json of ['', '"', '"cut off', '"a\\']) expect(lineFact(['a'], json).value).toBe(json);
});

test('Only numbers can be charted, and only what is no object or list can be filtered by.', () => {
  const kinds = ['1', '-0.5', '"1"', 'true', '{}', '[1]'].map((json) => lineFact([], json));
  expect(kinds.map(({ isNumber }) => isNumber)).toEqual([true, true, false, false, false, false]);
  expect(kinds.map(({ isScalar }) => isScalar)).toEqual([true, true, true, true, false, false]);
});

test('The way to it is written as a filter takes it.', () => {
  expect(lineFact(['a', 0, 'b c', 'd"e'], '1').pathText).toBe('a[0]["b c"]["d\\"e"]');
  expect(lineFact([], '1').pathText).toBe('');
});

test('A line is read out with the beginning of what stands there, no character cut in two.', () => {
  expect(lineWords(lineFact(['a', 'b'], '1.50'))).toBe('a.b 1.50');
  expect(lineWords(lineFact([], `"${'x'.repeat(79)}😀"`))).toBe(` ${'x'.repeat(79)}`);
  expect(lineWords(lineFact(['\u202ea'], '"\u202eb"'))).toBe('\\u{202e}a \\u{202e}b');
});

test('The menu of a line is called by the way to it, of a long one by its ends.', () => {
  expect([lineMenuName(lineFact([], '1')), lineMenuName(lineFact(['a', 0], '1'))]).toEqual([
    ...['Actions for the value', 'Actions for a[0]'],
  ]);
  expect(lineMenuName(lineFact(['x'.repeat(60_000)], '1')).length).toBeLessThan(1_100);
});

test('What is closed says what it holds and how many of them.', () => {
  expect([
    closedWords(1, false),
    closedWords(3, false),
    closedWords(1, true),
    closedWords(1_200, true),
  ]).toEqual([...['1 field', '3 fields'], ...['1 item', '1,200 items']]);
});
