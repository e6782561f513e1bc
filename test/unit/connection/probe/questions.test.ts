import { expect, test } from 'vitest';
import { chunks, together, type Question } from '../../../../src-main/connection/probe/questions.ts';

const question = (filter: string, most: number): Question => ({ filter, keys: [filter], most });
const filters = (parts: readonly (readonly Question[])[]) =>
  parts.map((part) => part.map(({ filter }) => filter).join(' '));

test('Questions are put together as long as their answers fit a queue, in their order.', () => {
  const all = [question('a', 3), question('b', 3), question('c', 4), question('d', 1)];
  expect(filters(together(all, 10))).toEqual(['a b c', 'd']);
  expect(filters(together(all, 9))).toEqual(['a b', 'c d']);
  expect(filters(together(all, 1_000))).toEqual(['a b c d']);
  expect(together([], 10)).toEqual([]);
});

test('One that is too large for any queue is asked alone, and the next one does not join it.', () => {
  expect(filters(together([question('a', 50), question('b', 1)], 10))).toEqual(['a', 'b']);
  expect(filters(together([question('a', 1), question('b', 50), question('c', 1)], 10))).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(filters(together([question('a', 50), question('b', 1)], Infinity))).toEqual(['a b']);
});

test('A list is cut into parts that together are the list.', () => {
  expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunks([1, 2], 2)).toEqual([[1, 2]]);
  expect(chunks([], 2)).toEqual([]);
});
