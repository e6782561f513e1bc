import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { DecoderSource } from '../../../../../src-main/contract/decoding/decoder-calls.ts';
import type { DecoderChain } from '../../../../../src-main/contract/model/decoder-rule.ts';
import { Decoder } from '../../../../../src-main/decoding/decoder.ts';
import {
  decodedDocument,
  jsonOf,
  needsDecoding,
} from '../../../../../src-renderer/state/decoding/decoded-document.ts';
import type { Loaded } from '../../../../../src-renderer/state/inspector/inspector.ts';
import { bytesOf, decoded, NOTHING_AROUND, step } from '../../../../support/decoding.ts';

const CBOR = bytesOf('a3 6161 01 6162 82 10 a1 6163 fa3fc00000 6164 42 00ff');

function loaded(bytes: Uint8Array, size = bytes.length): Loaded {
  return {
    meta: { seq: 3, size, kept: bytes.length },
    bytes,
    properties: new Uint8Array(),
  } as unknown as Loaded;
}

/** A session whose engine decodes what it is given, and keeps `message` only if so asked. */
function session(keeps: boolean, message: Uint8Array) {
  const decoder = new Decoder('t', () => 0);
  const asked: string[] = [];
  const call = (name: string, params: Record<string, unknown>) => {
    if (name === 'decode') {
      const { source, chain } = params as { source: DecoderSource; chain: DecoderChain | null };
      asked.push(source.kind);
      if (source.kind === 'message' && !keeps) return Promise.resolve({ kind: 'gone', why: 'evicted' });
      const bytes = source.kind === 'bytes' ? source.bytes : message;
      const by = { kind: 'automatic' } as const;
      const around = NOTHING_AROUND;
      const answer = decoder.answer({ kind: 'decode', bytes, chain, by, around, nodes: 10 });
      return Promise.resolve(answer.kind === 'decoded' ? answer.decoded : answer);
    }
    asked.push(name);
    return Promise.resolve(decoder.answer({ kind: 'nodes', ...params } as never));
  };
  const made = {
    connectionId: 'c',
    viewId: 'v',
    store: createStore(() => ({ paused: null })),
    client: { call },
  };
  return { session: made as unknown as Parameters<typeof decodedDocument>[0], asked };
}

describe('A decoded message', () => {
  test('is a document of JSON that can be compared, with bytes as literals', async () => {
    const { session: made } = session(true, CBOR);
    expect(await decodedDocument(made, 'a', loaded(CBOR), null)).toEqual({
      kind: 'tree',
      root: {
        kind: 'object',
        keys: ['a', 'b', 'd'],
        values: [
          { kind: 'number', text: '1' },
          {
            kind: 'list',
            values: [
              { kind: 'number', text: '16' },
              { kind: 'object', keys: ['c'], values: [{ kind: 'number', text: '1.5' }] },
            ],
          },
          { kind: 'literal', text: "h'00ff'" },
        ],
      },
    });
  });

  test('is read to its end, page by page', async () => {
    const long = bytesOf(`98 20 ${'05'.repeat(32)}`);
    const { session: made, asked } = session(true, long);
    const document = await decodedDocument(made, 'a', loaded(long), [step('cbor')]);
    expect(document?.kind === 'tree' && document.root.kind === 'list' && document.root.values).toHaveLength(
      32,
    );
    expect(asked).toEqual(['message', 'decodedNodes']);
  });

  test('that was dropped meanwhile is decoded from the bytes that are here', async () => {
    const { session: made, asked } = session(false, new Uint8Array());
    expect((await decodedDocument(made, 'a', loaded(CBOR), null))?.kind).toBe('tree');
    expect(asked).toEqual(['message', 'bytes']);
  });

  test('is a text where it reads as one', async () => {
    const packed = Uint8Array.from(gzipSync('all quiet\non line 7'));
    const { session: made } = session(true, packed);
    expect(await decodedDocument(made, 'a', loaded(packed), null)).toEqual({
      kind: 'text',
      text: 'all quiet\non line 7',
    });
  });

  test('is none where nothing was found, or the chosen decoder fails', async () => {
    const noise = bytesOf('c1 ff 00 9d 13');
    expect(await decodedDocument(session(true, noise).session, 'a', loaded(noise), null)).toBeNull();
    const failing = session(true, noise).session;
    expect(await decodedDocument(failing, 'a', loaded(noise), [step('gzip')])).toBeNull();
  });
});

test('Only what is no text, or is named by a rule or a person, needs the decoder', () => {
  expect(needsDecoding(loaded(bytesOf('text:{"a":1}')), false, false)).toBe(false);
  expect(needsDecoding(loaded(bytesOf('text:{"a":1}')), true, false)).toBe(true);
  expect(needsDecoding(loaded(bytesOf('text:{"a":1}')), false, true)).toBe(true);
  expect(needsDecoding(loaded(CBOR), false, false)).toBe(true);
  // A beginning that ends within a character is text all the same.
  expect(needsDecoding(loaded(bytesOf('61 c3'), 10), false, false)).toBe(false);
});

test('A value that is cut differs from one of another length', () => {
  const nodes = decoded(bytesOf(`text:["${'x'.repeat(3_000)}"]`)).nodes;
  expect(JSON.stringify(jsonOf(nodes))).toContain('… 1976');
  expect(jsonOf([])).toBeNull();
});
