import { expect, test } from 'vitest';
import type { ListedTopic } from '../../../../src-main/contract/session/jobs.ts';
import { ChosenTopics, TopicList } from '../../../../src-main/core/retained/topic-list.ts';
import { topicKey } from '../../../../src-main/core/topics/names.ts';
import { packed } from '../../../support/retained/packed.ts';

const LISTED: readonly ListedTopic[] = [
  { key: 'a//b', size: 0, returning: false, excluded: null },
  { key: '/', size: 268_435_455, returning: true, excluded: null },
  { key: ' ', size: 1, returning: false, excluded: 'no' },
  { key: '😀/ä', size: 2, returning: true, excluded: 'never' },
  { key: topicKey(Uint8Array.of(0xff, 0x2f, 0x5c)), size: 3, returning: false, excluded: 'no' },
];

test('A list is the same after it was packed, whatever is in the names.', () => {
  const list = new TopicList(structuredClone(packed(LISTED)));
  expect(Array.from({ length: list.length }, (_, at) => list.at(at))).toEqual(LISTED);
  expect(list.keys()).toEqual(LISTED.map(({ key }) => key));
  expect(new TopicList(packed([])).keys()).toEqual([]);
  // Of plain names alone they are parts of one text.
  const plain = LISTED.slice(0, 3);
  expect(new TopicList(packed(plain)).keys()).toEqual(plain.map(({ key }) => key));
});

test('Topics that can be cleared are separated from those that cannot, over several lists, with their sums.', () => {
  const lists = [LISTED.slice(0, 3), [], LISTED.slice(3), LISTED.slice(0, 1)].map(
    (some) => new TopicList(packed(some)),
  );
  const clear = new ChosenTopics(lists, 'clear');
  expect([clear.length, clear.bytes, clear.returning]).toEqual([3, 268_435_455, 1]);
  expect(clear.slice(1, 9).map(({ key }) => key)).toEqual(['/', 'a//b']);
  expect(clear.keys).toEqual(['a//b', '/', 'a//b']);
  const excluded = new ChosenTopics(lists, 'excluded');
  expect(excluded.slice(0).map(({ excluded: why }) => why)).toEqual(['no', 'never', 'no']);
});

test('Beyond the most reasons, the last is given for the rest, and nothing counts as clearable.', () => {
  const many = Array.from({ length: 1_500 }, (_, i) => ({ ...LISTED[2]!, excluded: `reason ${i}` }));
  const list = new TopicList(packed(many));
  expect([list.excluded(0), list.excluded(998), list.excluded(1_499)]).toEqual([
    'reason 0',
    'reason 998',
    'reason 998',
  ]);
  expect(new ChosenTopics([list], 'clear').length).toBe(0);
});
