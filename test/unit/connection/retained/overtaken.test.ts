import { expect, test } from 'vitest';
import { KnownNodes } from '../../../../src-main/connection/retained/known-nodes.ts';
import { Overtaken } from '../../../../src-main/connection/retained/overtaken.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { send } from '../../../support/store/messages.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const copy = (key: string, text: string): KeptMessage => ({
  key,
  payload: bytes(text),
  qos: 1,
  properties: bytes(''),
  at: 0,
});

function open() {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  const overtaken = new Overtaken(store, new KnownNodes(store));
  const retained = (payload: string, topic = 'a') => send(store, { topic, payload, retain: true });
  const taken = (...keys: string[]) =>
    overtaken.take(keys).map(({ key, payload }) => `${key}: ${new TextDecoder().decode(payload)}`);
  return { store, overtaken, retained, taken };
}

test('What came between the fetch and our empty message is what was lost, the last of it.', () => {
  const { overtaken, retained, taken } = open();
  retained('old');
  overtaken.fetching(['a']);
  overtaken.fetched(copy('a', 'old'));
  retained('newer');
  retained('newest');
  retained('');
  // After the clear: it is there, and was not lost.
  retained('again');
  expect(taken('a')).toEqual(['a: newest']);
  expect(taken('a')).toEqual([]);
});

test('Also where nothing was there to be fetched.', () => {
  const { overtaken, retained, taken } = open();
  overtaken.fetching(['a']);
  retained('first');
  retained('');
  expect(taken('a')).toEqual(['a: first']);
});

test('Without another message than our own nothing was overtaken, nor by what is not retained or came later.', () => {
  const { store, overtaken, retained, taken } = open();
  for (const topic of ['a', 'b', 'c']) retained('old', topic);
  overtaken.fetching(['a', 'b', 'c']);
  retained('', 'a');
  send(store, { topic: 'b', payload: 'only live' });
  retained('', 'b');
  retained('', 'c');
  retained('later', 'c');
  expect(taken('a', 'b', 'c', 'never fetched')).toEqual([]);
});

test('The very message that was fetched is no other one, though it comes in later here.', () => {
  const { overtaken, retained, taken } = open();
  overtaken.fetching(['a']);
  overtaken.fetched(copy('a', 'new'));
  retained('new');
  retained('');
  expect(taken('a')).toEqual([]);
});

test('What was there before the fetch is not looked for, and what is not kept whole is not taken.', () => {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  const overtaken = new Overtaken(store, new KnownNodes(store));
  send(store, { topic: 'a', payload: 'before', retain: true });
  send(store, { topic: 'a', payload: '', retain: true });
  overtaken.fetching(['a']);
  send(store, { topic: 'a', payload: '1' });
  send(store, { topic: 'a', payload: '2' });
  expect(overtaken.take(['a'])).toEqual([]);
  const [topic, payload] = [bytes('b'), bytes('cut')];
  overtaken.fetching(['b']);
  const chunk = new Uint8Array([...topic, ...payload]);
  store.message(chunk, 0, 1, 1, 1, 1, 4, 3_000, 1, 0, -1, 1_000, 0);
  send(store, { topic: 'b', payload: '', retain: true });
  expect(overtaken.take(['b'])).toEqual([]);
});
