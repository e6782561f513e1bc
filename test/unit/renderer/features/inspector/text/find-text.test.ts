import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findText } from '../../../../../../src-main/core/text/find-text.ts';
import { chunksOf } from '../../../../../../src-renderer/features/inspector/text/chunks.ts';
import {
  chunkAt,
  chunkOffsets,
  firstFoundFrom,
  piecesOf,
} from '../../../../../../src-renderer/features/inspector/text/find-text.ts';

describe('finding in a value', () => {
  const places = (text: string, query: string) => findText(text, query).map(({ start, end }) => [start, end]);

  test('finds each place once, whatever its case', () => {
    expect(places('Temp temp tEmP', 'temp')).toEqual([
      [0, 4],
      [5, 9],
      [10, 14],
    ]);
    expect(places('aaaa', 'aa')).toEqual([
      [0, 2],
      [2, 4],
    ]);
    expect(places('anything', '')).toEqual([]);
    expect(places('ÄÖ äö', 'äö')).toEqual([
      [0, 2],
      [3, 5],
    ]);
  });

  test('takes what is typed for what it is, no pattern', () => {
    expect(places('a.c abc [x] (y', 'a.c')).toEqual([[0, 3]]);
    expect(places('a.c abc [x] (y', '[x]')).toEqual([[8, 11]]);
    expect(places('a.c abc [x] (y', '(y')).toEqual([[12, 14]]);
    expect(places('1\\n2', '\\n')).toEqual([[1, 3]]);
  });

  test('stops counting where nobody counts on', () => {
    expect(findText('a'.repeat(50_000), 'a')).toHaveLength(10_000);
  });

  test('goes on from a place', () => {
    const found = findText('a-a-a', 'a');
    expect([0, 1, 2, 4, 5].map((offset) => firstFoundFrom(found, offset))).toEqual([0, 1, 1, 2, 3]);
  });
});

describe('what was found in a text that is drawn in chunks', () => {
  test('is all of it there, in the chunks it lies in', () => {
    const line = fc.string({ maxLength: 200 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 300 }), fc.nat(), fc.nat(60), (lines, at, length) => {
        const text = lines.join('\n');
        const chunks = chunksOf(text, false);
        const offsets = chunkOffsets(chunks);
        const start = text.length === 0 ? 0 : at % text.length;
        const end = Math.min(text.length, start + length);
        const joined = piecesOf({ start, end }, offsets)
          .map(({ chunk, from, to }) => chunks[chunk]?.text.slice(from, to) ?? '')
          .join('');
        expect(joined).toBe(text.slice(start, end));
        if (chunks.length > 0) expect(offsets[chunkAt(offsets, start)]).toBeLessThanOrEqual(start);
      }),
    );
  });
});
