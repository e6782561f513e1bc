import { expect, test } from 'vitest';
import { UnseenIntake } from '../../../../src-main/connection/probe/unseen.ts';
import { BroughtTopics } from '../../../../src-main/core/inventory/brought.ts';
import { FLAG_RETAIN } from '../../../../src-main/core/topics/store/intake.ts';
import { keyBytes, topicKey } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

function open() {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  // As on MQTT 5 with retain-as-published, where a live message may look like this.
  store.facts.setLiveRetain({ possible: true, everywhere: true, vouches: () => true });
  const found: string[] = [];
  const brought = new BroughtTopics(store);
  const intake = new UnseenIntake(store, (node) => found.push(topicKey(store.pathBytes(node))), brought);
  intake.asks(['#']);
  const comes = (topic: string, payload: string) => {
    const name = keyBytes(topic);
    const chunk = new Uint8Array([...name, ...new TextEncoder().encode(payload)]);
    const { length } = name;
    intake.message(
      chunk,
      0,
      length,
      length,
      length,
      length,
      chunk.length,
      payload.length,
      FLAG_RETAIN,
      0,
      -1,
      2_000,
      0,
    );
  };
  const shown = (topic: string) => {
    const node = store.find(keyBytes(topic));
    const record = store.record(store.lastRetainedRecord(node));
    return { ...store.retained(node), value: new TextDecoder().decode(record?.payload.slice()) };
  };
  return { store, intake, brought, found, comes, shown };
}

test('A topic that nobody saw is known from then on, with its value, as stored because a probe found it.', () => {
  const { intake, found, comes, shown } = open();
  for (const topic of ['new', 'a//b', '/', ' ', '😀/ä']) {
    comes(topic, 'v');
    expect(shown(topic)).toEqual({ state: 'retained', by: 'probe', at: 2_000, stale: false, value: 'v' });
  }
  expect([intake.count, found.length]).toEqual([5, 5]);
});

test('What is known of a topic stays: it may be newer.', () => {
  const { store, intake, comes, shown } = open();
  send(store, { topic: 'a', payload: 'live', at: 1_500 });
  comes('a', 'older');
  expect(store.messages(store.find(keyBytes('a')))).toBe(1);
  expect(shown('a').by).not.toBe('probe');
  expect(intake.count).toBe(0);
});

test('A stored message for a topic that is not known to be retained is a reason to ask for it by name, once.', () => {
  const { store, intake, comes, shown } = open();
  send(store, { topic: 'live', payload: 'x', at: 1_500 });
  send(store, { topic: 'held', payload: 'x', retain: true, at: 1_500 });
  comes('live', 'stored');
  comes('held', 'stored');
  comes('live', 'stored');
  expect(shown('live').state).toBe('unknown');
  expect(intake.takeDoubted()).toEqual(['live']);
  expect(intake.takeDoubted()).toEqual([]);
});

test('It is noted what came, new or not; what is known and did not come is not.', () => {
  const { store, brought, comes } = open();
  for (const topic of ['a/old', 'a/silent']) send(store, { topic, payload: 'x' });
  for (const topic of ['a/old', 'a/new', 'a/new']) comes(topic, 'stored');
  expect(brought.expected(['a/#'], 500).next().value).toBe(2);
});

test('A level that only led to others becomes a topic.', () => {
  const { store, intake, comes, shown } = open();
  send(store, { topic: 'a/b', payload: 'x' });
  comes('a', 'v');
  expect(shown('a')).toMatchObject({ state: 'retained', value: 'v' });
  expect(intake.count).toBe(1);
});

test('Messages of the connection proper are taken as before.', () => {
  const { store, comes, shown } = open();
  comes('new', 'v');
  send(store, { topic: 'live', payload: 'x', retain: true, at: 3_000 });
  expect(shown('live').by).not.toBe('probe');
});

test('It proves nothing of how this broker flags live messages.', () => {
  const { store, comes, shown } = open();
  comes('a', '1');
  comes('a', '2');
  send(store, { topic: 'b', payload: 'x', retain: true, at: 3_000 });
  store.facts.learn(store.find(keyBytes('b')), 'absent', 'scan', -1, 3_001);
  send(store, { topic: 'b', payload: 'y', at: 3_002 });
  // Where the flag of live messages were proven, it would still be known to be gone.
  expect(shown('b').state).toBe('unknown');
});

test('What no filter stands for that was asked for is taken in, and counts for no answer.', () => {
  const { intake, brought, found, comes } = open();
  intake.asks(['/#', 'a/+']);
  for (const topic of ['/', '/x/y', 'a/b', 'a', 'b/c', 'a/b']) comes(topic, 'v');
  expect(found).toEqual(['/', '/x/y', 'a/b', 'a', 'b/c']);
  expect([intake.meant, brought.size, brought.short]).toEqual([4, 3, 2]);
});
