import { describe, expect, test } from 'vitest';
import type { InventoryState } from '../../../../src-main/contract/session/inventory.ts';
import { field } from '../../../../src-main/core/mqtt/encode-properties.ts';
import { CONTENT_TYPE } from '../../../../src-main/core/mqtt/properties.ts';
import {
  collect,
  isReturning,
  MOST_ENTRIES,
  type Entry,
} from '../../../../src-main/core/inventory/collect.ts';
import { InventoryOutline } from '../../../../src-main/core/inventory/outline.ts';
import { readRows } from '../../../../src-main/core/inventory/rows.ts';
import { summarise } from '../../../../src-main/core/inventory/summary.ts';
import { isSafeText } from '../../../../src-main/core/payload/visible.ts';
import type { TopicSource } from '../../../../src-main/core/topics/columns/nodes.ts';
import { keyBytes, topicKey } from '../../../../src-main/core/topics/names.ts';
import type { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';
import { finished, RETAINED_AT, retainedStore } from '../../../support/store/retained-store.ts';

const DAY = 86_400_000;

const listed = (topics: TopicSource, state: InventoryState = 'all', retainAvailable = true) =>
  finished(collect({ topics, filter: null, state, retainAvailable, oursAt: () => 0, qosOf: () => null }));

/** Of what is known for certain and of what is not, as the broker may hold both. */
function mixed(store: TopicStore): InventoryOutline {
  const entries = [...listed(store).entries, ...listed(store, 'unknown').entries];
  const outline = new InventoryOutline(store, entries);
  finished(outline.build());
  return outline;
}

function chosenIn(store: TopicStore, outline: InventoryOutline, all: boolean, ...on: readonly string[]) {
  finished(outline.choose({ all, rules: on.map((key) => ({ key, on: true })) }));
  finished(outline.layOut({ by: 'topic', descending: false }, { open: true, except: [] }));
  return Object.fromEntries(readRows(store, outline, 0, 99).map(({ key, chosen }) => [key, chosen]));
}

describe('how much of a row is chosen', () => {
  test('is not all of it where one that is maybe there stands in for one that is', () => {
    const store = retainedStore({ 'a/x': '1', 'a/y': '2' }, ['a/u']);
    const outline = mixed(store);
    expect(chosenIn(store, outline, false, 'a/x', 'a/u')).toEqual({
      a: 'some',
      'a/x': 'all',
      'a/y': 'none',
      'a/u': 'all',
    });
    expect(chosenIn(store, outline, false, 'a/x', 'a/y')).toMatchObject({ a: 'all', 'a/u': 'none' });
    expect(chosenIn(store, outline, true)).toMatchObject({ a: 'all', 'a/u': 'none' });
    expect(chosenIn(store, outline, false)).toMatchObject({ a: 'none' });
  });

  test('of what is only maybe there is all where each was chosen', () => {
    const store = retainedStore({}, ['a/u', 'a/v']);
    const outline = mixed(store);
    expect(chosenIn(store, outline, false, 'a/u')).toMatchObject({ a: 'some', 'a/u': 'all', 'a/v': 'none' });
    expect(chosenIn(store, outline, false, 'a/u', 'a/v')).toMatchObject({ a: 'all' });
    expect(chosenIn(store, outline, true)).toMatchObject({ a: 'never', 'a/u': 'none' });
  });

  test('is never anything of what is protected, and its neighbours count without it', () => {
    const store = retainedStore({ '$SYS/x': '1', 'a/x': '1' });
    const outline = mixed(store);
    expect(chosenIn(store, outline, true, '$SYS')).toMatchObject({ '$SYS/x': 'never', 'a/x': 'all' });
  });
});

describe('a row', () => {
  test('shows nothing of a name that could draw, hide or reorder; its key is as it came', () => {
    const keys = ['<b>&amp;', 'a\u202Eb', 'tab\tand\u0007bell', '\uFEFFmark', 'a\u200Bb'];
    const store = retainedStore(Object.fromEntries(keys.map((key) => [key, 'v'])));
    const outline = mixed(store);
    chosenIn(store, outline, true);
    const rows = readRows(store, outline, 0, 99);
    expect(rows.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect(rows.filter(({ topic, name }) => !isSafeText(topic) || !isSafeText(name))).toEqual([]);
  });

  test.each([
    ['application/json', 'application/json'],
    ['x'.repeat(200), 'x'.repeat(80)],
    // No half of a character, and no half of an escape.
    [`${'x'.repeat(79)}😀more`, 'x'.repeat(79)],
    [`${'x'.repeat(79)}\u0007more`, `${'x'.repeat(79)}\\u{7}`],
    ['a\u202Eb', 'a\\u{202e}b'],
  ])('has the content type %j', (given, shown) => {
    const store = retainedStore({});
    const topic = new TextEncoder().encode('a');
    const properties = field(CONTENT_TYPE, given);
    const chunk = new Uint8Array([...topic, ...properties, 0x31]);
    const end = 1 + properties.length;
    store.message(chunk, 0, 1, 1, end, end, chunk.length, 1, 1, 0, -1, RETAINED_AT, 0);
    const outline = mixed(store);
    chosenIn(store, outline, true);
    const [row] = readRows(store, outline, 0, 1);
    expect([row?.key, row?.entry?.contentType]).toEqual(['a', shown]);
  });

  test('is there for each of a page, and none beyond the end', () => {
    const store = retainedStore({ a: '1', b: '2', c: '3' });
    const outline = mixed(store);
    chosenIn(store, outline, true);
    const keys = (from: number, count: number) => readRows(store, outline, from, count).map(({ key }) => key);
    expect([keys(0, 2), keys(2, 2), keys(3, 2), keys(1, 0)]).toEqual([['a', 'b'], ['c'], [], []]);
  });
});

describe('the list', () => {
  test('pauses between slices, and has the same in it', () => {
    const store = retainedStore(
      Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`t/${at}`, 'x'])),
    );
    const work = collect({
      topics: store,
      filter: null,
      state: 'all',
      retainAvailable: true,
      oursAt: () => 0,
      qosOf: () => 1,
    });
    let pauses = 0;
    for (;;) {
      const { done, value } = work.next();
      if (done !== true) {
        pauses++;
        continue;
      }
      expect([value.entries.length, value.cut, new Set(value.entries.map(({ qos }) => qos))]).toEqual([
        3_000,
        false,
        new Set([1]),
      ]);
      break;
    }
    expect(pauses).toBeGreaterThan(10);
    expect(MOST_ENTRIES).toBeGreaterThan(3_000);
  });

  test('leaves out nothing where the broker keeps none, and says of each why it cannot be cleared', () => {
    const store = retainedStore({ a: '1', b: '2' });
    const reasons = listed(store, 'all', false).entries.map(({ excluded, state }) => [
      excluded !== null,
      state,
    ]);
    expect(reasons).toEqual([
      [true, 'protected'],
      [true, 'protected'],
    ]);
  });

  test('calls only that returning which goes on coming, and never stale as well', () => {
    const store = retainedStore({
      calm: JSON.stringify({ ts: RETAINED_AT - 60 * DAY }),
      busy: '1',
      twice: '1',
    });
    for (let at = 0; at < 20; at++)
      send(store, {
        topic: 'busy',
        payload: JSON.stringify({ ts: RETAINED_AT - 60 * DAY }),
        at: RETAINED_AT + at * 500,
      });
    send(store, { topic: 'twice', at: RETAINED_AT });
    const states = (): string[] =>
      listed(store).entries.map(({ node, state }) => `${topicKey(store.pathBytes(node))} ${state}`);
    expect(states().toSorted()).toEqual(['busy returning', 'calm stale', 'twice retained']);
    expect(isReturning(store, store.find(keyBytes('twice')), 0)).toBe(false);
    // What came last is the echo of our own publish, until somebody else goes on.
    const busy = store.find(keyBytes('busy'));
    const last = store.lastSeen(busy);
    expect(isReturning(store, busy, last - 1)).toBe(false);
    expect(isReturning(store, busy, last + 60_000)).toBe(false);
    expect(isReturning(store, busy, last - 2_001)).toBe(true);
    expect(listed(store, 'returning').entries).toHaveLength(1);
  });
});

describe('the summary', () => {
  const summary = (store: TopicStore, outline: InventoryOutline) => summarise(store, outline, RETAINED_AT);

  test('of nothing is nothing', () => {
    const store = retainedStore({});
    const outline = mixed(store);
    finished(outline.choose({ all: true, rules: [] }));
    expect(summary(store, outline)).toEqual({
      count: 0,
      bytes: 0,
      chosen: { count: 0, bytes: 0, returning: 0 },
      unchosen: { unknown: 0, protected: 0 },
      stale: 0,
      ages: [0, 0, 0, 0, 0],
      subtrees: [],
      more: { subtrees: 0, count: 0, bytes: 0 },
    });
  });

  test('counts what is maybe there as chosen only where it was chosen', () => {
    const store = retainedStore({ 'a/x': '12', '$SYS/x': '1' }, ['a/u']);
    const outline = mixed(store);
    finished(outline.choose({ all: true, rules: [] }));
    expect(summary(store, outline)).toMatchObject({
      chosen: { count: 1, bytes: 2 },
      unchosen: { unknown: 1, protected: 1 },
    });
    finished(outline.choose({ all: false, rules: [{ key: 'a/u', on: true }] }));
    expect(summary(store, outline)).toMatchObject({
      chosen: { count: 1, bytes: 0 },
      unchosen: { unknown: 0, protected: 1 },
    });
  });

  test('names six subtrees where a line for the rest would take as much room, and five of more', () => {
    const many = (count: number) => {
      const store = retainedStore(
        Object.fromEntries(Array.from({ length: count }, (_, at) => [`r/${at}/x`, 'y'])),
      );
      const outline = mixed(store);
      finished(outline.choose({ all: true, rules: [] }));
      const { subtrees, more } = summary(store, outline);
      return [subtrees.length, more.subtrees, more.count];
    };
    expect([many(2), many(6), many(7)]).toEqual([
      [2, 0, 0],
      [6, 0, 0],
      [5, 2, 2],
    ]);
  });

  test('puts an age from a clock that is ahead with the youngest', () => {
    const store = retainedStore({ a: JSON.stringify({ ts: RETAINED_AT + 3_600_000 }), b: 'no time' });
    const entries: readonly Entry[] = listed(store).entries;
    const outline = new InventoryOutline(store, entries);
    finished(outline.build());
    finished(outline.choose({ all: true, rules: [] }));
    expect(summary(store, outline).ages).toEqual([1, 0, 0, 0, 0]);
  });
});
