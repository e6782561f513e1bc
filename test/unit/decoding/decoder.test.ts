import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Decoded } from '../../../src-main/contract/decoding/decoded.ts';
import { Decoder } from '../../../src-main/decoding/decoder.ts';
import type { DecoderAnswer, DecoderRequest } from '../../../src-main/decoding/protocol.ts';
import { bytesOf, NOTHING_AROUND } from '../../support/decoding.ts';

function open(): {
  ask(request: DecoderRequest): DecoderAnswer;
  decode(bytes: Uint8Array, nodes?: number): Decoded;
} {
  let now = 0;
  const decoder = new Decoder('g', () => (now += 5));
  const ask = (request: DecoderRequest) => decoder.answer(request);
  return {
    ask,
    decode(bytes, nodes = 10) {
      const answer = ask({
        kind: 'decode',
        bytes,
        chain: null,
        by: { kind: 'automatic' },
        around: NOTHING_AROUND,
        nodes,
      });
      if (answer.kind !== 'decoded') throw new Error(answer.kind);
      return answer.decoded;
    },
  };
}

const json = (of: unknown) => bytesOf(`text:${JSON.stringify(of)}`);

describe('What was decoded', () => {
  test('has an id of its own, and the time it took', () => {
    const { decode } = open();
    expect([decode(json({})), decode(json({}))].map(({ id, ms }) => [id, ms])).toEqual([
      ['g-1', 5],
      ['g-2', 5],
    ]);
  });

  test('is read on by pages of its values', () => {
    const { ask, decode } = open();
    const { id, nodes, total } = decode(json(Array.from({ length: 30 }, (_, at) => at)), 10);
    expect([nodes.length, total]).toEqual([10, 31]);
    expect(ask({ kind: 'nodes', id, from: 29, count: 10 })).toMatchObject({
      kind: 'nodes',
      nodes: [{ text: '28' }, { text: '29' }],
    });
    expect(ask({ kind: 'nodes', id, from: 31, count: 10 })).toEqual({ kind: 'nodes', nodes: [] });
  });

  test('has of a long value its beginning, and the rest by pieces', () => {
    const { ask, decode } = open();
    const { id, nodes } = decode(json({ a: 'x'.repeat(3_000) }));
    expect([nodes[1]?.text.length, nodes[1]?.left]).toEqual([1_024, 1_976]);
    expect(ask({ kind: 'text', id, node: 1, offset: 2_990, length: 50 })).toEqual({
      kind: 'text',
      text: 'x'.repeat(10),
      total: 3_000,
    });
    expect(ask({ kind: 'text', id, node: 99, offset: 0, length: 50 })).toEqual({
      kind: 'text',
      text: '',
      total: 0,
    });
  });

  test('has a name that is longer than a page holds shortened, and says how long it is', () => {
    const { decode } = open();
    const name = `${'n'.repeat(5_000)}end`;
    const [, node] = decode(json({ [name]: 1 })).nodes;
    expect(node?.key).toHaveLength(1_025);
    expect(node?.key?.endsWith('end')).toBe(true);
    expect(node?.note).toBe('its name has 5,003 characters');
    expect(decode(json({ [name.slice(0, 1_024)]: 1 })).nodes[1]?.key).toHaveLength(1_024);
  });

  test('has its text by pieces as well', () => {
    const { ask, decode } = open();
    const { id, text, textLength } = decode(bytesOf(`text:${'line\n'.repeat(20_000)}`));
    expect([text.length, textLength]).toEqual([65_536, 100_000]);
    expect(ask({ kind: 'text', id, node: null, offset: 99_996, length: 50 })).toMatchObject({
      text: 'ine\n',
    });
  });

  test('has the bytes that each stage read', () => {
    const { ask, decode } = open();
    const packed = gzipSync('{"a":1}');
    const { id } = decode(packed);
    const bytes = (stage: number, offset = 0, length = 100) =>
      ask({ kind: 'bytes', id, stage, offset, length });
    expect(bytes(0)).toMatchObject({ total: packed.length });
    expect(bytes(1, 1, 3)).toEqual({ kind: 'bytes', bytes: bytesOf('text:"a"'), total: 7 });
    expect(bytes(2)).toEqual({ kind: 'gone' });
  });

  test('is kept while a dozen others are, the one that was read last the longest', () => {
    const { ask, decode } = open();
    const first = decode(json([1])).id;
    const second = decode(json([2])).id;
    const alive = (id: string) => ask({ kind: 'nodes', id, from: 0, count: 1 }).kind === 'nodes';
    for (let at = 0; at < 10; at++) decode(json([at]));
    expect(alive(first)).toBe(true);
    decode(json([0]));
    expect([alive(first), alive(second)]).toEqual([true, false]);
    expect(alive('other-1')).toBe(false);
  });

  test('is let go sooner where it is large, but never the latest', () => {
    const { ask, decode } = open();
    const large = () => decode(new Uint8Array(150_000_000).fill(0xff), 0).id;
    const one = large();
    const other = large();
    const read = (id: string) => ask({ kind: 'bytes', id, stage: 0, offset: 0, length: 1 }).kind;
    expect([read(one), read(other)]).toEqual(['gone', 'bytes']);
  }, 60_000);
});

describe('What else is asked', () => {
  test('is answered as it is meant', () => {
    const { ask } = open();
    const preview = { kind: 'preview', chain: null, around: NOTHING_AROUND, chars: 20 } as const;
    expect(ask({ ...preview, bytes: bytesOf('a1 61 61 05') })).toMatchObject({ preview: { kind: 'json' } });
    expect(ask({ ...preview, bytes: bytesOf('ff') })).toEqual({ kind: 'preview', preview: null });
    const numbers = ask({
      kind: 'numbers',
      bytes: bytesOf('05 06'),
      lengths: [1, 1],
      chain: [{ decoder: 'cbor', option: '' }],
      around: NOTHING_AROUND,
      paths: [[]],
    });
    expect(numbers).toEqual({ kind: 'numbers', numbers: Float64Array.of(5, 6) });
  });

  test('of a schema is what can be chosen in it, or why it cannot be read', () => {
    const { ask } = open();
    const schemas = [
      { name: 'a.proto', text: 'syntax = "proto3"; message A {}' },
      { name: 'b.avsc', text: '{' },
    ];
    expect(ask({ kind: 'schema', name: 'a.proto', schemas })).toEqual({
      kind: 'schema',
      types: ['A'],
      problem: null,
    });
    expect(ask({ kind: 'schema', name: 'b.avsc', schemas })).toMatchObject({
      types: [],
      problem: expect.stringMatching(/^Topicscope cannot read the schema: .*\.$/),
    });
    expect(ask({ kind: 'schema', name: 'none.proto', schemas })).toMatchObject({ types: [], problem: null });
  });

  test('of a long text is answered by its rows, and dropped with its source', () => {
    const { ask, decode } = open();
    const layout = { sorted: false, compact: false, columns: 80 };
    const { id } = decode(json({ a: [1, 2] }));
    const opened = ask({ kind: 'lines', asked: { kind: 'open-lines', of: id, cut: false, layout } });
    expect(opened).toMatchObject({ kind: 'opened', shape: 'json', bytes: 0 });
    const document = opened.kind === 'opened' ? opened.id : '';
    expect(
      ask({ kind: 'lines', asked: { kind: 'read-lines', id: document, from: 0, count: 2 } }),
    ).toMatchObject({
      rows: ['{', '  "a": ['],
    });
    const none = { kind: 'open-lines', of: 'g-99', cut: false, layout } as const;
    expect(ask({ kind: 'lines', asked: none })).toEqual({ kind: 'gone' });
    const bytes = { ...none, of: bytesOf('ff') };
    expect(ask({ kind: 'lines', asked: bytes })).toEqual({ kind: 'no-text' });
  });
});
