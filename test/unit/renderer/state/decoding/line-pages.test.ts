import { describe, expect, test } from 'vitest';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import { createLinePages } from '../../../../../src-renderer/state/decoding/line-pages.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';

const LAYOUT = { sorted: false, compact: false, columns: 100 };
const GONE = { kind: 'failed', code: 'decoded-gone', message: 'Not laid out any more.', advice: '' };

interface Asked {
  readonly name: string;
  readonly params: Record<string, unknown>;
}

const settle = async () => {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
};

/** An engine with a text of so many rows, which lets go of it when the test says so. */
function bench(rows: number, perAnswer = 1_000) {
  const asked: Asked[] = [];
  let opened = 0;
  let held = '';
  const answers: Readonly<Record<string, (params: Record<string, unknown>) => unknown>> = {
    openLines: () => {
      held = `d${String(++opened)}`;
      return { kind: 'opened', id: held, shape: 'json', rows, lines: rows, chars: 9, bytes: 9, note: null };
    },
    readLines: ({ from, count }) => {
      const [first, many] = [Number(from), Math.min(perAnswer, Number(count))];
      const numbers = Array.from({ length: many }, (_, at) => first + at + 1);
      const folds = first === 0 ? [{ row: 1, end: 3, count: 2, tail: '}' }] : [];
      return { kind: 'lines', from: first, rows: numbers.map((n) => `row ${String(n)}`), numbers, folds };
    },
    findInLines: ({ query }) => ({
      kind: 'found',
      rows: [String(query).length],
      columns: [0],
      lengths: [1],
      more: false,
    }),
    lineValue: ({ row }) => ({ kind: 'value', path: ['a'], json: String(row) }),
    lineFolds: () => ({ kind: 'folds', rows: new Uint8Array(Int32Array.of(1, 3).buffer) }),
  };
  const session = {
    connectionId: ConnectionId.parse('c1'),
    client: {
      call: (name: string, params: Record<string, unknown>) => {
        asked.push({ name, params });
        const isGone = name !== 'openLines' && params['id'] !== held;
        return Promise.resolve(isGone ? GONE : answers[name]?.(params));
      },
    },
  } as unknown as ConnectionSession;
  const pages = createLinePages(session, { kind: 'message', key: 't', which: 1 }, LAYOUT);
  return { pages, asked, names: () => asked.map(({ name }) => name), letGo: () => (held = '') };
}

describe('A long text', () => {
  test('is read where it is looked at, each page once', async () => {
    const { pages, asked } = bench(1_000);
    expect(pages.row(450)).toBeNull();
    expect(pages.row(451)).toBeNull();
    await settle();
    expect(pages.store.getState()).toMatchObject({ version: 1, opened: { rows: 1_000 } });
    expect(pages.row(450)).toEqual({ text: 'row 451', number: 451, fold: null });
    expect(asked.slice(1)).toEqual([{ name: 'readLines', params: { id: 'd1', from: 400, count: 200 } }]);
    expect(pages.row(1)).toBeNull();
    await settle();
    expect(pages.row(1)?.fold).toMatchObject({ end: 3, count: 2 });
  });

  test('with long rows comes in as many answers as it takes, to its last row', async () => {
    const { pages, asked } = bench(230, 7);
    pages.row(229);
    await settle();
    expect(pages.row(229)?.text).toBe('row 230');
    expect(asked.slice(1).map(({ params }) => [params['from'], params['count']])).toEqual([
      [200, 30],
      [207, 23],
      [214, 16],
      [221, 9],
      [228, 2],
    ]);
  });

  test('is laid out again where the decoder has let it go, once for all that is asked', async () => {
    const { pages, names, letGo } = bench(1_000);
    await settle();
    letGo();
    const [value] = await Promise.all([pages.value(7), pages.folds()]);
    expect(value).toEqual({ kind: 'value', path: ['a'], json: '7' });
    expect([...(await pages.folds())]).toEqual([1, 3]);
    expect(names().filter((name) => name === 'openLines')).toHaveLength(2);
  });

  test('is searched for what was typed last only', async () => {
    const { pages, asked } = bench(10);
    await settle();
    for (const query of ['a', 'ab', 'abc']) pages.find(query);
    await settle();
    const queries = asked.filter(({ name }) => name === 'findInLines').map(({ params }) => params['query']);
    expect(queries).toEqual(['a', 'abc']);
    expect(pages.store.getState().found).toMatchObject({ query: 'abc', rows: [3] });
    pages.find('');
    expect(pages.store.getState().found).toBeNull();
    await settle();
    expect(asked.filter(({ name }) => name === 'findInLines')).toHaveLength(2);
  });

  test('says why it is not laid out, and nothing after its end', async () => {
    const call = (name: string) =>
      Promise.resolve(name === 'openLines' ? { kind: 'gone', why: 'evicted' } : GONE);
    const session = {
      connectionId: ConnectionId.parse('c1'),
      client: { call },
    } as unknown as ConnectionSession;
    const pages = createLinePages(session, { kind: 'decoded', id: 'x' }, LAYOUT);
    await settle();
    expect(pages.store.getState().problem).toBe('This message was dropped for newer ones.');
    await expect(pages.value(1)).rejects.toThrow('This message was dropped for newer ones.');
    const other = createLinePages(session, { kind: 'decoded', id: 'x' }, LAYOUT);
    other.close();
    await settle();
    expect(other.store.getState().problem).toBeNull();
  });
});
