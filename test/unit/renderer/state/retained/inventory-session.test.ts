import { createStore } from 'zustand/vanilla';
import { expect, test } from 'vitest';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { Inventory, InventoryRow } from '../../../../../src-main/contract/session/inventory.ts';
import {
  InventorySession,
  isAllChosen,
} from '../../../../../src-renderer/state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_STATE } from '../../../../../src-renderer/state/tree/view-state.ts';

interface Asked {
  readonly from: number;
  readonly count: number;
  readonly seen: number | null;
  readonly query: { readonly filter: string; readonly state: string };
  readonly choice: object;
  readonly expansion: object;
  readonly sort: object;
}

const row = (index: number): InventoryRow => ({
  key: `t/${index}`,
  topic: `t/${index}`,
  name: `${index}`,
  level: 1,
  expanded: null,
  count: 1,
  bytes: 1,
  oldest: null,
  chosen: 'all',
  entry: null,
});

/** An engine with so many rows, which answers when the test says so. */
function opened(total = 1_000) {
  const asked: Asked[] = [];
  const timers: (() => void)[] = [];
  const opened: (readonly string[])[] = [];
  const closers: (() => void)[] = [];
  let broken: Error | null = null;
  let rows = total;
  let from0 = 0;
  let answer: () => void = () => undefined;
  let version = 1;
  const inventory = ({ from, count }: Asked): Inventory => ({
    kind: 'inventory',
    version,
    rows,
    from,
    window: Array.from({ length: Math.max(0, Math.min(count, rows - from)) }, (_, i) =>
      row(from0 + from + i),
    ),
    summary: {
      count: total,
      bytes: total,
      chosen: { count: total, bytes: total, returning: 0 },
      unchosen: { unknown: 0, protected: 0 },
      stale: 0,
      ages: [0, 0, 0, 0, 0],
      subtrees: [],
      more: { subtrees: 0, count: 0, bytes: 0 },
    },
    probe: { kind: 'never' },
    shortfall: null,
    problem: null,
    cut: false,
  });
  const store = createStore(() => EMPTY_STATE);
  const session = {
    connectionId: ConnectionId.parse('c'),
    store,
    onClose: (end: () => void) => closers.push(end),
    openClear: (keys: readonly string[]) => opened.push(keys),
    client: {
      call: (name: string, params: Asked) => {
        if (name === 'probeRetained') return Promise.reject(new Error('the pipe ended'));
        asked.push(params);
        const why = broken;
        if (why !== null) return new Promise((_, refuse) => (answer = () => refuse(why)));
        const reported = params.seen === version ? { kind: 'same' as const } : inventory(params);
        return new Promise((resolve) => (answer = () => resolve(reported)));
      },
    },
  } as unknown as ConnectionSession;
  const it = new InventorySession(session, {
    after: (_, run) => {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
  });
  const turn = async () => {
    answer();
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const later = () => timers.splice(0).forEach((run) => run());
  /** There are so many rows from now on, without the first ones. */
  const news = (now: number, gone = 0) => {
    version++;
    rows = now;
    from0 = gone;
  };
  const fails = (why: Error | null) => (broken = why);
  const close = () => closers.forEach((end) => end());
  return { it, asked, store, turn, later, timers, news, fails, close, opened };
}

test('It reads only while somebody looks, and asks now and then whether the list still holds.', async () => {
  const { it, asked, turn, later, timers } = opened();
  expect(asked).toEqual([]);
  const leave = it.watch();
  await turn();
  expect(it.store.getState().total).toBe(1_000);
  later();
  expect(asked.map(({ seen }) => seen)).toEqual([null, 1]);
  await turn();
  leave();
  expect(timers).toEqual([]);
});

test('Why a probe could not start stays until the next one, while the list goes on.', async () => {
  const { it, turn } = opened();
  it.watch();
  await turn();
  await it.probe();
  await turn();
  expect(it.store.getState()).toMatchObject({
    problem: null,
    refused: expect.stringContaining('the pipe ended'),
  });
});

test('What is asked for while an answer is under way is asked after it, once.', async () => {
  const { it, asked, turn } = opened();
  it.watch();
  it.setState('stale');
  it.sortBy('size');
  expect(asked).toHaveLength(1);
  await turn();
  expect(asked).toHaveLength(2);
  expect(asked[1]).toMatchObject({ query: { state: 'stale' }, sort: { by: 'size', descending: true } });
});

test('Rows that are not here are fetched, those that are stay as they are.', async () => {
  const { it, asked, turn } = opened();
  it.watch();
  await turn();
  it.scrollTo(5);
  expect(asked).toHaveLength(1);
  it.scrollTo(500);
  await turn();
  expect(asked.at(-1)).toMatchObject({ from: 460, seen: null });
  it.goTo(999);
  await turn();
  expect(it.store.getState()).toMatchObject({ active: { index: 999 }, top: 970 });
  expect(it.rowAt(999)?.key).toBe('t/999');
});

test('A row stands for what is below it: the rules below it go when it is chosen or not any more.', async () => {
  const { it, turn } = opened(3);
  it.watch();
  await turn();
  it.toggle({ ...row(0), key: 'a/b', chosen: 'all' });
  it.toggle({ ...row(0), key: 'ab', chosen: 'none' });
  it.toggle({ ...row(0), key: 'a', chosen: 'some' });
  it.toggle({ ...row(0), key: '$SYS', chosen: 'never' });
  expect(it.store.getState().choice).toEqual({
    all: true,
    rules: [
      { key: 'ab', on: true },
      { key: 'a', on: true },
    ],
  });
});

test('Another filter begins at the top, with everything chosen.', async () => {
  const { it, asked, store, turn } = opened();
  it.watch();
  await turn();
  it.chooseAll(false);
  await turn();
  it.scrollTo(300);
  await turn();
  store.setState({ filter: 'plant' });
  expect(it.store.getState()).toMatchObject({ top: 0, active: null, choice: { all: true, rules: [] } });
  await turn();
  await turn();
  expect(asked.at(-1)).toMatchObject({ query: { filter: 'plant' }, from: 0 });
});

test('An open parent that is closed by hand is an exception, and no more when it is opened again.', async () => {
  const { it, turn } = opened();
  it.watch();
  await turn();
  it.expandAll(true);
  await turn();
  it.turn('a', false);
  expect(it.store.getState().expansion).toEqual({ open: true, except: ['a'] });
  it.turn('a', true);
  expect(it.store.getState().expansion).toEqual({ open: true, except: [] });
});

test('Clearing from elsewhere takes what is ticked, or all that is listed where nothing is, and says which.', () => {
  const { it, store } = opened();
  const previewed = () => {
    const { scope, about = '' } = store.getState().clearing ?? {};
    return [scope?.kind === 'inventory' ? scope.choice : null, about] as const;
  };
  it.clearShown();
  expect(previewed()).toEqual([{ all: true, rules: [] }, 'What is ticked in Retained.']);
  it.chooseAll(false);
  it.clearShown();
  expect(previewed()).toEqual([{ all: true, rules: [] }, 'Nothing is ticked: all that Retained lists.']);
  it.toggle({ ...row(3), chosen: 'none' });
  it.clearShown();
  const three = { all: false, rules: [{ key: 't/3', on: true }] };
  expect(previewed()).toEqual([three, 'What is ticked in Retained.']);
  it.clearChosen();
  expect(previewed()).toEqual([three, 'What is ticked in Retained.']);
  it.clearRow({ ...row(4), expanded: true });
  expect(previewed()).toEqual([{ all: false, rules: [{ key: 't/4', on: true }] }, '']);
});

/** One that is looked at and has its first rows. */
async function looked(total = 1_000) {
  const all = opened(total);
  all.it.watch();
  await all.turn();
  const again = async () => {
    all.later();
    await all.turn();
  };
  return { ...all, again };
}

test('A list that could not be read says why until it can, and is asked for again.', async () => {
  const { it, fails, again } = await looked();
  fails(new Error('the pipe ended'));
  await again();
  expect(it.store.getState()).toMatchObject({ problem: 'the pipe ended', total: 1_000 });
  fails(null);
  it.scrollTo(500);
  await again();
  expect(it.store.getState().problem).toBeNull();
});

test('The row that keys act on goes with its topic; where that is gone the one in its place takes over.', async () => {
  const { it, news, again } = await looked();
  it.goTo(10);
  expect(it.store.getState().active).toEqual({ key: 't/10', index: 10 });
  news(997, 3);
  await again();
  expect(it.store.getState().active).toEqual({ key: 't/10', index: 7 });
  news(900, 100);
  await again();
  expect(it.store.getState().active).toEqual({ key: 't/107', index: 7 });
});

test('A list that becomes shorter is not shown beyond its end.', async () => {
  const { it, turn, news, again } = await looked();
  it.resize(20);
  it.scrollTo(900);
  await turn();
  news(30);
  await again();
  expect(it.store.getState()).toMatchObject({ total: 30, top: 10 });
  news(5);
  await again();
  expect(it.store.getState().top).toBe(0);
});

test('Keys go to no row before the first or behind the last, and bring theirs just into sight.', async () => {
  const { it } = await looked(100);
  it.resize(10.5);
  it.goTo(-3);
  expect(it.store.getState()).toMatchObject({ active: { index: 0 }, top: 0 });
  it.goTo(9);
  expect(it.store.getState().top).toBe(0);
  it.goTo(10);
  expect(it.store.getState()).toMatchObject({ active: { index: 10 }, top: 1 });
  it.goTo(500);
  expect(it.store.getState()).toMatchObject({ active: { index: 99 }, top: 89.5 });
  it.goTo(89);
  expect(it.store.getState().top).toBe(89);
});

test('Large and old ones come first by a press on their column, names from a to z, and another turns it round.', async () => {
  const { it } = await looked();
  const sorted = (by: 'topic' | 'size' | 'age') => {
    it.sortBy(by);
    return it.store.getState().sort;
  };
  expect(sorted('topic')).toEqual({ by: 'topic', descending: true });
  expect(sorted('size')).toEqual({ by: 'size', descending: true });
  expect(sorted('size')).toEqual({ by: 'size', descending: false });
  expect(sorted('age')).toEqual({ by: 'age', descending: true });
  expect(sorted('topic')).toEqual({ by: 'topic', descending: false });
});

test('A single topic is cleared as one, and a parent with all that is below it.', async () => {
  const { it, store, opened: single } = await looked();
  it.clearRow(row(4));
  expect([single, store.getState().clearing]).toEqual([[['t/4']], null]);
  it.clearRow({ ...row(4), expanded: false });
  expect(store.getState().clearing).toMatchObject({
    scope: { query: { filter: '', state: 'all' }, choice: { all: false, rules: [{ key: 't/4', on: true }] } },
  });
});

test('Nothing is asked for once the connection is closed, whatever is still done.', async () => {
  const { it, asked, close, timers, store } = await looked();
  close();
  expect(timers).toEqual([]);
  it.sortBy('size');
  it.scrollTo(500);
  store.setState({ filter: 'plant' });
  expect(asked).toHaveLength(1);
});

test('All is chosen where only what cannot be, or is only maybe there, is left.', () => {
  const of = (count: number, unchosen: { unknown: number; protected: number }) => {
    const chosen = { count, bytes: 0, returning: 0 };
    return isAllChosen({ summary: { count: 5, chosen, unchosen } } as unknown as Inventory);
  };
  expect(of(5, { unknown: 0, protected: 0 })).toBe(true);
  expect(of(2, { unknown: 1, protected: 2 })).toBe(true);
  expect(of(2, { unknown: 1, protected: 1 })).toBe(false);
  expect(of(0, { unknown: 0, protected: 5 })).toBe(false);
});
