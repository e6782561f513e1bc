import { beforeEach, describe, expect, test } from 'vitest';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { ViewAction, ViewFrame, ViewSpec } from '../../../../../src-main/contract/model/view.ts';
import {
  createSession,
  type ConnectionSession,
} from '../../../../../src-renderer/state/tree/tree-session.ts';
import { TreeKeys } from '../../../../../src-renderer/features/topics/tree-keys.ts';
import { rowById } from '../../../../../src-renderer/state/tree/view-state.ts';
import type { ViewClient } from '../../../../../src-renderer/state/tree/view-link.ts';
import type { WebStorage } from '../../../../../src-renderer/state/tree/view-memory.ts';
import { frame, row, selected, windowOf } from '../../frames.ts';

const ID = ConnectionId.parse('c1');
const KEYS = Array.from({ length: 2_000 }, (_, at) => `t${at + 1_000}`);

interface Opened {
  readonly view: string;
  readonly spec: ViewSpec;
  send(frame: ViewFrame): Promise<void>;
  end(error?: Error): Promise<void>;
  closed: boolean;
}

/** An engine that only does what the test says. */
class ScriptedEngine {
  readonly opened: Opened[] = [];
  readonly actions: ViewAction[] = [];
  /** Answers to `updateView` are held back while set. */
  hold = false;
  readonly #held: (() => void)[] = [];
  /** Turns to wait for until everything that is ready has run. */
  static async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }

  async release(): Promise<void> {
    this.hold = false;
    for (const go of this.#held.splice(0)) go();
    await ScriptedEngine.settle();
  }

  readonly client = {
    call: (name: string, params: { action?: ViewAction }) => {
      if (name === 'updateView' && params.action !== undefined) this.actions.push(params.action);
      if (!this.hold) return Promise.resolve({ kind: 'done' });
      return new Promise((resolve) => this.#held.push(() => resolve({ kind: 'done' })));
    },
    stream: (_name: string, params: { view: string; spec: ViewSpec }) => {
      type Step = IteratorResult<ViewFrame, undefined>;
      let take: ((step: Step | Promise<Step>) => void) | null = null;
      const queue: (Step | Promise<Step>)[] = [];
      const give = async (step: Step | Promise<Step>) => {
        if (take === null) queue.push(step);
        else take(step);
        take = null;
        await ScriptedEngine.settle();
      };
      const opened: Opened = {
        ...params,
        closed: false,
        send: (value) => give({ done: false, value }),
        end: (error) => give(error === undefined ? { done: true, value: undefined } : Promise.reject(error)),
      };
      this.opened.push(opened);
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next: () => {
          const ready = queue.shift();
          return ready === undefined
            ? new Promise<Step>((resolve) => (take = resolve))
            : Promise.resolve(ready);
        },
        return: async () => {
          opened.closed = true;
          await give({ done: true, value: undefined });
          return { done: true, value: undefined };
        },
      };
    },
  } as unknown as ViewClient;
}

class PlainMemory implements WebStorage {
  readonly values = new Map<string, string>();
  getItem = (key: string) => this.values.get(key) ?? null;
  setItem = (key: string, value: string) => void this.values.set(key, value);
}

let engine: ScriptedEngine;
let memory: PlainMemory;
let names = 0;

function open(): ConnectionSession {
  return createSession(engine.client, ID, '/', {
    pace: { nextPaint: () => Promise.resolve(), sleep: () => Promise.resolve() },
    memory,
    now: () => 1_000,
    viewId: () => `view-${++names}`,
  });
}

beforeEach(() => {
  engine = new ScriptedEngine();
  memory = new PlainMemory();
  // A tree that was touched before: nothing opens by itself.
  memory.setItem('topicscope.views', JSON.stringify([[ID, { touched: true }]]));
});

async function opened(session = open()): Promise<{ session: ConnectionSession; view: Opened }> {
  await ScriptedEngine.settle();
  const view = engine.opened.at(-1)!;
  await view.send(windowOf(KEYS, 0, 60, new Map()));
  engine.actions.length = 0;
  return { session, view };
}

describe('what is looked at', () => {
  test('is said once while an answer is under way, and then as it is by then', async () => {
    const { session } = await opened();
    engine.hold = true;
    for (let top = 1; top <= 50; top++) session.scrollTo(top * 10);
    expect(engine.actions).toHaveLength(1);
    await engine.release();
    expect(engine.actions).toHaveLength(2);
    const last = engine.actions[1];
    // Row 500 is not loaded: it is asked for by its index.
    expect(last?.kind === 'look' && last.spec.anchor === null && last.spec.offset < 500).toBe(true);
    session.close();
  });

  test('is said at once when a topic is selected, and not again when nothing changed', async () => {
    const { session } = await opened();
    session.select('t1005');
    session.select('t1005');
    await ScriptedEngine.settle();
    expect(engine.actions).toMatchObject([{ kind: 'look', spec: { selected: 't1005' } }]);
    session.close();
  });

  test('starts at the top when something is typed into the filter, and comes back after', async () => {
    const { session, view } = await opened();
    session.scrollTo(30);
    await ScriptedEngine.settle();
    session.setFilter('t12');
    expect(session.store.getState()).toMatchObject({ top: 0, filter: 't12' });
    await ScriptedEngine.settle();
    await view.send(frame({ total: 1, matches: 1, ids: [], rows: [] }));
    session.setFilter('');
    await ScriptedEngine.settle();
    expect(engine.actions.at(-1)).toMatchObject({ kind: 'look', spec: { filter: '', anchor: 't1030' } });
    session.close();
  });
});

describe('keys faster than frames', () => {
  const closed = row(1, 'a', { children: 2 });
  const a = row(1, 'a', { children: 2, expanded: true });
  const tree = (open: boolean) =>
    open
      ? frame({ total: 4, ids: [1, 2, 3, 4], rows: [a, row(2, 'a/x'), row(3, 'a/y'), row(4, 'b')] })
      : frame({ total: 2, ids: [1, 4], rows: [closed, row(4, 'b')] });
  const active = (session: ConnectionSession) => session.store.getState().active?.view.row.key;
  const press = (session: ConnectionSession, key: string) =>
    new TreeKeys(session, () => undefined).press(
      { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
      0,
    );

  async function onRow(): Promise<{ session: ConnectionSession; view: Opened }> {
    const session = open();
    await ScriptedEngine.settle();
    const view = engine.opened.at(-1)!;
    await view.send(tree(false));
    session.goToIndex(0, true);
    return { session, view };
  }

  test('open a topic and enter it before its children are there', async () => {
    const { session, view } = await onRow();
    press(session, 'ArrowRight');
    press(session, 'ArrowRight');
    expect(active(session)).toBe('a');
    await view.send(tree(false));
    expect(active(session)).toBe('a');
    await view.send(tree(true));
    expect(active(session)).toBe('a/x');
    expect(session.store.getState().selectedKey).toBe('a/x');
    session.close();
  });

  test('do not enter what was left again meanwhile', async () => {
    const { session, view } = await onRow();
    press(session, 'ArrowRight');
    press(session, 'ArrowRight');
    press(session, 'ArrowDown');
    expect(active(session)).toBe('b');
    await view.send(tree(true));
    expect(active(session)).toBe('b');
    session.close();
  });

  test('open again what is being closed', async () => {
    const { session, view } = await onRow();
    await view.send(tree(true));
    engine.actions.length = 0;
    press(session, 'ArrowLeft');
    press(session, 'ArrowRight');
    expect(engine.actions).toEqual([
      { kind: 'collapse', key: 'a' },
      { kind: 'expand', key: 'a' },
    ]);
    session.close();
  });
});

describe('a row whose name is shown in another form', () => {
  const KEY = 'ci/win\\x64';
  const shown = row(7, KEY, { topic: 'ci/win\\\\x64', name: 'win\\\\x64' });

  test('is found by its id, wherever it moved', async () => {
    const session = open();
    await ScriptedEngine.settle();
    const view = engine.opened.at(-1)!;
    await view.send(frame({ total: 1, ids: [7], rows: [shown] }));
    expect(rowById(session.store.getState(), 7)).toMatchObject({ index: 0, view: { row: { key: KEY } } });
    await view.send(frame({ total: 2, ids: [1, 7], rows: [row(1, 'a')] }));
    expect(rowById(session.store.getState(), 7)?.index).toBe(1);
    expect(rowById(session.store.getState(), 99)).toBeNull();
    expect(rowById(session.store.getState(), NaN)).toBeNull();
    session.close();
  });

  test('is still there by its id while it is active and out of the window', async () => {
    const session = open();
    await ScriptedEngine.settle();
    const view = engine.opened.at(-1)!;
    await view.send(frame({ total: 2_000, ids: [7], rows: [shown] }));
    session.goToIndex(0, true);
    await view.send(frame({ total: 2_000, first: 900, ids: [1], rows: [row(1, 'a')] }));
    expect(rowById(session.store.getState(), 7)?.view.row.key).toBe(KEY);
    session.close();
  });

  test('is copied by its key', async () => {
    const session = open();
    await ScriptedEngine.settle();
    await engine.opened.at(-1)!.send(frame({ total: 1, ids: [7], rows: [shown] }));
    const copied: string[] = [];
    const keys = new TreeKeys(session, (key) => copied.push(key));
    keys.press({ key: 'c', ctrlKey: true, metaKey: false, altKey: false, shiftKey: false }, 0);
    expect(copied).toEqual([KEY]);
    session.close();
  });
});

describe('across a reload', () => {
  test('the selection and what was opened by hand come back', async () => {
    const { session } = await opened();
    session.select('a/b');
    session.expand('a');
    session.expand('a/b');
    session.collapse('a/b');
    session.close();

    const again = open();
    await ScriptedEngine.settle();
    const view = engine.opened.at(-1)!;
    expect(view.spec.selected).toBe('a/b');
    engine.actions.length = 0;
    await view.send(frame({ selected: selected('a/b') }));
    expect(engine.actions.filter(({ kind }) => kind === 'expand')).toEqual([{ kind: 'expand', key: 'a' }]);
    expect(again.store.getState().selected?.key).toBe('a/b');
    again.close();
  });

  test('nothing comes back where the storage holds something else', async () => {
    for (const bad of ['', '{', '[1,2]', '[["c1",null]]', '[["c1",{"selected":5,"expanded":"x"}]]']) {
      memory.setItem('topicscope.views', bad);
      const session = open();
      expect(session.store.getState().selectedKey).toBeNull();
      session.close();
    }
  });

  test('of connections without number only the last are remembered', () => {
    for (let at = 0; at < 100; at++) {
      const session = createSession(engine.client, ConnectionId.parse(`c${at}`), '/', {
        pace: { nextPaint: () => Promise.resolve(), sleep: () => Promise.resolve() },
        memory,
        now: () => 0,
        viewId: () => `v${at}`,
      });
      session.select(`topic ${at}`);
      session.close();
    }
    const kept: unknown = JSON.parse(memory.getItem('topicscope.views') ?? '[]');
    expect(kept).toHaveLength(20);
  });
});

describe('a view that ends', () => {
  test('keeps its last frame, says why, and is opened again under a new name', async () => {
    const { session, view } = await opened();
    await view.end(new Error('the worker died'));
    await ScriptedEngine.settle();
    expect(engine.opened).toHaveLength(2);
    expect(engine.opened[1]?.view).not.toBe(view.view);
    expect(session.store.getState()).toMatchObject({
      phase: 'lost',
      problem: 'the worker died',
      total: 2_000,
    });
    await engine.opened[1]?.send(windowOf(KEYS, 0, 60, new Map()));
    expect(session.store.getState()).toMatchObject({ phase: 'live', problem: null });
    session.close();
  });

  test('is closed on the other side with the session, and nothing is opened after', async () => {
    const { session, view } = await opened();
    session.close();
    await ScriptedEngine.settle();
    expect(view.closed).toBe(true);
    expect(engine.opened).toHaveLength(1);
    session.select('x');
    await ScriptedEngine.settle();
    expect(engine.actions).toEqual([]);
  });
});

test('a pointer that rests counts for nothing once the user acts elsewhere, until it moves again', async () => {
  const { session } = await opened();
  const pointed = () => session.store.getState().pointed;
  session.point('t1003', { x: 10, y: 90 });
  expect(pointed()).toBe('t1003');
  session.setFilter('t1');
  expect(pointed()).toBeNull();
  // Other rows came under it: a browser says so, from where the pointer is.
  session.point('t1007', { x: 10, y: 90 });
  expect(pointed()).toBeNull();
  let x = 11;
  session.point('t1007', { x, y: 90 });
  expect(pointed()).toBe('t1007');
  for (const act of [
    () => session.expandAll(),
    () => session.goToIndex(20),
    () => session.reveal('t1500'),
    () => session.expand('t1001'),
  ]) {
    session.point('t1007', { x: ++x, y: 90 });
    act();
    expect(pointed()).toBeNull();
  }
});

describe('a tree that nobody has touched yet', () => {
  const kinds = () => engine.actions.map(({ kind, ...rest }) => [kind, ...Object.values(rest)]);

  beforeEach(() => {
    memory = new PlainMemory();
  });

  async function untouched() {
    const session = open();
    await ScriptedEngine.settle();
    const view = engine.opened.at(-1)!;
    await view.send(windowOf(KEYS, 0, 60, new Map()));
    return { session, view };
  }

  test('opens by itself as far as its rows fit the screen, whatever size that gets', async () => {
    const { session } = await untouched();
    expect(kinds()).toEqual([['open-small', 30]]);
    session.resize(44.6 * 24);
    session.resize(3 * 24);
    expect(kinds().filter(([kind]) => kind === 'open-small')).toEqual([
      ['open-small', 30],
      ['open-small', 44],
      ['open-small', 16],
    ]);
    session.close();
  });

  test.each([
    ['selects', (session: ConnectionSession) => session.select('t1001')],
    ['opens', (session: ConnectionSession) => session.expand('t1001')],
    ['closes all', (session: ConnectionSession) => session.collapseAll()],
    ['scrolls', (session: ConnectionSession) => session.scrollTo(4)],
    ['moves', (session: ConnectionSession) => session.goToIndex(4)],
    ['takes the focus', (session: ConnectionSession) => session.focus(true)],
    ['reveals', (session: ConnectionSession) => session.reveal('t1001')],
  ])('is left as it is once somebody %s, and over a reload', async (_what, touch) => {
    const { session } = await untouched();
    engine.actions.length = 0;
    touch(session);
    expect(kinds()[0]).toEqual(['open-small', 0]);
    session.resize(50 * 24);
    touch(session);
    await ScriptedEngine.settle();
    expect(kinds().filter(([kind]) => kind === 'open-small')).toHaveLength(1);
    session.close();
    engine.actions.length = 0;
    const again = await untouched();
    expect(kinds().filter(([kind]) => kind === 'open-small')).toEqual([]);
    again.session.close();
  });

  test('keeps open what had opened by itself, when the view is made anew', async () => {
    const { session, view } = await untouched();
    const rows = [row(1, 'a', { expanded: true, children: 1 }), row(2, 'a/b')];
    await view.send(frame({ total: 2, ids: [1, 2], rows }));
    session.select('a/b');
    await ScriptedEngine.settle();
    engine.actions.length = 0;
    await view.end();
    await ScriptedEngine.settle();
    await engine.opened.at(-1)?.send(frame({ total: 2, ids: [1, 2], rows }));
    expect(kinds()).toContainEqual(['expand', 'a']);
    expect(kinds()).not.toContainEqual(['expand', 'a/b']);
    session.close();
  });
});

test('more rows fit where they are lower, and what is at the top stays there', async () => {
  const { session } = await opened();
  const { store } = session;
  session.resize(480);
  expect(store.getState()).toMatchObject({ viewRows: 20, rowHeight: 24 });
  session.scrollTo(5);
  session.resize(480, 20);
  expect(store.getState()).toMatchObject({ viewRows: 24, rowHeight: 20, top: 5 });
  session.resize(560);
  expect(store.getState()).toMatchObject({ viewRows: 28, rowHeight: 20 });
  session.resize(4);
  expect(store.getState().viewRows).toBe(1);
  session.close();
});

test('levels that are shown, and what was closed beside a topic, come back when the view is made anew', async () => {
  const { session, view } = await opened();
  session.expand('a');
  session.showLevels(3);
  session.expand('x/y');
  session.expand('x/z');
  session.collapseSiblings('x/y');
  expect(session.store.getState()).toMatchObject({ top: 0, home: true });
  await ScriptedEngine.settle();
  engine.actions.length = 0;
  await view.end();
  await ScriptedEngine.settle();
  await engine.opened.at(-1)?.send(windowOf(KEYS, 0, 60, new Map()));
  expect(engine.actions.filter(({ kind }) => kind !== 'look')).toEqual([
    { kind: 'expand-to', level: 3 },
    { kind: 'expand', key: 'x/y' },
  ]);
  session.collapseAll();
  session.close();
  engine.actions.length = 0;
  const again = await opened();
  expect(engine.actions.filter(({ kind }) => kind === 'expand-to')).toEqual([]);
  again.session.close();
});

describe('an order by figures', () => {
  const byRate = { by: 'rate', descending: true } as const;
  const sorts = () => engine.actions.filter(({ kind }) => kind === 'sort');
  const stale = { sorting: { ...byRate, stale: true }, total: 3 };

  test('is asked for from the top, remembered, and asked for again when the view is made anew', async () => {
    const { session, view } = await opened();
    session.scrollTo(500);
    session.sort(byRate);
    expect(session.store.getState()).toMatchObject({ top: 0, home: true });
    await ScriptedEngine.settle();
    expect(sorts()).toEqual([{ kind: 'sort', sorting: byRate }]);
    engine.actions.length = 0;
    await view.end();
    await ScriptedEngine.settle();
    await engine.opened.at(-1)?.send(windowOf(KEYS, 0, 60, new Map()));
    expect(sorts()).toEqual([{ kind: 'sort', sorting: byRate }]);
    session.close();
    engine.actions.length = 0;
    const again = open();
    await ScriptedEngine.settle();
    await engine.opened.at(-1)?.send(windowOf(KEYS, 0, 60, new Map()));
    expect(sorts()).toEqual([{ kind: 'sort', sorting: byRate }]);
    again.close();
  });

  test('is renewed by itself where nothing is held, and waits for the person where something is', async () => {
    const { session, view } = await opened();
    session.sort(byRate);
    await ScriptedEngine.settle();
    engine.actions.length = 0;
    session.point('t1000');
    await view.send(frame({ ...windowOf(KEYS.slice(0, 3), 0, 3, new Map()), ...stale }));
    expect(session.store.getState().sorting.stale).toBe(true);
    expect(sorts()).toEqual([]);
    session.sortAgain();
    expect(sorts()).toEqual([{ kind: 'sort', sorting: byRate }]);
  });

  test('is renewed at most once a second, and not for a large tree or a view that stands still', async () => {
    let now = 5_000;
    const session = createSession(engine.client, ID, '/', {
      pace: { nextPaint: () => Promise.resolve(), sleep: () => Promise.resolve() },
      memory,
      now: () => now,
      viewId: () => `view-${++names}`,
    });
    const { view } = await opened(session);
    const sent = async (part: Partial<ViewFrame>) => {
      engine.actions.length = 0;
      await view.send(frame({ ...windowOf(KEYS.slice(0, 3), 0, 3, new Map()), ...stale, ...part }));
      return sorts().length;
    };
    session.sort(byRate);
    await ScriptedEngine.settle();
    expect(await sent({})).toBe(1);
    now += 999;
    expect(await sent({})).toBe(0);
    now += 1;
    expect(await sent({})).toBe(1);
    now += 1_000;
    expect(await sent({ total: 5_001 })).toBe(0);
    expect(await sent({ paused: { seq: 1, at: now, newMessages: 0, newTopics: 0 } })).toBe(0);
    expect(await sent({ building: 0.5 })).toBe(0);
    expect(await sent({ sorting: { ...byRate, stale: false } })).toBe(0);
    expect(await sent({})).toBe(1);
  });
});
