import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InventoryState } from '../../../../src-main/contract/session/inventory.ts';
import { collect, type Entry } from '../../../../src-main/core/inventory/collect.ts';
import { InventoryOutline } from '../../../../src-main/core/inventory/outline.ts';
import { readRows } from '../../../../src-main/core/inventory/rows.ts';
import { summarise } from '../../../../src-main/core/inventory/summary.ts';
import { compileFilter } from '../../../../src-main/core/query/match/compile.ts';
import { topicKey } from '../../../../src-main/core/topics/names.ts';
import type { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';
import { finished, RETAINED_AT, retainedStore } from '../../../support/store/retained-store.ts';

const DAY = 86_400_000;

function listed(store: TopicStore, state: InventoryState = 'all', filter = ''): readonly Entry[] {
  const compiled = compileFilter(filter);
  if (compiled.kind === 'problems') throw new Error('bad filter');
  return finished(
    collect({
      topics: store,
      filter: compiled.filter,
      state,
      retainAvailable: true,
      oursAt: () => 0,
      qosOf: () => null,
    }),
  ).entries;
}

function outlineOf(store: TopicStore, entries = listed(store)): InventoryOutline {
  const outline = new InventoryOutline(store, entries);
  finished(outline.build());
  finished(outline.choose({ all: true, rules: [] }));
  finished(outline.layOut({ by: 'topic', descending: false }, { open: true, except: [] }));
  return outline;
}

const drawn = (store: TopicStore, outline: InventoryOutline) =>
  readRows(store, outline, 0, 1_000).map(
    ({ level, name, count, bytes, expanded }) =>
      `${'  '.repeat(level - 1)}${name} ${count} ${bytes}${expanded === false ? ' closed' : ''}`,
  );

const names = (store: TopicStore, entries: readonly Entry[]) =>
  entries.map(({ node }) => topicKey(store.pathBytes(node))).toSorted();

test('Parents add up what lies below them; levels with a single child are one row with it.', () => {
  const store = retainedStore({
    'plant/hall/press/state': 'on',
    'plant/hall/press/mode': 'auto',
    'yard/gate': 'x',
    plant: '12',
  });
  expect(drawn(store, outlineOf(store))).toEqual([
    'plant 3 8',
    '  hall/press 2 6',
    '    mode 1 4',
    '    state 1 2',
    'yard/gate 1 1',
  ]);
});

test('Odd names keep their place: empty levels, a lone slash, spaces, signs, and what is no text.', () => {
  const keys = ['/', 'a//b', 'a/', ' x ', '😀/ö', '\0bad\\xff'];
  const store = retainedStore(Object.fromEntries(keys.map((key) => [key, 'v'])));
  const outline = outlineOf(store);
  const rows = readRows(store, outline, 0, 100);
  expect(
    rows
      .filter(({ entry }) => entry !== null)
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual(keys.toSorted());
});

test('The list has what is retained and what may be, by the state that is asked for.', () => {
  const old = JSON.stringify({ ts: RETAINED_AT - 60 * DAY });
  const store = retainedStore({ a: old, b: '1', '$SYS/broker/uptime': '5 s' }, ['live']);
  expect(names(store, listed(store))).toEqual(['$SYS/broker/uptime', 'a', 'b']);
  expect(names(store, listed(store, 'stale'))).toEqual(['a']);
  expect(names(store, listed(store, 'unknown'))).toEqual(['live']);
  expect(listed(store).find(({ excluded }) => excluded !== null)?.state).toBe('protected');
});

test('A filter is asked about the retained message, and an age in it about that message’s own.', () => {
  const store = retainedStore({
    a: JSON.stringify({ ts: RETAINED_AT - 60 * DAY }),
    b: 'hot',
    c: 'x'.repeat(50),
  });
  send(store, { topic: 'b', payload: 'cold', at: RETAINED_AT });
  expect(names(store, listed(store, 'all', 'value:hot'))).toEqual(['b']);
  expect(names(store, listed(store, 'all', 'value:cold'))).toEqual([]);
  expect(names(store, listed(store, 'all', 'seen>30d'))).toEqual(['a']);
  expect(names(store, listed(store, 'all', 'size>40'))).toEqual(['c']);
  expect(names(store, listed(store, 'all', 'topic:a or topic:c'))).toEqual(['a', 'c']);
});

test('Rules choose subtrees and single topics, the nearest counts, and parents show how much of them is chosen.', () => {
  const store = retainedStore({ 'a/x': '1', 'a/y': '2', 'a/y/z': '3', b: '4', '$SYS/x': '5' });
  const outline = outlineOf(store);
  const chosen = (all: boolean, ...rules: (readonly [string, boolean])[]) => {
    finished(outline.choose({ all, rules: rules.map(([key, on]) => ({ key, on })) }));
    return {
      keys: names(
        store,
        outline.entries.filter((entry) => outline.isChosen(entry)),
      ),
      rows: Object.fromEntries(readRows(store, outline, 0, 99).map(({ key, chosen: how }) => [key, how])),
    };
  };
  expect(chosen(true)).toEqual({
    keys: ['a/x', 'a/y', 'a/y/z', 'b'],
    rows: { '$SYS/x': 'never', a: 'all', 'a/x': 'all', 'a/y': 'all', 'a/y/z': 'all', b: 'all' },
  });
  const without = chosen(true, ['a/y', false], ['a/y/z', true]);
  expect(without.keys).toEqual(['a/x', 'a/y/z', 'b']);
  expect(without.rows).toMatchObject({ a: 'some', 'a/y': 'some', 'a/x': 'all' });
  expect(chosen(false, ['a/y', true]).keys).toEqual(['a/y', 'a/y/z']);
  expect(chosen(false, ['gone', true]).keys).toEqual([]);
});

test('What is only maybe there is chosen by its own name and never along with others.', () => {
  const store = retainedStore({ 'a/x': '1' }, ['a/u']);
  const outline = outlineOf(store, listed(store, 'unknown'));
  const chosen = (key: string) => {
    finished(outline.choose({ all: true, rules: [{ key, on: true }] }));
    return names(
      store,
      outline.entries.filter((entry) => outline.isChosen(entry)),
    );
  };
  expect(chosen('a')).toEqual([]);
  expect(chosen('a/u')).toEqual(['a/u']);
});

test('Rows are sorted by size and by age, what is unknown last, and parents by what they add up to.', () => {
  const at = (days: number) => JSON.stringify({ ts: RETAINED_AT - days * DAY });
  const store = retainedStore({ 'a/1': at(3), 'a/2': at(90), b: 'x'.repeat(60), c: at(10) });
  const outline = outlineOf(store);
  const order = (by: 'size' | 'age', descending: boolean) => {
    finished(outline.layOut({ by, descending }, { open: false, except: [] }));
    return readRows(store, outline, 0, 9).map(({ key }) => key);
  };
  expect(order('age', true)).toEqual(['a', 'c', 'b']);
  expect(order('size', true)).toEqual(['b', 'a', 'c']);
  expect(order('size', false)).toEqual(['c', 'a', 'b']);
});

test('What was opened or closed by hand is so against the rule.', () => {
  const store = retainedStore({ 'a/1': '1', 'a/2': '2', 'b/1': '3', 'b/2': '4' });
  const outline = outlineOf(store);
  finished(outline.layOut({ by: 'topic', descending: false }, { open: false, except: ['b'] }));
  expect(drawn(store, outline)).toEqual(['a 2 2 closed', 'b 2 2', '  1 1 1', '  2 1 1']);
});

test('The summary adds up ages, subtrees and what is not chosen.', () => {
  const at = (days: number) => JSON.stringify({ ts: RETAINED_AT - days * DAY });
  const store = retainedStore({
    'p/a/1': at(0),
    'p/a/2': at(2),
    'p/b/1': at(40),
    'p/b/2': at(100),
    'p/c': 'x',
    ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`p/z${i}`, 'y'])),
  });
  const outline = outlineOf(store);
  const summary = summarise(store, outline, RETAINED_AT);
  expect(summary.ages).toEqual([1, 0, 1, 1, 1]);
  expect(summary.stale).toBe(2);
  expect(summary.subtrees.map(({ topic, count }) => `${topic} ${count}`).slice(0, 2)).toEqual([
    'p/a 2',
    'p/b 2',
  ]);
  expect(summary.more).toEqual({ subtrees: 4, count: 4, bytes: 4 });
  expect(summary.chosen).toMatchObject({ count: 11, bytes: summary.bytes });
});

test('Whatever the names, every listed message has one row, and parents hold the sum of it.', () => {
  const level = fc.constantFrom('a', 'b', '', ' ', '😀', '10', '9');
  const topic = fc
    .array(level, { minLength: 1, maxLength: 4 })
    .map((levels) => levels.join('/'))
    .filter((name) => name !== '');
  fc.assert(
    fc.property(fc.uniqueArray(topic, { maxLength: 30 }), (keys) => {
      const store = retainedStore(Object.fromEntries(keys.map((key, i) => [key, 'x'.repeat(i + 1)])));
      const outline = outlineOf(store);
      const rows = readRows(store, outline, 0, 1_000);
      expect(rows.flatMap(({ key, entry }) => (entry === null ? [] : [key])).toSorted()).toEqual(
        keys.toSorted(),
      );
      for (const { key, count, bytes } of rows) {
        const below = keys.flatMap((one, i) => (one === key || one.startsWith(`${key}/`) ? [i + 1] : []));
        expect([count, bytes]).toEqual([below.length, below.reduce((sum, size) => sum + size, 0)]);
      }
    }),
    { numRuns: 60 },
  );
});
