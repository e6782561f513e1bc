import { expect, test } from 'vitest';
import { packNames, TopicNames } from '../../../../src-main/core/retained/topic-names.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';

const KEYS = ['a//b', '/', '', ' ', '😀/ä', '\0x\\xff', 'a/long/name/of/a/machine/value-1'];

test('Names are the same after they were packed and sent to another thread, also those that are no text.', () => {
  const names = new TopicNames(structuredClone(packNames(KEYS)));
  expect(names.length).toBe(KEYS.length);
  expect(names.keys([...KEYS.keys()])).toEqual(KEYS);
  expect(names.keys([3, 1])).toEqual([' ', '/']);
});

test('The name at a place is told from those that only begin or end alike.', () => {
  const names = new TopicNames(packNames(['ab/c', 'ab/d', 'b/c']));
  const chunk = keyBytes('xab/cx');
  expect(names.isAt(0, chunk, 1, 5)).toBe(true);
  expect(names.isAt(0, chunk, 1, 4)).toBe(false);
  expect(names.isAt(0, chunk, 1, 6)).toBe(false);
  expect(names.isAt(1, chunk, 1, 5)).toBe(false);
  expect(names.isAt(2, chunk, 2, 5)).toBe(true);
});
