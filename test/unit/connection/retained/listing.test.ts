import { expect, test } from 'vitest';
import { listRetained, type StoreScope } from '../../../../src-main/connection/retained/listing.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

function storeOf(retained: readonly string[], live: readonly string[] = []): TopicStore {
  const store = new TopicStore({
    memoryBytes: 64 * 2 ** 20,
    topicCap: 1_000_000,
    seed: 7,
    startedAt: 0,
  });
  for (const key of retained) send(store, { topic: keyBytes(key), retain: true });
  for (const key of live) send(store, { topic: keyBytes(key) });
  return store;
}

function all(store: TopicStore, scope: StoreScope): string[] {
  const keys: string[] = [];
  for (let from: number | null = 0; from !== null;) {
    const { topics: some, next } = listRetained({ topics: store, retainAvailable: true }, scope, from);
    keys.push(...some.map(({ key }) => key));
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

test('A filter is what the tree shows for it; a selection is exactly its topics.', () => {
  const store = storeOf(NAMES, ['live/b']);
  expect(all(store, { kind: 'filter', text: 'B' })).toEqual(
    ['a/b', 'a//b', 'ab', 'ab/c', 'a b/c', 'b', '\\0bad\\\\xff'].toSorted(),
  );
  expect(all(store, { kind: 'topics', keys: ['b', 'a/b', 'unknown'] })).toEqual(['a/b', 'b', 'unknown']);
});

test('Many topics are listed in slices that are bounded, each once.', () => {
  const names = Array.from({ length: 25_000 }, (_, i) => `t/${i % 50}/${i}`);
  const store = storeOf(names);
  const first = listRetained({ topics: store, retainAvailable: true }, { kind: 'subtree', key: 't' }, 0);
  expect(first.topics.length).toBeLessThanOrEqual(5_000);
  expect(first.next).not.toBeNull();
  expect(all(store, { kind: 'subtree', key: 't' })).toEqual(names.toSorted());
});

test('By a filter, what it shows by its value is listed, and nothing by one that means nothing.', () => {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  send(store, { topic: 'a', payload: '31', retain: true });
  send(store, { topic: 'b', payload: '29', retain: true });
  send(store, { topic: 'c', payload: '32' });
  expect(all(store, { kind: 'filter', text: 'value>30' })).toEqual(['a']);
  for (const text of ['value>x', 'a or', ' ', '()']) expect(all(store, { kind: 'filter', text })).toEqual([]);
});
