// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import {
  gutterLine,
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

test('a line has its number at its place, and a twisty only where something opens', () => {
  const plain = gutterLine(LINE);
  expect([plain.textContent, plain.style.top, plain.children.length]).toEqual(['4', '60px', 0]);
  const twisty = (isClosed: boolean) => gutterLine({ ...LINE, isClosed, line: 17 }).querySelector('span');
  expect(twisty(false)?.dataset['line']).toBe('17');
  expect(twisty(true)?.className).not.toBe(twisty(false)?.className);
  expect(gutterLine({ ...LINE, isChanged: true }).className).not.toBe(plain.className);
});
