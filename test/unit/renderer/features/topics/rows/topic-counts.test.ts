import { expect, test } from 'vitest';
import { belowCount, topicCount } from '../../../../../../src-renderer/features/topics/rows/topic-counts.ts';

test.each([
  [0, 0, ''],
  [1, 0, '1 topic'],
  [53, 1, '53 topics, 1 late'],
  [12_408, 1_200, '12,408 topics, 1,200 late'],
])('a level above %i topics of which %i are late says %j', (topics, late, words) => {
  expect(topicCount({ topics, late, usual: null })).toBe(words);
});

test.each([
  [1, 0, null, ''],
  [1, 1, 5_000, ''],
  [5, 1, null, '4 topics below, 1 late'],
  [5, 1, 5_000, '4 topics below'],
  [5, 3, 5_000, '4 topics below, 2 late'],
])('a topic above others does not count itself (%i topics, %i late)', (topics, late, usual, words) => {
  expect(belowCount({ topics, late, usual })).toBe(words);
});
