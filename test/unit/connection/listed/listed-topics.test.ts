import { expect, test } from 'vitest';
import { ListedTopics } from '../../../../src-main/connection/listed/listed-topics.ts';
import { packNames } from '../../../../src-main/core/retained/topic-names.ts';
import { NO_NODE } from '../../../../src-main/core/topics/columns/nodes.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { keyBytes, topicKey } from '../../../../src-main/core/topics/names.ts';
import { send } from '../../../support/store/messages.ts';

/** Names that begin alike, that are empty between, and one of more than a byte a character. */
const KEYS = ['a', 'a/b', 'a/b/', 'a//b', '/', 'größe/°C', 'not known', '$share/g/a'];
const ALL = Uint32Array.from(KEYS.keys());

function open(known = KEYS.filter((key) => key !== 'not known')) {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  for (const topic of known) send(store, { topic: keyBytes(topic), payload: 'seen', retain: true });
  return { store, list: new ListedTopics(store, packNames(KEYS)) };
}

test('Each place is the node of its own name, found as the store finds it by the name alone.', () => {
  const { store, list } = open();
  expect(KEYS.map((_, place) => list.node(place))).toEqual(KEYS.map((key) => store.find(keyBytes(key))));
  expect(list.node(KEYS.indexOf('not known'))).toBe(NO_NODE);
  expect(list.filterOf(list.node(3))).toBe('a//b');
});

test('Names in a part of a larger buffer are read where they lie.', () => {
  const { store } = open();
  const { names, ends } = packNames(KEYS);
  const whole = new Uint8Array(names.length + 9);
  whole.set(names, 9);
  const list = new ListedTopics(store, { names: whole.subarray(9), ends });
  expect(topicKey(store.pathBytes(list.node(5)))).toBe('größe/°C');
});

test('A topic that appears later is found then, and its stamp differs from now on.', () => {
  const { store, list } = open();
  const place = KEYS.indexOf('not known');
  const before = list.stamps(ALL);
  expect(before[place]).toBe(-1);
  send(store, { topic: 'not known', payload: 'x', retain: true });
  expect(list.node(place)).toBe(store.find(keyBytes('not known')));
  const after = list.stamps(ALL);
  expect([...after].map((stamp, at) => stamp !== before[at])).toEqual(KEYS.map((_, at) => at === place));
});

test('Only a name that would be a shared subscription is taken for one.', () => {
  const { list } = open();
  expect(KEYS.filter((_, place) => list.isShared(place))).toEqual(['$share/g/a']);
});

test("After a topic was forgotten its number is nobody's, and what is seen again is found anew.", () => {
  const { store, list } = open();
  const before = list.node(1);
  let forgotten = 0;
  store.forget({ kind: 'subtree', node: store.find(keyBytes('a')) }, ({ topics }) => (forgotten = topics));
  for (let steps = 0; steps < 10_000 && forgotten === 0; steps++) store.work(() => true);
  expect(forgotten).toBe(4);
  expect([0, 1, 2, 3].map((place) => list.node(place))).toEqual([NO_NODE, NO_NODE, NO_NODE, NO_NODE]);
  send(store, { topic: 'other', payload: 'x' });
  send(store, { topic: 'a/b', payload: 'again', retain: true });
  expect(list.node(1)).toBe(store.find(keyBytes('a/b')));
  expect(before).not.toBe(NO_NODE);
});
