import { describe, expect, it } from 'vitest';
import { NO_NODE, ROOT, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import type { Forgetting, Forgotten } from '../../../../../src-main/core/topics/store/forgetter.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { HistorySearch } from '../../../../../src-main/core/search/history-search.ts';
import { readNeedle } from '../../../../../src-main/core/search/needle.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { send } from '../../../../support/store/messages.ts';

const START = 1_700_000_000_000;
const encoder = new TextEncoder();

function opened(topicCap = 100_000): TopicStore {
  return new TopicStore({ memoryBytes: 2 ** 24, topicCap, seed: 1, startedAt: START });
}

const nodeOf = (store: TopicStore, topic: string): Node => store.find(encoder.encode(topic));

function forget(store: TopicStore, what: Forgetting): Forgotten {
  const all: Forgotten[] = [];
  store.forget(what, (forgotten) => all.push(forgotten));
  while (store.work(() => false));
  expect(all).toHaveLength(1);
  return all[0]!;
}

const subtree = (store: TopicStore, topic: string): Forgetting => ({
  kind: 'subtree',
  node: nodeOf(store, topic),
});
const topicOnly = (store: TopicStore, topic: string): Forgetting => ({
  kind: 'topic',
  node: nodeOf(store, topic),
});

function balance(store: TopicStore): void {
  const c = store.counters();
  expect(c.kept + c.evicted + c.forgotten + c.dropped).toBe(c.received + c.system);
}

describe('a topic that a person has forgotten', () => {
  it('is removed with its messages and the levels that only led to it, and its parents add up to the rest', () => {
    const store = opened();
    for (let i = 0; i < 5; i++) send(store, { topic: 'a/b/c' });
    for (let i = 0; i < 3; i++) send(store, { topic: 'a/d' });
    expect(forget(store, topicOnly(store, 'a/b/c'))).toEqual({ topics: 1, messages: 5, retained: 0 });
    expect([nodeOf(store, 'a/b/c'), nodeOf(store, 'a/b')]).toEqual([NO_NODE, NO_NODE]);
    expect([store.subtreeMessages(nodeOf(store, 'a')), store.subtreeTopics(ROOT)]).toEqual([3, 1]);
    expect(store.counters()).toMatchObject({ topics: 1, forgottenTopics: 1, forgotten: 5, kept: 3 });
    balance(store);
  });

  it('comes back with its next message, and that message alone', () => {
    const store = opened();
    for (let i = 0; i < 4; i++) send(store, { topic: 'a/b', payload: `old ${String(i)}` });
    forget(store, topicOnly(store, 'a/b'));
    send(store, { topic: 'a/b', payload: 'new' });
    const node = nodeOf(store, 'a/b');
    expect(store.messages(node)).toBe(1);
    expect(store.record(store.lastRecord(node))?.previous).toBe(0);
  });

  it('stays as a branch where others lie below it, without a message of its own', () => {
    const store = opened();
    send(store, { topic: 'lamp', payload: 'secret one', retain: true });
    send(store, { topic: 'lamp', payload: 'secret two' });
    send(store, { topic: 'lamp/available', payload: 'yes' });
    expect(forget(store, topicOnly(store, 'lamp'))).toEqual({ topics: 1, messages: 2, retained: 1 });
    const lamp = nodeOf(store, 'lamp');
    expect([store.isTopic(lamp), store.messages(lamp), store.subtreeMessages(lamp)]).toEqual([false, 0, 1]);
    expect([store.lastRecord(lamp), store.lastRetainedRecord(lamp)]).toEqual([0, 0]);
    expect(store.retained(lamp)).toMatchObject({ state: 'unknown', by: 'none' });
    expect(store.counters()).toMatchObject({ topics: 1, retained: 0, kept: 1 });
    send(store, { topic: 'lamp', payload: 'three' });
    expect([store.isTopic(lamp), store.messages(lamp), store.subtreeMessages(lamp)]).toEqual([true, 1, 2]);
    balance(store);
    forget(store, subtree(store, 'lamp'));
    expect([nodeOf(store, 'lamp'), store.counters().topics]).toEqual([NO_NODE, 0]);
    balance(store);
  });

  it('is not found by a search of what is kept, whether its branch stays or not', () => {
    const store = opened();
    for (const topic of ['lamp', 'lamp/available', 'door', 'other'])
      send(store, { topic, payload: 'needle' });
    forget(store, topicOnly(store, 'lamp'));
    forget(store, topicOnly(store, 'door'));
    send(store, { topic: 'lamp', payload: 'needle again' });
    const needle = readNeedle({ text: 'needle', as: 'text' });
    if (typeof needle === 'string') throw new Error(needle);
    const search = new HistorySearch(store, needle, null);
    while (search.step());
    expect(search.hits.map(({ topic, size }) => `${topic} ${String(size)}`).toSorted()).toEqual([
      'lamp 12',
      'lamp/available 6',
      'other 6',
    ]);
  });

  it('leaves the records of others as they are when the log makes room', () => {
    const store = new TopicStore({ memoryBytes: 2 ** 20, topicCap: 1_000, seed: 1, startedAt: START });
    send(store, { topic: 'stays', payload: 'x'.repeat(2_000) });
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 100; i++) send(store, { topic: 'lamp', payload: 'y'.repeat(200) });
      send(store, { topic: 'lamp/available', payload: 'z' });
      forget(store, topicOnly(store, 'lamp'));
    }
    expect(store.counters().evicted).toBeGreaterThan(0);
    expect(store.record(store.lastRecord(nodeOf(store, 'stays')))?.size).toBe(2_000);
    balance(store);
  });
});

describe('a branch that a person has forgotten', () => {
  it('takes all with it that is below it, and nothing whose name begins alike', () => {
    const store = opened();
    for (const topic of ['a', 'a/b', 'a/b/c', 'a/b/c/d', 'ab', 'a/bc', 'b/a/b']) send(store, { topic });
    expect(forget(store, subtree(store, 'a/b'))).toEqual({ topics: 3, messages: 3, retained: 0 });
    expect(['a', 'ab', 'a/bc', 'b/a/b'].map((topic) => store.messages(nodeOf(store, topic)))).toEqual([
      1, 1, 1, 1,
    ]);
    expect(nodeOf(store, 'a/b')).toBe(NO_NODE);
    balance(store);
  });

  it('is taken in slices, between which what comes meanwhile stays', () => {
    const store = opened();
    for (let i = 0; i < 2_000; i++) send(store, { topic: `a/${String(i)}` });
    const results: Forgotten[] = [];
    store.forget(subtree(store, 'a'), (forgotten) => results.push(forgotten));
    expect(store.work(() => true)).toBe(true);
    expect(store.counters().topics).toBeGreaterThan(1_800);
    for (let i = 0; i < 10; i++) send(store, { topic: `a/new ${String(i)}` });
    while (store.work(() => false));
    expect(results).toEqual([{ topics: 2_000, messages: 2_000, retained: 0 }]);
    expect(store.subtreeTopics(nodeOf(store, 'a'))).toBe(10);
  });

  it('ends where the branch went another way, though its number is in use again', () => {
    const store = opened();
    for (let i = 0; i < 100; i++) send(store, { topic: `a/${String(i)}` });
    const results: Forgotten[] = [];
    store.forget(subtree(store, 'a'), () => undefined);
    store.forget(subtree(store, 'a'), (forgotten) => results.push(forgotten));
    while (store.counters().topics > 0) store.work(() => true);
    for (let i = 0; i < 100; i++) send(store, { topic: `b/${String(i)}` });
    while (store.work(() => false));
    expect(results).toEqual([{ topics: 0, messages: 0, retained: 0 }]);
    expect(store.counters().topics).toBe(100);
  });
});

describe('all that is silent', () => {
  it('is forgotten, and what comes on time is not', () => {
    const store = opened();
    store.rhythms.began(START);
    const pass = (seconds: number, topics: readonly string[]) => {
      for (let second = 1; second <= seconds; second++) {
        store.tick(store.now + 1_000);
        if (second % 5 === 0) for (const topic of topics) send(store, { topic });
        while (store.work(() => false));
      }
    };
    pass(120, ['a/late', 'a/live', 'lamp', 'lamp/live']);
    pass(30, ['a/live', 'lamp/live']);
    expect(store.late(ROOT)).toBe(2);
    expect(forget(store, { kind: 'late' })).toEqual({ topics: 2, messages: 48, retained: 0 });
    expect(store.late(ROOT)).toBe(0);
    expect([nodeOf(store, 'a/late'), store.isTopic(nodeOf(store, 'lamp'))]).toEqual([NO_NODE, false]);
    expect(store.subtreeTopics(ROOT)).toBe(2);
  });
});

describe('a view of what is forgotten', () => {
  const SPEC = { anchor: null, offset: 0, rows: 50, filter: '', selected: null };
  const settled = (view: TopicView, store: TopicStore) => {
    while (store.work(() => false));
    while (view.work(() => false));
    return view.frame(store.now);
  };

  it('has no match any more of a branch that stays, under a filter by value and an order by figures', () => {
    const store = opened();
    for (const topic of ['lamp', 'lamp/on', 'door']) send(store, { topic, payload: '40' });
    const view = new TopicView({ source: store, spec: { ...SPEC, filter: 'value>30' }, now: START });
    view.act({ kind: 'sort', sorting: { by: 'messages', descending: true } }, START);
    expect(settled(view, store)).toMatchObject({ matches: 3, total: 3 });
    forget(store, topicOnly(store, 'lamp'));
    const frame = settled(view, store);
    expect(frame).toMatchObject({ matches: 2, total: 3 });
    expect(frame.rows.find(({ key }) => key === 'lamp')).toMatchObject({ match: false, own: 0, messages: 1 });
    forget(store, topicOnly(store, 'lamp/on'));
    expect(settled(view, store)).toMatchObject({ matches: 1, total: 1 });
    view.dispose();
  });

  it('says nothing of the old value of a selected branch', () => {
    const store = opened();
    send(store, { topic: 'lamp', payload: 'old', retain: true });
    send(store, { topic: 'lamp/on', payload: '1' });
    const view = new TopicView({ source: store, spec: { ...SPEC, selected: 'lamp' }, now: START });
    expect(settled(view, store).selected).toMatchObject({ latest: { size: 3 }, messages: 1 });
    forget(store, topicOnly(store, 'lamp'));
    expect(settled(view, store).selected).toMatchObject({
      state: 'known',
      messages: 0,
      latest: null,
      lastRetained: null,
    });
    expect(view.readMessage('lamp', 'latest', 0, 100)).toMatchObject({ kind: 'gone' });
    view.dispose();
  });

  it('that is paused keeps what it showed, and catches up', () => {
    const store = opened();
    for (const topic of ['lamp', 'lamp/on']) send(store, { topic, payload: '40' });
    const view = new TopicView({ source: store, spec: { ...SPEC, filter: 'value>30' }, now: START });
    settled(view, store);
    view.act({ kind: 'pause' }, START);
    forget(store, topicOnly(store, 'lamp'));
    expect(settled(view, store)).toMatchObject({ matches: 2 });
    view.act({ kind: 'resume' }, START);
    expect(settled(view, store)).toMatchObject({ matches: 1, total: 2 });
    view.dispose();
  });
});

describe('topics of hundreds of levels', () => {
  const deep = (name: string): string => Array.from({ length: 500 }, () => name).join('/');
  const forgottenInSlices = (store: TopicStore): number[] => {
    const slices: number[] = [];
    let before = store.topicCount;
    store.work(() => {
      if (before !== store.topicCount) slices.push(before - store.topicCount);
      before = store.topicCount;
      return false;
    });
    return slices;
  };

  it('are forgotten one at a time, as each takes as long as hundreds of others', () => {
    const store = opened();
    for (let i = 0; i < 12; i++) send(store, { topic: `deep/${deep(String(100 + i))}` });
    store.setLimits({ memoryBytes: 2 ** 24, topicCap: 8 });
    expect(forgottenInSlices(store)).toEqual([1, 1, 1, 1]);
    store.forget(subtree(store, 'deep'), () => undefined);
    expect(Math.max(...forgottenInSlices(store))).toBe(1);
    expect(store.topicCount).toBe(0);
    balance(store);
  });

  it('are so as well where only the name is long', () => {
    const store = opened();
    for (let i = 0; i < 40; i++) send(store, { topic: `${'x'.repeat(60_000)}${String(i)}` });
    store.setLimits({ memoryBytes: 2 ** 24, topicCap: 20 });
    expect(Math.max(...forgottenInSlices(store))).toBeLessThan(8);
    expect(store.topicCount).toBe(20);
  });
});
