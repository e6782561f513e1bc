import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { api } from '../../../../src-main/contract/api.ts';
import { Decoded, DecodedNode } from '../../../../src-main/contract/decoding/decoded.ts';
import { LinesPage, OpenedLines } from '../../../../src-main/contract/decoding/lines.ts';
import { DecoderId, type DecoderChain } from '../../../../src-main/contract/model/decoder-rule.ts';
import { Preview } from '../../../../src-main/contract/model/message.ts';
import { Decoder } from '../../../../src-main/decoding/decoder.ts';
import type { LinesAnswer, LinesRequest } from '../../../../src-main/decoding/lines/lines-protocol.ts';
import type { DecoderAnswer, DecoderRequest } from '../../../../src-main/decoding/protocol.ts';
import { NOTHING_AROUND, step } from '../../../support/decoding.ts';
import { expectTaken, refusedAt } from '../../../support/schema.ts';

const encoded = (text: string) => new TextEncoder().encode(text);
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 120 }),
  fc.json({ maxDepth: 4 }).map(encoded),
  fc.string({ unit: 'grapheme', maxLength: 60 }).map(encoded),
  fc
    .constantFrom('{"__proto__":{"a":1}}', '[[[[]]]]', '"\\ud800"', '\ufeff{}', '<a b="c"/>', '- a\n- b')
    .map(encoded),
);
/** Most of them fit nothing that comes. */
const chain: fc.Arbitrary<DecoderChain | null> = fc.option(
  fc.array(
    fc.constantFrom(...DecoderId.options).map((decoder) => step(decoder)),
    { minLength: 1, maxLength: 3 },
  ),
);

function ask<K extends DecoderAnswer['kind']>(decoder: Decoder, asked: DecoderRequest, kind: K) {
  const answer = decoder.answer(asked);
  expect(answer.kind).toBe(kind);
  return answer as Extract<DecoderAnswer, { kind: K }>;
}

describe('What was decoded, whatever it is,', () => {
  test('is an answer of the contract, and can be read on by pages of any size', () => {
    const views = new Set<string>();
    fc.assert(
      fc.property(payload, chain, fc.integer({ min: 1, max: 7 }), (bytes, by, size) => {
        const decoder = new Decoder('g', () => 0);
        const { decoded } = ask(
          decoder,
          { kind: 'decode', bytes, chain: by, by: { kind: 'automatic' }, around: NOTHING_AROUND, nodes: 3 },
          'decoded',
        );
        expectTaken(Decoded, decoded);
        views.add(decoded.view);
        const { id, total, textLength } = decoded;
        expect(refusedAt(api.decodedNodes.params, { id, from: 0, count: size })).toEqual([]);
        const nodes: DecodedNode[] = [];
        for (let from = 0; from < total; from += size)
          nodes.push(...ask(decoder, { kind: 'nodes', id, from, count: size }, 'nodes').nodes);
        expect(nodes).toHaveLength(total);
        expect(nodes.slice(0, 3)).toEqual(decoded.nodes);
        for (const [at, node] of nodes.entries()) {
          expectTaken(DecodedNode, node);
          // The next value beside it is so many further on, so that a page knows its parents.
          const after = nodes[at + node.descendants + 1];
          expect(after === undefined || after.depth <= node.depth).toBe(true);
        }
        let text = '';
        for (let offset = 0; offset < textLength; offset += size)
          text += ask(decoder, { kind: 'text', id, node: null, offset, length: size }, 'text').text;
        if (textLength > 0) expect(text.startsWith(decoded.text)).toBe(true);
        expect(text).toHaveLength(textLength);
        // The first stage has read what was received.
        if (decoded.stages.length > 0) {
          const first = ask(decoder, { kind: 'bytes', id, stage: 0, offset: 0, length: 1_000 }, 'bytes');
          expect(Buffer.compare(first.bytes, bytes)).toBe(0);
        }
      }),
      { seed: 201, numRuns: 250 },
    );
    expect([...views].toSorted()).toEqual(expect.arrayContaining(['bytes', 'text', 'tree']));
  });

  test('has a short form of the contract, or none', () => {
    fc.assert(
      fc.property(payload, chain, fc.integer({ min: 10, max: 120 }), (bytes, by, chars) => {
        const asked = { kind: 'preview', bytes, chain: by, around: NOTHING_AROUND, chars } as const;
        const { preview } = ask(new Decoder('g', () => 0), asked, 'preview');
        if (preview !== null) expectTaken(Preview, preview);
        expect(preview === null || preview.kind !== 'evicted').toBe(true);
      }),
      { seed: 202, numRuns: 250 },
    );
  });
});

test('A text laid out in rows is the same by pages of any size, and what is found lies in its rows.', () => {
  const layout = fc.record({
    sorted: fc.boolean(),
    compact: fc.boolean(),
    columns: fc.integer({ min: 20, max: 90 }),
  });
  let found = 0;
  fc.assert(
    fc.property(payload, layout, fc.integer({ min: 1, max: 5 }), (bytes, by, size) => {
      const decoder = new Decoder('g', () => 0);
      const lines = (asked: LinesRequest) => decoder.answer({ kind: 'lines', asked }) as LinesAnswer;
      const opened = lines({ kind: 'open-lines', of: bytes, cut: false, layout: by });
      expect(opened.kind).toBeOneOf(['opened', 'no-text']);
      if (opened.kind !== 'opened') return;
      expectTaken(OpenedLines, opened);
      const { id } = opened;
      const rows: string[] = [];
      for (let from = 0; from < opened.rows; from += size) {
        expect(refusedAt(api.readLines.params, { id, from, count: size })).toEqual([]);
        const page = lines({ kind: 'read-lines', id, from, count: size });
        expectTaken(LinesPage, page);
        if (page.kind === 'lines') rows.push(...page.rows);
      }
      expect(rows).toHaveLength(opened.rows);
      const hits = lines({ kind: 'find-in-lines', id, query: 'a' });
      expect(refusedAt(api.findInLines.result, hits)).toEqual([]);
      if (hits.kind !== 'found') return;
      found += hits.rows.length;
      for (const [at, row] of hits.rows.entries()) {
        const column = hits.columns[at] ?? -1;
        expect(rows[row]?.slice(column, column + 1).toLowerCase()).toBe('a');
      }
    }),
    { seed: 203, numRuns: 200 },
  );
  expect(found).toBeGreaterThan(20);
});
