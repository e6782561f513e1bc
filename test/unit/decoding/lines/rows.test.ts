import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineStarts } from '../../../../src-main/core/text/line-starts.ts';
import { OpenDocuments } from '../../../../src-main/decoding/lines/open-documents.ts';
import { placeIn, rowStarts } from '../../../../src-main/decoding/lines/rows.ts';
import { bytesOf } from '../../../support/decoding.ts';

const rows = (text: string, columns: number) => [...rowStarts(text, lineStarts(text), columns)];

describe('Rows of a text', () => {
  test('are its lines where none is too long, and not another list of them', () => {
    const text = 'one\ntwo\n\nthree';
    const lines = lineStarts(text);
    expect(rowStarts(text, lines, 5)).toBe(lines);
    expect([...lines]).toEqual([0, 4, 8, 9]);
  });

  test('are pieces of lines that are longer, and cut no character', () => {
    expect(rows('abcdefgh\nij', 3)).toEqual([0, 3, 6, 9]);
    expect(rows('abcdef', 3)).toEqual([0, 3]);
    expect(rows('ab😀cd', 3)).toEqual([0, 2, 5]);
    expect(rows('', 3)).toEqual([0]);
  });

  test('hold the whole text, none longer than asked for by more than a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\n', '😀', 'ü'), maxLength: 60 }),
        fc.integer({ min: 2, max: 9 }),
        (text, columns) => {
          const starts = rows(text, columns);
          const pieces = starts.map((start, at) => text.slice(start, starts[at + 1]));
          expect(pieces.join('')).toBe(text);
          for (const piece of pieces) {
            expect(piece.replace(/\n$/, '').length).toBeLessThanOrEqual(columns);
            expect(piece.slice(0, -1)).not.toContain('\n');
            expect(/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(piece)).toBe(false);
          }
          for (let at = 0; at < text.length; at++) {
            const row = placeIn(Uint32Array.from(starts), at);
            expect((starts[row] ?? 0) <= at && at < (starts[row + 1] ?? Infinity)).toBe(true);
          }
        },
      ),
      { seed: 91, numRuns: 200 },
    );
  });
});

describe('Open texts', () => {
  const layout = { sorted: false, compact: false, columns: 80 };
  const open = () => {
    let count = 0;
    const documents = new OpenDocuments(() => `d${++count}`);
    const ask = (of: Uint8Array | string, cut = false, decoded: string | null = null) =>
      documents.answer({ kind: 'open-lines', of, cut, layout }, () => decoded);
    const read = (id: string) =>
      documents.answer({ kind: 'read-lines', id, from: 0, count: 9 }, () => null).kind;
    return { documents, ask, read };
  };

  test('are two, of which the one that was read last stays', () => {
    const { ask, read } = open();
    ask(bytesOf('text:one'));
    ask(bytesOf('text:two'));
    expect(read('d1')).toBe('lines');
    ask(bytesOf('text:three'));
    expect([read('d1'), read('d2'), read('d3')]).toEqual(['lines', 'gone', 'lines']);
  });

  test('stand for the bytes they were made of, without a character that was cut off', () => {
    const { ask } = open();
    const cut = bytesOf('61 c3');
    expect(ask(cut, true)).toMatchObject({ kind: 'opened', bytes: 1, chars: 1 });
    expect(ask(cut)).toEqual({ kind: 'no-text' });
    expect(ask(bytesOf('61 00'))).toEqual({ kind: 'no-text' });
    expect(ask(bytesOf('efbbbf 61'))).toMatchObject({ bytes: 4, chars: 1 });
  });

  test('are made of what was decoded while that is kept', () => {
    const { ask, documents } = open();
    expect(ask('g-1', false, '{"a":[1]}')).toMatchObject({ kind: 'opened', shape: 'json', lines: 5 });
    expect(ask('g-2')).toEqual({ kind: 'gone' });
    const value = documents.answer({ kind: 'line-value', id: 'd1', row: 2 }, () => null);
    expect(value).toEqual({ kind: 'value', path: ['a', 0], json: '1' });
    const folds = documents.answer({ kind: 'line-folds', id: 'd1' }, () => null);
    expect(folds.kind === 'folds' ? [...new Int32Array(folds.rows.buffer)] : []).toEqual([1, 3]);
    expect(documents.answer({ kind: 'find-in-lines', id: 'd1', query: 'a' }, () => null)).toMatchObject({
      rows: [1],
      columns: [3],
    });
  });
});
