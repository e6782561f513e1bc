import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { DecoderRule } from '../../../../src-main/contract/model/decoder-rule.ts';
import { MAX_PIECE } from '../../../../src-main/contract/decoding/decoder-calls.ts';
import { bytesOf, chainText, step } from '../../../support/decoding.ts';
import { opened } from './opened.ts';

const connection = ConnectionId.parse('c1');

const message = (key: string) => ({ kind: 'message', key, which: 'latest' }) as const;

describe('Decoding a kept message', () => {
  test('reads its bytes and its content type from the connection', async () => {
    // Content type (3): application/cbor.
    const properties = bytesOf('03 0010 6170706c69636174696f6e2f63626f72');
    const { handlers } = opened({ t: { payload: bytesOf('01'), properties } });
    const result = await handlers.decode({ connection, source: message('t'), chain: null, nodes: 5 });
    if (result.kind !== 'decoded') throw new Error(result.kind);
    expect(chainText(result)).toBe('CBOR');
    expect(result.stages[0]?.why).toBe('content type application/cbor');
  });

  test('reads a long one piece by piece', async () => {
    const payload = new Uint8Array(2 * MAX_PIECE + 10).fill(0x20);
    payload.set(bytesOf('text:[1]'), payload.length - 3);
    const { handlers, reads } = opened({ t: { payload } });
    const result = await handlers.decode({ connection, source: message('t'), chain: null, nodes: 5 });
    expect(result).toMatchObject({ kind: 'decoded', nodes: [{ shape: 'list' }, { text: '1' }] });
    expect(reads).toEqual([
      { offset: 0, length: MAX_PIECE },
      { offset: MAX_PIECE, length: MAX_PIECE },
      { offset: 2 * MAX_PIECE, length: 10 },
    ]);
  });

  test('knows that it was kept shortened', async () => {
    const { handlers } = opened({ t: { payload: bytesOf('a2 6161 01 6162'), size: 100 } });
    const chain = [step('cbor')];
    const result = await handlers.decode({ connection, source: message('t'), chain, nodes: 5 });
    expect(result).toMatchObject({ notes: ['Kept shortened: the end is missing.'], by: { kind: 'chosen' } });
  });

  test('says where it is gone', async () => {
    const { handlers } = opened({});
    const asked = { connection, source: message('t'), chain: null, nodes: 5 };
    expect(await handlers.decode(asked)).toEqual({ kind: 'gone', why: 'never' });
  });

  test('takes bytes that the window has', async () => {
    const { handlers } = opened({});
    const source = { kind: 'bytes', bytes: bytesOf('text:{"a":1}'), cut: false, key: null } as const;
    const result = await handlers.decode({ connection, source, chain: null, nodes: 5 });
    expect(result).toMatchObject({ view: 'tree', total: 2 });
  });

  test('reads on in what was decoded, until it is not kept any more', async () => {
    const { handlers } = opened({ t: { payload: bytesOf('text:["a","b"]') } });
    const first = await handlers.decode({ connection, source: message('t'), chain: null, nodes: 1 });
    if (first.kind !== 'decoded') throw new Error(first.kind);
    const { id } = first;
    expect(await handlers.decodedNodes({ id, from: 1, count: 9 })).toMatchObject({
      nodes: [{ text: 'a' }, { text: 'b' }],
    });
    expect(await handlers.decodedText({ id, node: 2, offset: 0, length: 9 })).toMatchObject({ text: 'b' });
    expect(await handlers.decodedBytes({ id, stage: 0, offset: 0, length: 3 })).toMatchObject({ total: 9 });
    const gone = { code: 'decoded-gone' };
    expect(await handlers.decodedNodes({ id: 'x', from: 0, count: 1 })).toMatchObject(gone);
    expect(await handlers.decodedText({ id: 'x', node: null, offset: 0, length: 1 })).toMatchObject(gone);
    expect(await handlers.decodedBytes({ id, stage: 5, offset: 0, length: 1 })).toMatchObject(gone);
  });
});

describe('A rule', () => {
  const rules: DecoderRule[] = [
    { filter: 'plant/#', chain: [step('hex')] },
    { filter: 'plant/+/raw', chain: [step('gzip'), step('number', 'uint8')] },
  ];
  const gzipped = Uint8Array.from(gzipSync(Uint8Array.of(7, 8)));

  test('decides where nobody has chosen, the most specific one', async () => {
    const { handlers } = opened({ 'plant/a/raw': { payload: gzipped } }, rules);
    const asked = { connection, source: message('plant/a/raw'), nodes: 5 };
    const byRule = await handlers.decode({ ...asked, chain: null });
    expect(byRule).toMatchObject({ by: { kind: 'rule', filter: 'plant/+/raw' }, total: 3 });
    const byHand = await handlers.decode({ ...asked, chain: [step('bytes')] });
    expect(byHand).toMatchObject({ by: { kind: 'chosen' }, view: 'bytes' });
  });

  test('has the schemas it names', async () => {
    const schemas = [{ name: 'a.proto', text: 'syntax = "proto3"; message A { int32 v = 1; }' }];
    const chain = [step('protobuf', 'A')];
    const { handlers } = opened({ t: { payload: bytesOf('08 05') } }, [{ filter: 't', chain }], schemas);
    const result = await handlers.decode({ connection, source: message('t'), chain: null, nodes: 5 });
    expect(result).toMatchObject({ nodes: [{}, { key: 'v', text: '5' }] });
  });
});

test('A Sparkplug B message is named by the birth certificate of its node', async () => {
  // A birth with the metric "RPM" (alias 7, Int32), and data with that alias and the value 5.
  const birth = bytesOf('12 0b 0a 03 52504d 10 07 20 03 50 00');
  const { handlers } = opened({
    'spBv1.0/g/NBIRTH/n': { payload: birth },
    'spBv1.0/g/NDATA/n': { payload: bytesOf('12 04 10 07 50 05') },
  });
  const result = await handlers.decode({
    connection,
    source: message('spBv1.0/g/NDATA/n'),
    chain: null,
    nodes: 9,
  });
  expect(result).toMatchObject({ nodes: [{}, { key: 'metrics' }, { key: 'RPM', text: '5', type: 'Int32' }] });
});
