import { describe, expect, test } from 'vitest';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import { bytesOf } from '../../../support/decoding.ts';
import { opened } from './opened.ts';

const connection = ConnectionId.parse('c1');
const layout = { sorted: false, compact: false, columns: 100 };
const source = (key: string) => ({ kind: 'message', key, which: 7 }) as const;

describe('A long text', () => {
  test('is laid out once, and then read, searched and copied from by its id', async () => {
    const { handlers, reads } = opened({ t: { payload: bytesOf('text:\ufeff{"a":[1,2],"b":"two"}') } });
    const answer = await handlers.openLines({ connection, source: source('t'), layout });
    if (answer.kind !== 'opened') throw new Error(answer.kind);
    expect(answer).toMatchObject({ shape: 'json', rows: 7, lines: 7, bytes: 24, note: null });
    const { id } = answer;
    expect(await handlers.readLines({ id, from: 5, count: 10 })).toMatchObject({
      rows: ['  "b": "two"', '}'],
    });
    expect(await handlers.findInLines({ id, query: 'TWO' })).toMatchObject({ rows: [5], columns: [8] });
    expect(await handlers.lineValue({ id, row: 3 })).toEqual({ kind: 'value', path: ['a', 1], json: '2' });
    const folds = await handlers.lineFolds({ id });
    if (folds.kind !== 'folds') throw new Error(folds.kind);
    expect([...new Int32Array(folds.rows.slice().buffer)]).toEqual([1, 4]);
    expect(reads).toHaveLength(1);
  });

  test('may be the text of what was decoded', async () => {
    const { handlers } = opened({ t: { payload: bytesOf('a1 6161 01') } });
    const decoded = await handlers.decode({
      connection,
      source: { kind: 'message', key: 't', which: 'latest' },
      chain: null,
      nodes: 0,
    });
    if (decoded.kind !== 'decoded') throw new Error(decoded.kind);
    const asked = { connection, source: { kind: 'decoded', id: decoded.id } as const, layout };
    const answer = await handlers.openLines(asked);
    expect(answer).toMatchObject({ kind: 'opened', shape: 'json', lines: 3 });
    const gone = await handlers.openLines({ ...asked, source: { kind: 'decoded', id: 'x' } });
    expect(gone).toMatchObject({ kind: 'failed', code: 'decoded-gone' });
  });

  test('is not laid out where it is gone, or no text', async () => {
    const { handlers } = opened({ bin: { payload: bytesOf('ff00') } });
    expect(await handlers.openLines({ connection, source: source('none'), layout })).toEqual({
      kind: 'gone',
      why: 'never',
    });
    expect(await handlers.openLines({ connection, source: source('bin'), layout })).toMatchObject({
      kind: 'failed',
      code: 'no-text',
    });
  });

  test('that was kept shortened ends where its last character does', async () => {
    const { handlers } = opened({ t: { payload: bytesOf('5b 22 c3a4 c3'), size: 50 } });
    const answer = await handlers.openLines({ connection, source: source('t'), layout });
    expect(answer).toMatchObject({ kind: 'opened', shape: 'json', bytes: 4 });
  });

  test('goes when two others were opened, and says so', async () => {
    const { handlers } = opened({ t: { payload: bytesOf('text:[1]') } });
    const open = async () => {
      const answer = await handlers.openLines({ connection, source: source('t'), layout });
      if (answer.kind !== 'opened') throw new Error(answer.kind);
      return answer.id;
    };
    const [first, second] = [await open(), await open()];
    // Read last: it stays.
    await handlers.readLines({ id: first, from: 0, count: 1 });
    await open();
    expect(await handlers.readLines({ id: first, from: 0, count: 1 })).toMatchObject({ rows: ['['] });
    for (const answer of [
      await handlers.readLines({ id: second, from: 0, count: 1 }),
      await handlers.findInLines({ id: second, query: 'x' }),
      await handlers.lineValue({ id: second, row: 0 }),
      await handlers.lineFolds({ id: second }),
    ])
      expect(answer).toMatchObject({ kind: 'failed', code: 'decoded-gone' });
  });
});
