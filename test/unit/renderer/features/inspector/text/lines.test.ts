import { expect, test } from 'vitest';
import { lineStarts } from '../../../../../../src-main/core/text/line-starts.ts';
import { lineChanged, lined, lineOf } from '../../../../../../src-renderer/features/inspector/text/lines.ts';

test('Lines are found once, whatever ends them.', () => {
  expect([...lineStarts('')]).toEqual([0]);
  expect([...lineStarts('a\nb\n')]).toEqual([0, 2, 4]);
  const of = lined('a\n\nb\r\nc');
  expect([0, 1, 2, 3, 4, 99].map((at) => lineOf(of, at))).toEqual(['a', '', 'b\r', 'c', '', '']);
});

test('A line is marked as changed only against a text of as many lines.', () => {
  const before = lined('a\nb');
  expect([0, 1].map((at) => lineChanged(lined('a\nc'), before, at))).toEqual([false, true]);
  expect(lineChanged(lined('a\nc\nd'), before, 1)).toBe(false);
  expect(lineChanged(lined('x'), null, 0)).toBe(false);
});
