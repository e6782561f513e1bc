import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { createHistory } from '../../../../../src-renderer/state/inspector/inspector-history.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_STATE, type SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { selected } from '../../frames.ts';
import { metaOf, settled } from './fake-log.ts';

function bench(topic: Parameters<typeof selected>[1]) {
  const clock = new ManualClock();
  const calls: { readonly name: string; readonly before: unknown }[] = [];
  const breaks = { on: false };
  const store = createStore<SessionState>(() => ({
    ...EMPTY_STATE,
    selectedKey: 'a',
    selected: selected('a', topic),
  }));
  const call = (name: string, { before }: { before: number | null }) => {
    calls.push({ name, before });
    if (breaks.on) return Promise.reject(new Error('The engine is busy.'));
    const from = before ?? 100;
    const messages = [1, 2].map((back) => {
      const meta = metaOf(from - back, 1);
      return name === 'readHistory'
        ? meta
        : { ...meta, key: `a/${String(back)}`, topic: `a/${String(back)}` };
    });
    return Promise.resolve({ messages, complete: false, more: true });
  };
  const session = { connectionId: 'c', viewId: 'v', store, client: { call } } as unknown as ConnectionSession;
  const history = createHistory(session, { now: clock.now, later: clock.after });
  return {
    history,
    calls,
    breaks,
    clock,
    store,
    /** A frame that says that something came. */
    frame: () => store.setState({ counters: {} as SessionState['counters'] }),
    names: () => calls.map(({ name }) => name),
  };
}

describe('The history of a branch', () => {
  test('without messages of its own is that of all below it', async () => {
    const { history, names } = bench({ latest: null, messages: 0, topics: 5 });
    history.watch(true);
    await settled();
    expect(names()).toEqual(['readBranchHistory']);
    const { below, messages } = history.store.getState();
    expect(below).toBe(true);
    expect(messages.map(({ topic }) => topic)).toEqual(['a/1', 'a/2']);
  });

  test('with messages of its own is that of the topic, until it is asked for', async () => {
    const { history, names } = bench({ latest: metaOf(99, 1), messages: 3, topics: 5 });
    history.watch(true);
    await settled();
    expect(history.store.getState().below).toBe(false);
    history.listBelow(true);
    await settled();
    expect(history.store.getState().below).toBe(true);
    history.listBelow(false);
    await settled();
    expect(names()).toEqual(['readHistory', 'readBranchHistory', 'readHistory']);
  });

  test('is read again when something came, at most once a second', async () => {
    const { history, calls, clock, frame } = bench({ latest: null, messages: 0, topics: 5 });
    history.watch(true);
    await settled();
    frame();
    frame();
    await settled();
    expect(calls).toHaveLength(1);
    clock.advance(1_000);
    await settled();
    expect(calls).toHaveLength(2);
    clock.advance(10_000);
    await settled();
    expect(calls).toHaveLength(2);
  });

  test('goes on to older messages of all its topics', async () => {
    const { history, calls } = bench({ latest: null, messages: 0, topics: 5 });
    history.watch(true);
    await settled();
    history.older();
    await settled();
    expect(calls.at(-1)).toEqual({ name: 'readBranchHistory', before: 98 });
    expect(history.store.getState().messages.map(({ seq }) => seq)).toEqual([99, 98, 97, 96]);
  });

  test('is forgotten with the topic: what was asked for one says nothing of another', async () => {
    const { history, names, store } = bench({ latest: metaOf(99, 1), messages: 3, topics: 5 });
    history.watch(true);
    history.listBelow(true);
    await settled();
    store.setState({ selectedKey: 'b', selected: selected('b', { latest: metaOf(99, 1), messages: 3 }) });
    await settled();
    expect(names().at(-1)).toBe('readHistory');
    expect(history.store.getState()).toMatchObject({ key: 'b', below: false });
  });

  test('leaves the way to the message before within the topic', async () => {
    const { history, names } = bench({ latest: null, messages: 0, topics: 5 });
    await history.olderThan(50);
    expect(names()).toEqual(['readHistory']);
  });
});

describe('A history that cannot be read', () => {
  /** ms after the first one at which it was read again, of a minute. */
  async function readsOf(opened: ReturnType<typeof bench>): Promise<number[]> {
    const { clock, calls } = opened;
    const begun = clock.now();
    const reads: number[] = [];
    for (let known = calls.length; clock.now() - begun < 60_000; clock.advance(100)) {
      await settled();
      if (calls.length > known) reads.push(clock.now() - begun);
      known = calls.length;
    }
    return reads;
  }

  test.each([
    ['a topic', { latest: metaOf(99, 1), messages: 3, topics: 1 }, [400, 1_200, 2_800, 6_000]],
    ['a branch', { latest: null, messages: 0, topics: 5 }, [2_000, 6_000, 14_000, 30_000]],
  ])('of %s is asked for less and less, and says why meanwhile', async (_, topic, expected) => {
    const opened = bench(topic);
    opened.breaks.on = true;
    opened.history.watch(true);
    await settled();
    expect(opened.calls).toHaveLength(1);
    const reads = await readsOf(opened);
    expect(reads.slice(0, 4)).toEqual(expected);
    expect(reads.length).toBeLessThan(10);
    expect(opened.history.store.getState()).toMatchObject({ loading: false, problem: 'The engine is busy.' });
  });

  test('is read as before once it answers, and at once when another topic is chosen', async () => {
    const opened = bench({ latest: metaOf(99, 1), messages: 3, topics: 1 });
    opened.breaks.on = true;
    opened.history.watch(true);
    await readsOf(opened);
    opened.breaks.on = false;
    opened.store.setState({
      selectedKey: 'b',
      selected: selected('b', { latest: metaOf(99, 1), messages: 3 }),
    });
    const before = opened.calls.length;
    await settled();
    expect(opened.calls).toHaveLength(before);
    expect(opened.history.store.getState()).toMatchObject({ key: 'b', problem: null });
    opened.store.setState({ selected: selected('b', { latest: metaOf(100, 1), messages: 4 }) });
    opened.clock.advance(200);
    await settled();
    expect(opened.calls).toHaveLength(before + 1);
  });
});
