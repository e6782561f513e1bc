import { describe, expect, it } from 'vitest';
import { MAX_HITS, type SearchAs } from '../../../../src-main/contract/session/search.ts';
import { compileFilter } from '../../../../src-main/core/query/match/compile.ts';
import { HistorySearch } from '../../../../src-main/core/search/history-search.ts';
import { readNeedle } from '../../../../src-main/core/search/needle.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { random } from '../../../support/random.ts';
import { send } from '../../../support/store/messages.ts';

function storeOf(memoryBytes = 2 ** 24, topicCap = 1_000): TopicStore {
  return new TopicStore({ memoryBytes, topicCap, seed: 1, startedAt: 1_700_000_000_000 });
}

function searchIn(store: TopicStore, text: string, as: SearchAs = 'text', filter = ''): HistorySearch {
  const needle = readNeedle({ text, as });
  if (typeof needle === 'string') throw new Error(needle);
  const compiled = compileFilter(filter);
  if (compiled.kind === 'problems') throw new Error('the filter is not valid');
  return new HistorySearch(store, needle, compiled.filter?.test ?? null);
}

function all(search: HistorySearch): HistorySearch {
  while (search.step());
  return search;
}

describe('a search in what is kept', () => {
  it('finds every message that has the text, the newest first, and nothing else', () => {
    const store = storeOf();
    const chance = random(5);
    const expected: number[] = [];
    for (let seq = 1; seq <= 30_000; seq++) {
      const has = chance.int(50) === 0;
      send(store, {
        topic: `t/${String(seq % 9)}`,
        payload: `${'x'.repeat(chance.int(80))}${has ? 'Needle' : 'needl'}`,
      });
      if (has) expected.unshift(seq);
    }
    const search = all(searchIn(store, 'needle'));
    expect(search.hits.map(({ seq }) => seq)).toEqual(expected);
    expect(search.progress(7)).toMatchObject({
      state: 'done',
      messages: 30_000,
      found: expected.length,
      topics: 9,
      full: false,
      notKept: 0,
      ms: 7,
    });
    expect(search.hits[0]).toMatchObject({
      key: `t/${String((expected[0] ?? 0) % 9)}`,
      size: expect.any(Number),
    });
  });

  it('has the newest hits long before it ends, and reports its progress', () => {
    const store = storeOf();
    for (let n = 0; n < 60_000; n++)
      send(store, { topic: 't', payload: `needle ${String(n)}${'x'.repeat(40)}` });
    const search = searchIn(store, 'needle 59999');
    let steps = 0;
    while (search.hits.length === 0) {
      expect(search.step()).toBe(true);
      steps++;
    }
    const { read, total, state } = search.progress(0);
    expect({ state, early: read < total / 8 }).toEqual({ state: 'running', early: true });
    let rest = 0;
    while (search.step()) rest++;
    expect(rest).toBeGreaterThan(4 * steps);
    expect(search.progress(0).read).toBe(total);
  });

  it('keeps the newest where there are more than a list can hold, and says so', () => {
    const store = storeOf();
    for (let n = 0; n < MAX_HITS + 500; n++) send(store, { topic: 't', payload: 'x' });
    const search = all(searchIn(store, 'x'));
    expect(search.progress(0)).toMatchObject({ state: 'done', full: true, found: MAX_HITS });
    expect(search.hits.at(-1)?.seq).toBe(501);
  });

  it('looks only in topics that a filter shows', () => {
    const store = storeOf();
    send(store, { topic: 'a/1', payload: 'on 1' });
    send(store, { topic: 'b/1', payload: 'on 2' });
    send(store, { topic: 'a/1', payload: 'on 3' });
    expect(all(searchIn(store, 'on', 'text', 'topic:a/#')).hits.map(({ seq }) => seq)).toEqual([3, 1]);
    expect(all(searchIn(store, 'on', 'text', 'value:2')).hits.map(({ seq }) => seq)).toEqual([2]);
  });

  it('leaves out what came after it began, and messages of topics that are not known any more', () => {
    const store = storeOf(2 ** 24, 2);
    send(store, { topic: 'old', payload: 'on' });
    send(store, { topic: 'b', payload: 'on' });
    send(store, { topic: 'c', payload: 'on' });
    const search = searchIn(store, 'on');
    send(store, { topic: 'b', payload: 'on, later' });
    expect(all(search).hits.map(({ key }) => key)).toEqual(['c', 'b']);
    expect(search.progress(0).notKept).toBe(1);
  });

  it('meets each message once that is moved within the log while it runs', () => {
    const store = storeOf(2 ** 20);
    for (let n = 0; n < 50; n++) send(store, { topic: `still/${String(n)}`, payload: `needle ${String(n)}` });
    for (let n = 0; n < 3_000; n++) send(store, { topic: 'noise', payload: 'y'.repeat(100) });
    const search = searchIn(store, 'needle');
    search.step();
    // All of the log is written anew, and the latest values of the others are carried along.
    for (let n = 0; n < 20_000; n++) send(store, { topic: 'noise', payload: 'y'.repeat(100) });
    all(search);
    expect(search.hits.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, n) => n + 1),
    );
    expect(search.progress(0).notKept).toBeGreaterThan(0);
  });

  it('says of how many messages only a part was looked at', () => {
    const store = storeOf();
    send(store, { topic: 'long', payload: `${'x'.repeat(9_000)}needle` });
    send(store, { topic: 'short', payload: 'needle' });
    const search = all(searchIn(store, 'n.edle', 'regex'));
    expect(search.hits.map(({ key }) => key)).toEqual(['short']);
    expect(search.progress(0)).toMatchObject({ long: 1, shortened: 0 });
  });

  it('ends when it is stopped, with what it found', () => {
    const store = storeOf();
    for (let n = 0; n < 60_000; n++) send(store, { topic: 't', payload: `${String(n)}${'x'.repeat(60)}` });
    const search = searchIn(store, '59999x');
    while (search.hits.length === 0) search.step();
    search.stop();
    expect(search.step()).toBe(false);
    expect(search.progress(3)).toMatchObject({ state: 'stopped', found: 1 });
  });

  it('is over at once where nothing was received', () => {
    const search = all(searchIn(storeOf(), 'x'));
    expect(search.progress(0)).toMatchObject({ state: 'done', messages: 0, found: 0 });
  });
});
