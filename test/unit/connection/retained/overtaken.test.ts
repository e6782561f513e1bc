import { expect, test } from 'vitest';
import { ListedTopics } from '../../../../src-main/connection/listed/listed-topics.ts';
import { markOf } from '../../../../src-main/connection/retained/overtaken.ts';
import { packNames } from '../../../../src-main/core/retained/topic-names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const KEYS = ['a', 'b', 'c', 'never fetched'];
const placesOf = (keys: readonly string[]) => Uint32Array.from(keys, (key) => KEYS.indexOf(key));

function open() {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  const list = new ListedTopics(store, packNames(KEYS));
  const retained = (payload: string, topic = 'a') => send(store, { topic, payload, retain: true });
  const fetching = (...keys: string[]) => list.fetching(placesOf(keys));
  const fetched = (key: string, payload: string) => list.fetched(KEYS.indexOf(key), markOf(bytes(payload)));
  const taken = (...keys: string[]) =>
    list.overtaken(placesOf(keys)).map(({ key, payload }) => `${key}: ${new TextDecoder().decode(payload)}`);
  return { store, retained, fetching, fetched, taken };
}

test('What came between the fetch and our empty message is what was lost, the last of it.', () => {
  const { retained, fetching, fetched, taken } = open();
  retained('old');
  fetching('a');
  fetched('a', 'old');
  retained('newer');
  retained('newest');
  retained('');
  // After the clear: it is there, and was not lost.
  retained('again');
  expect(taken('a')).toEqual(['a: newest']);
  expect(taken('a')).toEqual([]);
});

test('Also where nothing was there to be fetched.', () => {
  const { retained, fetching, taken } = open();
  fetching('a');
  retained('first');
  retained('');
  expect(taken('a')).toEqual(['a: first']);
});

test('Without another message than our own nothing was overtaken, nor by what is not retained or came later.', () => {
  const { store, retained, fetching, taken } = open();
  for (const topic of ['a', 'b', 'c']) retained('old', topic);
  fetching('a', 'b', 'c');
  retained('', 'a');
  send(store, { topic: 'b', payload: 'only live' });
  retained('', 'b');
  retained('', 'c');
  retained('later', 'c');
  expect(taken('a', 'b', 'c', 'never fetched')).toEqual([]);
});

test('The very message that was fetched is no other one, though it comes in later here.', () => {
  const { retained, fetching, fetched, taken } = open();
  fetching('a');
  fetched('a', 'new');
  retained('new');
  retained('');
  expect(taken('a')).toEqual([]);
});

test('What was there before the fetch is not looked for, and what is not kept whole is not taken.', () => {
  const { store, fetching, taken } = open();
  send(store, { topic: 'a', payload: 'before', retain: true });
  send(store, { topic: 'a', payload: '', retain: true });
  fetching('a');
  send(store, { topic: 'a', payload: '1' });
  send(store, { topic: 'a', payload: '2' });
  expect(taken('a')).toEqual([]);
  const [topic, payload] = [bytes('b'), bytes('cut')];
  fetching('b');
  const chunk = new Uint8Array([...topic, ...payload]);
  store.message(chunk, 0, 1, 1, 1, 1, 4, 3_000, 1, 0, -1, 1_000, 0);
  send(store, { topic: 'b', payload: '', retain: true });
  expect(taken('b')).toEqual([]);
});

test('The mark of a payload is that of its bytes, wherever they lie among others.', () => {
  const whole = bytes('old newer newest');
  expect(markOf(whole, 4, 9)).toBe(markOf(bytes('newer')));
  expect(markOf(whole, 10)).toBe(markOf(bytes('newest')));
  // By length as well: what begins alike, and nothing at all.
  const marks = ['', '\0', '\0\0', 'a', 'b', 'ab', 'ba'].map((text) => markOf(bytes(text)));
  expect(new Set(marks).size).toBe(marks.length);
  expect(marks).not.toContain(0);
});
