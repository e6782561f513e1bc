import { expect, test } from 'vitest';
import {
  RetainedInventory,
  type InventoryReading,
} from '../../../../src-main/connection/retained/inventory.ts';
import type { Listed } from '../../../../src-main/connection/retained/listing.ts';
import type { Inventory, ProbeState } from '../../../../src-main/contract/session/inventory.ts';
import { TopicList } from '../../../../src-main/core/retained/topic-list.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { inTime } from '../../../support/retained/fake-second-link.ts';
import { send } from '../../../support/store/messages.ts';

const keysOf = ({ topics }: Listed) => [...new TopicList(topics).keys()];

const ALL: InventoryReading = {
  query: { filter: '', state: 'all' },
  sort: { by: 'topic', descending: false },
  choice: { all: true, rules: [] },
  expansion: { open: true, except: [] },
  from: 0,
  count: 100,
  seen: null,
};

function open(topics: readonly string[] = [], topicCap = 100_000) {
  const clock = new ManualClock(0);
  const store = new TopicStore({ memoryBytes: 2 ** 26, topicCap, seed: 1, startedAt: 1_000 });
  store.facts.setLiveRetain({ possible: false, everywhere: false, vouches: () => false });
  const retained = (topic: string, payload = 'x') => send(store, { topic, payload, retain: true });
  for (const topic of topics) retained(topic);
  const about: { probe: ProbeState; shortfall: Inventory['shortfall'] } = {
    probe: { kind: 'never' },
    shortfall: null,
  };
  const inventory = new RetainedInventory({
    store,
    clock,
    qosOf: () => null,
    oursAt: () => 0,
    retainAvailable: () => true,
    shortfall: () => about.shortfall,
    probe: () => about.probe,
  });
  const read = (more: Partial<InventoryReading> = {}) =>
    inTime(clock, inventory.read({ ...ALL, ...more }), 0);
  const rows = async (more: Partial<InventoryReading> = {}) => {
    const answer = await read(more);
    if (answer.kind === 'same') return 'same';
    return answer.window.map(({ key }) => key);
  };
  const chosen = (from = 0, query = ALL.query) => inTime(clock, inventory.chosen(query, ALL.choice, from), 0);
  return { clock, store, retained, inventory, about, read, rows, chosen };
}

test('A list is made once and read in windows; what was seen is not sent again.', async () => {
  const { read, rows } = open(['a', 'b', 'c', 'd']);
  const first = await read({ count: 2 });
  if (first.kind === 'same') throw new Error('nothing was seen yet');
  expect(first.window.map(({ key }) => key)).toEqual(['a', 'b']);
  expect([first.rows, first.from, first.summary.count]).toEqual([4, 0, 4]);
  expect(await read({ count: 2, seen: first.version })).toEqual({ kind: 'same' });
  expect(await rows({ from: 2, count: 2 })).toEqual(['c', 'd']);
  // Beyond the end there is nothing.
  expect(await rows({ from: 99, count: 2 })).toEqual([]);
});

test('Another order, choice or filter is another version, and back again is one more.', async () => {
  const { read, rows } = open(['a', 'b']);
  const first = await read();
  if (first.kind === 'same') throw new Error('nothing was seen yet');
  const seen = first.version;
  const sort = { by: 'topic', descending: true } as const;
  expect(await rows({ sort, seen })).toEqual(['b', 'a']);
  expect(await rows({ seen })).toEqual(['a', 'b']);
  const none = await read({ choice: { all: false, rules: [] }, seen });
  expect(none.kind === 'inventory' ? none.summary.chosen.count : -1).toBe(0);
  expect(await rows({ query: { filter: 'topic:b', state: 'all' }, seen })).toEqual(['b']);
});

test('What changed at the broker is listed a second later, not at each look.', async () => {
  const { clock, read, rows, retained } = open(['a']);
  const first = await read();
  retained('b');
  const seen = first.kind === 'inventory' ? first.version : 0;
  clock.advance(999);
  expect(await rows({ seen })).toBe('same');
  clock.advance(1);
  expect(await rows({ seen })).toEqual(['a', 'b']);
  // And where nothing changed it is never made anew.
  const later = await read();
  clock.advance(60_000);
  expect(await rows({ seen: later.kind === 'inventory' ? later.version : 0 })).toBe('same');
});

test('News of a probe, or of what the broker says it holds, are sent without a new list.', async () => {
  const { about, read } = open(['a']);
  const first = await read();
  const seen = first.kind === 'inventory' ? first.version : 0;
  about.probe = { kind: 'running', where: 'a', found: 0, done: 0, total: 1, stopping: false };
  const second = await read({ seen });
  expect(second).toMatchObject({ kind: 'inventory', probe: { kind: 'running' } });
  about.shortfall = { announced: 9, seen: 1, missing: 8, at: 0 };
  const third = await read({ seen: second.kind === 'inventory' ? second.version : 0 });
  expect(third).toMatchObject({ kind: 'inventory', shortfall: { missing: 8 } });
});

test('A filter that means nothing lists nothing, and says what is wrong with it.', async () => {
  const { read, chosen } = open(['a']);
  const query = { filter: 'value>x', state: 'all' } as const;
  expect(await read({ query })).toMatchObject({ rows: 0, window: [], problem: expect.any(String) as string });
  expect(keysOf(await chosen(0, query))).toEqual([]);
});

test('A row has its place by its topic, for as long as it is shown.', async () => {
  const { inventory, read } = open(['a/x', 'a/y', 'b']);
  expect(inventory.indexOf('b')).toBe(-1);
  await read();
  expect(['a', 'a/x', 'a/y', 'b', 'unknown'].map((key) => inventory.indexOf(key))).toEqual([0, 1, 2, 3, -1]);
  await read({ expansion: { open: false, except: [] } });
  expect(['a', 'a/x', 'b'].map((key) => inventory.indexOf(key))).toEqual([0, -1, 1]);
});

test('A topic that was forgotten is not listed as the one that has its number now.', async () => {
  const { store, inventory, read, rows, retained } = open(['a', 'b'], 3);
  await read();
  store.facts.learn(store.find(keyBytes('a')), 'emptied', 'us', -1, 2_000);
  for (const topic of ['n/1', 'n/2', 'n/3']) send(store, { topic });
  expect(store.find(keyBytes('a'))).toBe(-1);
  retained('n/3');
  expect(await rows()).toEqual(['b', 'n/3']);
  expect(inventory.indexOf('a')).toBe(-1);
});

test('Pages of a choice are of one list, though the broker changes and a newer list is shown meanwhile.', async () => {
  // A page has room for 8 MiB of names.
  const names = Array.from({ length: 150 }, (_, i) => `t/${i}/${'x'.repeat(60_000)}`);
  const { clock, store, retained, read, chosen } = open(names);
  const first = await chosen();
  expect(first.next).toBeGreaterThan(100);
  expect(first.next).toBeLessThan(150);
  // Someone clears what the first page had, and publishes something new.
  for (const name of names.slice(0, 50))
    store.facts.learn(store.find(keyBytes(name)), 'live-cleared', 'live', -1, 2_000);
  retained('new');
  clock.advance(5_000);
  await read();
  const second = await chosen(first.next ?? 0);
  expect(second.next).toBeNull();
  const keys = [...keysOf(first), ...keysOf(second)];
  expect(keys).toHaveLength(names.length);
  expect(new Set(keys).size).toBe(names.length);
  // The next choice is made of what is there now.
  const again = await chosen();
  expect(again.next).toBeNull();
  expect(keysOf(again)).toHaveLength(names.length - 50 + 1);
});

test('All that is listed can be asked for, by the filter and without what is cleared.', async () => {
  const { clock, store, inventory } = open(['a', 'b', 'c']);
  store.facts.learn(store.find(keyBytes('b')), 'emptied', 'us', -1, 2_000);
  const all = (filter: string) => inTime(clock, inventory.all({ filter, state: 'all' }), 0);
  expect((await all('')).toSorted()).toEqual(['a', 'c']);
  expect(await all('topic:c')).toEqual(['c']);
});

test('Two who look at once each get their own window of what they asked for.', async () => {
  const { clock, inventory } = open(['a', 'b', 'c']);
  const windows = await inTime(
    clock,
    Promise.all([
      inventory.read({ ...ALL, sort: { by: 'topic', descending: true }, count: 1 }),
      inventory.read({ ...ALL, count: 1 }),
      inventory.read({ ...ALL, query: { filter: 'topic:b', state: 'all' } }),
    ]),
    0,
  );
  expect(windows.map((one) => (one.kind === 'inventory' ? one.window.map(({ key }) => key) : []))).toEqual([
    ['c'],
    ['a'],
    ['b'],
  ]);
});
