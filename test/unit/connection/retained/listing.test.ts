import { expect, test } from 'vitest';
import { listRetained, type StoreScope } from '../../../../src-main/connection/retained/listing.ts';
import { TopicList } from '../../../../src-main/core/retained/topic-list.ts';
import { keyBytes, topicKey } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

function storeOf(retained: readonly string[], live: readonly string[] = [], separator = '/'): TopicStore {
  const store = new TopicStore({
    memoryBytes: 64 * 2 ** 20,
    topicCap: 1_000_000,
    seed: 7,
    startedAt: 0,
    separator,
  });
  for (const key of retained) send(store, { topic: keyBytes(key), retain: true });
  for (const key of live) send(store, { topic: keyBytes(key) });
  return store;
}

/** Done in one go, and how many pauses there were. */
function list(store: TopicStore, scope: StoreScope, from = 0) {
  const work = listRetained({ topics: store, oursAt: () => 0, retainAvailable: true }, scope, from);
  for (let pauses = 0; ; pauses++) {
    const step = work.next();
    if (step.done === true) return { ...step.value, topics: new TopicList(step.value.topics), pauses };
  }
}

function all(store: TopicStore, scope: StoreScope): string[] {
  const keys: string[] = [];
  for (let from: number | null = 0; from !== null;) {
    const { topics, next } = list(store, scope, from);
    keys.push(...topics.keys());
    from = next;
  }
  return keys.toSorted();
}

const NAMES = ['a', 'a/b', 'a//b', 'a/', '/', '/a', 'ab', 'ab/c', 'a b/c', 'a/😀', 'b', '\\0bad\\\\xff'];

test('A subtree is the topic and what lies below it, and no neighbour that only begins alike.', () => {
  const store = storeOf(NAMES, ['a/live']);
  expect(all(store, { kind: 'subtree', key: 'a' })).toEqual(['a', 'a/', 'a//b', 'a/b', 'a/😀'].toSorted());
  expect(all(store, { kind: 'subtree', key: 'a/' })).toEqual(['a/', 'a//b'].toSorted());
  expect(all(store, { kind: 'subtree', key: '' })).toEqual(['/', '/a'].toSorted());
  expect(all(store, { kind: 'subtree', key: 'nothing' })).toEqual([]);
});

test('Where dots divide the tree, a subtree is what lies below a dot, and below a slash in topics with $.', () => {
  const names = ['a', 'a.b', 'a..b', 'a.', 'a/b', 'a/b.c', 'ab', '.', '.a', '$a', '$a/b.c', '$a.b'];
  const store = storeOf(names, [], '.');
  expect(all(store, { kind: 'subtree', key: 'a' })).toEqual(['a', 'a.', 'a..b', 'a.b'].toSorted());
  expect(all(store, { kind: 'subtree', key: 'a/b' })).toEqual(['a/b', 'a/b.c'].toSorted());
  expect(all(store, { kind: 'subtree', key: '' })).toEqual(['.', '.a'].toSorted());
  expect(all(store, { kind: 'subtree', key: '$a' })).toEqual(['$a', '$a/b.c'].toSorted());
});

test('A filter is what the tree shows for it; a selection is exactly its topics.', () => {
  const store = storeOf(NAMES, ['live/b']);
  expect(all(store, { kind: 'filter', text: 'B' })).toEqual(
    ['a/b', 'a//b', 'ab', 'ab/c', 'a b/c', 'b', '\\0bad\\\\xff'].toSorted(),
  );
  expect(all(store, { kind: 'topics', keys: ['b', 'a/b', 'unknown'] })).toEqual(['a/b', 'b', 'unknown']);
});

test('Many topics are listed in parts that are bounded, with pauses, each once.', () => {
  const names = Array.from({ length: 21_000 }, (_, i) => `t/${i % 50}/${i}`);
  const store = storeOf(names);
  const first = list(store, { kind: 'subtree', key: 't' });
  expect(first.topics.length).toBeLessThanOrEqual(20_000);
  expect(first.next).not.toBeNull();
  // No slice has more than some two thousand nodes.
  expect(first.pauses).toBeGreaterThan(first.topics.length / 2_048);
  expect(all(store, { kind: 'subtree', key: 't' })).toEqual(names.toSorted());
});

test('Each is listed with its size, whether messages still come, and why it cannot be cleared.', () => {
  const store = storeOf([]);
  send(store, { topic: 'a', payload: '12345', retain: true });
  send(store, { topic: '$SYS/uptime', payload: '1', retain: true });
  send(store, { topic: '$other/x', payload: '12', retain: true });
  const bad = topicKey(Uint8Array.of(0x62, 0xff));
  send(store, { topic: keyBytes(bad), payload: '1', retain: true });
  const { topics } = list(store, { kind: 'topics', keys: ['a', '$SYS/uptime', '$other/x', bad, 'unseen'] });
  expect(Array.from({ length: topics.length }, (_, at) => topics.at(at))).toEqual([
    { key: 'a', size: 5, returning: false, excluded: null },
    { key: '$SYS/uptime', size: 1, returning: false, excluded: 'The broker writes this topic itself.' },
    { key: '$other/x', size: 2, returning: false, excluded: null },
    { key: bad, size: 1, returning: false, excluded: expect.stringContaining('not UTF-8') as string },
    { key: 'unseen', size: 0, returning: false, excluded: null },
  ]);
});

test('By a filter, what it shows by its value is listed, and nothing by one that means nothing.', () => {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  send(store, { topic: 'a', payload: '31', retain: true });
  send(store, { topic: 'b', payload: '29', retain: true });
  send(store, { topic: 'c', payload: '32' });
  expect(all(store, { kind: 'filter', text: 'value>30' })).toEqual(['a']);
  for (const text of ['value>x', 'a or', ' ', '()']) expect(all(store, { kind: 'filter', text })).toEqual([]);
});
