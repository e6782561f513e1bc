import { expect, test } from 'vitest';
import {
  sameLine,
  type GutterLine,
} from '../../../../../../src-renderer/features/inspector/base/gutter-line.ts';

const LINE: GutterLine = { place: 3, number: 4, isChanged: false, isClosed: null, line: 3 };

test('a line that is drawn the same is not built again', () => {
  expect(sameLine({ ...LINE }, LINE)).toBe(true);
});

test.each<Partial<GutterLine>>([
  { place: 4 },
  { number: 5 },
  { isChanged: true },
  { isClosed: false },
  { isClosed: true },
  { line: 4 },
])('a line that differs in %o is built again', (other) => {
  expect(sameLine({ ...LINE, ...other }, LINE)).toBe(false);
});

test('a line of which nothing is drawn yet is built', () => {
  expect(sameLine(undefined, LINE)).toBe(false);
});
