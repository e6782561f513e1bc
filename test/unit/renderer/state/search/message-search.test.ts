import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId, TopicKey } from '../../../../../src-main/contract/model/model.ts';
import type { SearchHit, SearchProgress } from '../../../../../src-main/contract/session/search.ts';
import { isRunning, MessageSearch } from '../../../../../src-renderer/state/search/message-search.ts';
import type { Engine } from '../../../../../src-renderer/state/engine/engine.ts';

const A = { id: ConnectionId.parse('a'), name: 'Plant' };
const B = { id: ConnectionId.parse('b'), name: 'Lab' };

const hit = (seq: number): SearchHit => ({
  seq,
  at: 1_000 + seq,
  key: TopicKey.parse(`t/${String(seq)}`),
  topic: `t/${String(seq)}`,
  size: 3,
  kept: 3,
  excerpt: { text: 'abc', from: 0, to: 1, hex: false },
  place: seq * 4,
});

const progress = (part: Partial<SearchProgress>): SearchProgress => ({
  state: 'running',
  read: 0,
  total: 100,
  messages: 0,
  topics: 0,
  found: 0,
  full: false,
  shortened: 0,
  long: 0,
  notKept: 0,
  ms: 1,
  ...part,
});

type Call = { readonly name: string; readonly params: Readonly<Record<string, unknown>> };
type Answer = (params: Call['params']) => unknown;

/** An engine that is asked for what `answers` says, and answers when it is let. */
function engine(answers: Readonly<Record<string, Answer>>) {
  const calls: Call[] = [];
  const call = (name: string, params: Call['params']): Promise<unknown> => {
    calls.push({ name, params });
    return Promise.resolve(answers[name]?.(params) ?? { kind: 'done' });
  };
  return { calls, search: new MessageSearch({ call } as unknown as Pick<Engine, 'call'>) };
}

const started: Answer = ({ connection }) => ({ kind: 'started', search: `of ${String(connection)}` });

describe('the search in messages', () => {
  test('reads the hits of every connection to the end, the newest first', async () => {
    const parts = [
      { kind: 'part', hits: [hit(9), hit(4)], progress: progress({ found: 3 }) },
      { kind: 'part', hits: [hit(6)], progress: progress({ state: 'done', found: 3 }) },
    ];
    const { calls, search } = engine({
      startSearch: started,
      readSearch: ({ connection }) =>
        connection === 'a'
          ? parts.shift()
          : { kind: 'part', hits: [], progress: progress({ state: 'done' }) },
    });
    search.edit({ text: 'door', as: 'regex' });
    await search.start([A, B], 'never asked for');
    const { asked, groups } = search.store.getState();
    expect(asked).toBe('door');
    expect(groups.map(({ name, hits }) => [name, hits.map(({ seq }) => seq)])).toEqual([
      ['Plant', [9, 6, 4]],
      ['Lab', []],
    ]);
    expect(calls.filter(({ name }) => name === 'startSearch').map(({ params }) => params)).toEqual([
      { connection: 'a', text: 'door', as: 'regex', filter: '' },
      { connection: 'b', text: 'door', as: 'regex', filter: '' },
    ]);
    expect(
      calls.filter(({ name, params }) => name === 'readSearch' && params['connection'] === 'a'),
    ).toMatchObject([{ params: { search: 'of a', from: 0 } }, { params: { search: 'of a', from: 2 } }]);
    expect(isRunning(search.store.getState())).toBe(false);
  });

  test('says of a connection why it was not searched, and goes on with the others', async () => {
    const { search } = engine({
      startSearch: (params) =>
        params['connection'] === 'a' ? failed('bad-search', 'No.', 'Change it.') : started(params),
      readSearch: () => ({ kind: 'ended' }),
    });
    search.edit({ text: '(' });
    await search.start([A, B], '');
    expect(search.store.getState().groups.map(({ problem }) => problem)).toEqual([
      'No. Change it.',
      'The search was ended. Search again.',
    ]);
    expect(isRunning(search.store.getState())).toBe(false);
  });

  test('asks for filtered topics only where that is wanted, and for nothing by an empty text', async () => {
    const { calls, search } = engine({
      startSearch: started,
      readSearch: () => ({ kind: 'part', hits: [], progress: progress({ state: 'done' }) }),
    });
    await search.start([A], 'level:1');
    expect(calls).toEqual([]);
    search.edit({ text: 'x', onlyFiltered: true });
    await search.start([A], 'level:1');
    expect(calls[0]?.params).toMatchObject({ filter: 'level:1' });
  });

  test('ends where it is stopped before the engine has a name for it', async () => {
    let name = (): void => undefined;
    const named = new Promise<unknown>((resolve) => {
      name = () => resolve({ kind: 'started', search: 's1' });
    });
    let over = false;
    const { calls, search } = engine({
      startSearch: () => named,
      stopSearch: () => {
        over = true;
        return { kind: 'done' };
      },
      readSearch: () => {
        if (!over) throw new Error('it is read on although it was stopped');
        return { kind: 'part', hits: [], progress: progress({ state: 'stopped' }) };
      },
    });
    search.edit({ text: 'x' });
    const searching = search.start([A], '');
    search.stop();
    name();
    await searching;
    expect(calls.map(({ name: asked }) => asked)).toEqual(['startSearch', 'stopSearch', 'readSearch']);
    expect(isRunning(search.store.getState())).toBe(false);
  });

  test('says what to do where a connection is lost in the midst of it', async () => {
    const { search } = engine({
      startSearch: started,
      readSearch: () => failed('closed', 'It is closed.', 'Connect again.'),
    });
    search.edit({ text: 'x' });
    await search.start([A], '');
    expect(search.store.getState().groups[0]?.problem).toBe('It is closed. Connect again.');
  });

  test('drops what an older search answers, and stops it', async () => {
    let release = (): void => undefined;
    const waiting = new Promise<unknown>((resolve) => {
      release = () =>
        resolve({ kind: 'part', hits: [hit(1)], progress: progress({ state: 'done', found: 1 }) });
    });
    let reads = 0;
    const { calls, search } = engine({
      startSearch: started,
      readSearch: () =>
        reads++ === 0 ? waiting : { kind: 'part', hits: [], progress: progress({ state: 'done' }) },
    });
    search.edit({ text: 'x' });
    const first = search.start([A], '');
    while (reads === 0) await Promise.resolve();
    search.edit({ text: 'y' });
    await search.start([A], '');
    release();
    await first;
    expect(search.store.getState()).toMatchObject({ asked: 'y', groups: [{ hits: [] }] });
    expect(calls.filter(({ name }) => name === 'stopSearch')).toMatchObject([{ params: { search: 'of a' } }]);
  });

  test('reads the chosen message and what is around it, of the scope that was chosen last', async () => {
    const { calls, search } = engine({
      readMessage: () => ({ kind: 'message', bytes: Uint8Array.of(1, 2), size: 3 }),
      readAround: ({ scope }) =>
        scope === 'all'
          ? {
              kind: 'around',
              messages: [{ seq: 5, at: 1, key: 't/5', topic: 't/5', size: 3, preview: { kind: 'empty' } }],
            }
          : { kind: 'gone' },
    });
    search.choose({ connection: A.id, hit: hit(5) });
    await expect.poll(() => search.store.getState().around).toEqual([]);
    expect(search.store.getState().read).toEqual({ kind: 'message', bytes: Uint8Array.of(1, 2), size: 3 });
    search.setScope('all');
    expect(search.store.getState().around).toBeNull();
    await expect.poll(() => search.store.getState().around).toMatchObject([{ seq: 5 }]);
    expect(calls.at(-1)?.params).toMatchObject({ key: 't/5', seq: 5, place: 20, scope: 'all' });
    const asked = calls.length;
    search.choose({ connection: A.id, hit: hit(5) });
    expect(calls).toHaveLength(asked);
  });

  test('says that a message is gone, or why it cannot be read', async () => {
    let answer: unknown = { kind: 'gone', why: 'evicted' };
    const { search } = engine({ readMessage: () => answer, readAround: () => ({ kind: 'gone' }) });
    search.choose({ connection: A.id, hit: hit(5) });
    await expect.poll(() => search.store.getState().read).toEqual({ kind: 'gone' });
    answer = failed('closed', 'It is closed.', '');
    search.choose({ connection: A.id, hit: hit(6) });
    await expect.poll(() => search.store.getState().read).toEqual({ kind: 'problem', why: 'It is closed.' });
    search.choose(null);
    expect(search.store.getState().chosen).toBeNull();
  });
});
