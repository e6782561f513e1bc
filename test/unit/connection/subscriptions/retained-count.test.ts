import { describe, expect, test } from 'vitest';
import {
  brokerCount,
  RETAINED_COUNT_TOPIC,
  retainedShortfall,
} from '../../../../src-main/connection/subscriptions/retained-count.ts';
import type { Subscriptions } from '../../../../src-main/connection/subscriptions/subscriptions.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { send } from '../../../support/store/messages.ts';

function open(granted = ['#', '$SYS/#']) {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  const subscriptions = { isGranted: (filter: string) => granted.includes(filter) } as Subscriptions;
  const announces = (payload: string | Uint8Array, at = 2_000) =>
    send(store, { topic: RETAINED_COUNT_TOPIC, payload, retain: true, at });
  const count = brokerCount(store, subscriptions, new ManualClock());
  return { store, announces, count, shortfall: () => retainedShortfall(store, subscriptions) };
}

test('What the broker says it holds is compared with what was seen.', () => {
  const { store, announces, shortfall } = open();
  for (const topic of ['a', 'b']) send(store, { topic, retain: true, at: 1_500 });
  announces('5');
  // The count itself is one of them.
  expect(shortfall()).toEqual({ announced: 5, seen: 3, missing: 2, at: 2_000 });
});

test('Where more was seen than the broker counts, the count is older and says nothing.', () => {
  const { store, announces, shortfall } = open();
  send(store, { topic: 'a', retain: true, at: 1_500 });
  announces('2');
  expect(shortfall()).toMatchObject({ announced: 2, seen: 2, missing: 0 });
  send(store, { topic: 'restored', retain: true, at: 3_000 });
  expect(shortfall()).toBeNull();
  announces('3', 12_000);
  expect(shortfall()).toMatchObject({ announced: 3, seen: 3, missing: 0 });
});

test('What was seen and has expired since is not called unseen, and proves that nothing is missing for no search.', async () => {
  const { store, announces, shortfall, count } = open();
  for (const topic of ['a', 'b', 'c']) send(store, { topic, retain: true, at: 1_500 });
  for (const topic of ['b', 'c'])
    store.facts.learn(store.find(keyBytes(topic)), 'stored', 'subscribe', 10, 1_500);
  announces('4');
  expect(shortfall()).toMatchObject({ seen: 4, missing: 0 });
  store.tick(30_000);
  announces('4', 30_500);
  expect(shortfall()).toEqual({ announced: 4, seen: 4, missing: 0, at: 30_500 });
  expect(await count.beside()).toMatchObject({ seen: 2, missing: 2 });
  announces('3', 40_000);
  expect(shortfall()).toMatchObject({ announced: 3, seen: 3, missing: 0 });
  announces('5', 50_000);
  expect(shortfall()).toMatchObject({ seen: 4, missing: 1 });
  // It is there again, or forgotten.
  send(store, { topic: 'b', retain: true, at: 50_500 });
  store.facts.forget(store.find(keyBytes('c')));
  expect(shortfall()).toMatchObject({ seen: 3, missing: 2 });
  expect(store.facts.expired).toBe(0);
});

test('Nothing is said while a scan runs, without a subscription to everything, or of a broker that publishes no count.', () => {
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

describe('Beside what is known', () => {
  test('there are as many as the broker counts more, whatever is subscribed to.', async () => {
    const { store, announces, count, shortfall } = open(['plant/#', '$SYS/#']);
    expect([count.isThere(), await count.beside()]).toEqual([false, null]);
    for (const topic of ['plant/1', 'plant/2']) send(store, { topic, retain: true, at: 1_500 });
    announces('9');
    expect(count.isThere()).toBe(true);
    expect(shortfall()).toBeNull();
    expect(await count.beside()).toMatchObject({ missing: 6, at: 2_000 });
    announces('2');
    expect([count.isThere(), await count.beside()]).toEqual([true, null]);
  });

  test('nothing is counted where what is known may be there no more, unless everything is subscribed to.', async () => {
    for (const [granted, beside] of [
      [['plant/#', '$SYS/#'], null],
      [['#', '$SYS/#'], 1],
    ] as const) {
      const { store, announces, count } = open([...granted]);
      for (let i = 0; i < 9_000; i++) send(store, { topic: `plant/${i}`, at: 1_400 });
      for (const topic of ['plant/8999', 'other/1']) send(store, { topic, retain: true, at: 1_500 });
      announces('4');
      expect((await count.beside())?.missing).toBe(1);
      // No subscription shows what becomes of it.
      store.facts.uncovered(store.find(keyBytes('other/1')));
      expect((await count.beside())?.missing ?? null).toBe(beside);
    }
  });
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

describe('On a broker that publishes only what has changed, in rounds that its uptime begins,', () => {
  /** The count and the uptime as the SUBSCRIBE brought them, at 2,000 ms. */
  function subscribed(count: string) {
    const opened = open();
    const { store, announces } = opened;
    const uptime = (at: number, retain: boolean) =>
      send(store, { topic: '$SYS/broker/uptime', payload: `${at} seconds`, retain, at });
    store.facts.scanBegan();
    announces(count);
    uptime(2_000, true);
    store.facts.scanEnded();
    return { ...opened, uptime };
  }

  test('a stored count is of an unknown time and says nothing until a round has come.', () => {
    const { store, shortfall, uptime } = subscribed('15');
    expect(shortfall()).toBeNull();
    uptime(9_000, true);
    // The rest of the round is still to come.
    expect(shortfall()).toBeNull();
    store.tick(9_100);
    expect(shortfall()).toEqual({ announced: 15, seen: 2, missing: 13, at: 9_000 });
  });

  test('a round brings the count up to date, without the retain flag as well.', () => {
    const { store, announces, shortfall, uptime } = subscribed('15');
    store.facts.setLiveRetain({ possible: false, everywhere: false, vouches: () => false });
    uptime(9_000, false);
    send(store, { topic: RETAINED_COUNT_TOPIC, payload: '2', at: 9_000 });
    expect(shortfall()).toEqual({ announced: 2, seen: 2, missing: 0, at: 9_000 });
    announces('2', 9_050);
    expect(shortfall()).toBeNull();
  });

  test('a count that a clear made old holds again once a round has left it as it is.', () => {
    const { store, shortfall, uptime } = subscribed('3');
    send(store, { topic: 'a', retain: true, at: 3_000 });
    uptime(9_000, true);
    store.tick(9_200);
    expect(shortfall()).toMatchObject({ missing: 0 });
    store.facts.learn(store.find(keyBytes('a')), 'emptied', 'us', -1, 10_000);
    expect(shortfall()).toBeNull();
    store.facts.learn(store.find(keyBytes('a')), 'published', 'us', -1, 11_000);
    expect(shortfall()).toBeNull();
    uptime(19_000, true);
    store.tick(19_200);
    expect(shortfall()).toEqual({ announced: 3, seen: 3, missing: 0, at: 19_000 });
  });
});
