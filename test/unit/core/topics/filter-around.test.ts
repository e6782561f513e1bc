import { expect, test } from 'vitest';
import { filterAround, mayBePattern } from '../../../../src-main/core/topics/filter-around.ts';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';

test.each([
  ['*star/x', '+/x'],
  ['a/(b)/[c]/d', 'a/+/+/d'],
  ['{b}', '+'],
  ['a/b\\c', 'a/+'],
  ['a/b', 'a/+'],
  ['plain', '+'],
  ['a//', 'a//+'],
  ['/', '/+'],
  ['$x/(a)/b', '$x/+/b'],
  ['$x/b', '$x/+'],
])('%j is brought by %j.', (topic, filter) => {
  expect(filterAround(topic)).toBe(filter);
  expect(matchesFilter(filter, topic)).toBe(true);
  expect(mayBePattern(filter)).toBe(false);
});

test('A wildcard in the first level leaves out what begins with a dollar sign, so nothing else brings it.', () => {
  for (const topic of ['$(x)/b', '$x', '$']) expect(filterAround(topic)).toBeNull();
});

test('Dots, dollar signs, spaces, colons and other writings make no pattern.', () => {
  for (const topic of ['a.b/c', 'a/$x', 'sp ace', 'a:b;c', 'größe', '😀', '%20', '\'"', 'a-b_c~d', 'x=1,y@z'])
    expect(mayBePattern(topic)).toBe(false);
  for (const character of '*?^|\\>()[]{}') expect(mayBePattern(`a${character}b`)).toBe(true);
});
