import { expect, test } from 'vitest';
import {
  RETAINED_COUNT_TOPIC,
  retainedShortfall,
} from '../../../../src-main/connection/subscriptions/retained-count.ts';
import type { Subscriptions } from '../../../../src-main/connection/subscriptions/subscriptions.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

function open(granted = ['#', '$SYS/#']) {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  const subscriptions = { isGranted: (filter: string) => granted.includes(filter) } as Subscriptions;
  const announces = (payload: string | Uint8Array, at = 2_000) =>
    send(store, { topic: RETAINED_COUNT_TOPIC, payload, retain: true, at });
  return { store, announces, shortfall: () => retainedShortfall(store, subscriptions) };
}

test('What the broker says it holds is compared with what was seen.', () => {
  const { store, announces, shortfall } = open();
  for (const topic of ['a', 'b']) send(store, { topic, retain: true, at: 1_500 });
  announces('5');
  // The count itself is one of them.
  expect(shortfall()).toEqual({ announced: 5, seen: 3, missing: 2, at: 2_000 });
});

test('More than it says is no shortfall below zero.', () => {
  const { announces, shortfall } = open();
  announces('0');
  expect(shortfall()).toMatchObject({ announced: 0, seen: 1, missing: 0 });
});

test('Nothing is said while a scan runs, without a subscription to everything, or of a broker that tells nothing.', () => {
  const { store, announces, shortfall } = open();
  expect(shortfall()).toBeNull();
  announces('5');
  store.facts.scanBegan();
  expect(shortfall()).toBeNull();
  store.facts.scanEnded();
  expect(shortfall()).not.toBeNull();
  const narrow = open(['a/#', '$SYS/#']);
  narrow.announces('5');
  expect(narrow.shortfall()).toBeNull();
});

test('What is no count of messages is not taken for one.', () => {
  for (const payload of [
    '',
    '-1',
    '5.5',
    '0x10',
    '1e3',
    ' 5',
    '5 messages',
    '9'.repeat(16),
    '1'.repeat(40),
    '٣',
  ]) {
    const { announces, shortfall } = open();
    announces(payload);
    expect(shortfall(), JSON.stringify(payload)).toBeNull();
  }
  const { announces, shortfall } = open();
  announces(Uint8Array.of(0x35, 0xff));
  expect(shortfall()).toBeNull();
});

test('A count from before a message was cleared still has that in it, and is not believed.', () => {
  const { store, announces, shortfall } = open();
  send(store, { topic: 'a', retain: true, at: 1_500 });
  announces('3');
  const node = store.find(keyBytes('a'));
  store.facts.learn(node, 'emptied', 'us', -1, 2_000);
  expect(shortfall()).toBeNull();
  announces('2', 12_000);
  expect(shortfall()).toMatchObject({ announced: 2, seen: 1, missing: 1 });
});
