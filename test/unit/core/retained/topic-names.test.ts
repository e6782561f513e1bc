import { expect, test } from 'vitest';
import { packNames, plainText, TopicNames } from '../../../../src-main/core/retained/topic-names.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';

const KEYS = ['a//b', '/', '', ' ', '😀/ä', '\0x\\xff', 'a/long/name/of/a/machine/value-1'];

test('Names are the same after they were packed and sent to another thread, also those that are no text.', () => {
  const names = new TopicNames(structuredClone(packNames(KEYS)));
  expect(names.length).toBe(KEYS.length);
  expect(names.keys([...KEYS.keys()])).toEqual(KEYS);
  expect(names.keys([3, 1])).toEqual([' ', '/']);
});

test('The name at a place is distinguished from those that only begin or end alike.', () => {
  const names = new TopicNames(packNames(['ab/c', 'ab/d', 'b/c']));
  const chunk = keyBytes('xab/cx');
  expect(names.isAt(0, chunk, 1, 5)).toBe(true);
  expect(names.isAt(0, chunk, 1, 4)).toBe(false);
  expect(names.isAt(0, chunk, 1, 6)).toBe(false);
  expect(names.isAt(1, chunk, 1, 5)).toBe(false);
  expect(names.isAt(2, chunk, 2, 5)).toBe(true);
});

test('Plain names are packed at once, to the same bytes as one by one.', () => {
  const plain = ['a//b', '', '/', ' ', '~'.repeat(300), 'x\\y'];
  for (const keys of [plain, ['ä'], ['\0a'], [...plain, 'a\u00a0'], ['a', '\ud83d', '\ude00'], []]) {
    const { names, ends } = packNames(keys);
    expect(Buffer.compare(names, Buffer.concat(keys.map(keyBytes)))).toBe(0);
    let end = 0;
    expect([...ends]).toEqual(keys.map((key) => (end += keyBytes(key).length)));
  }
});

test('Many names are one text where each byte is a character, and none else.', () => {
  const bytes = (...names: string[]) => packNames(names).names;
  expect(plainText(bytes('a/b', 'c', '\x7f'))).toBe('a/bc\x7f');
  expect(plainText(new Uint8Array(0))).toBe('');
  for (const other of [bytes('a', 'ä'), bytes('\ufeffa'), Uint8Array.of(97, 0), Uint8Array.of(97, 0xff)])
    expect(plainText(other)).toBeNull();
});
