import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CsvRow } from '../../../../../src-main/core/publish/series/csv-row.ts';
import { rowReader, type SeriesRow } from '../../../../../src-main/core/publish/series/rows.ts';
import {
  MAX_LINE,
  TextLines,
  type TextLine,
} from '../../../../../src-main/core/publish/series/text-lines.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function csv(text: string): SeriesRow[] {
  const reader = rowReader('csv');
  return [...reader.push(utf8(text)), ...reader.end()];
}
const columns = (row: SeriesRow | undefined) =>
  row?.kind === 'row' ? Object.fromEntries(row.columns) : row?.failure.code;

describe('A file in lines', () => {
  const lines = (pieces: readonly Uint8Array[]): TextLine[] => {
    const reader = new TextLines();
    return [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.end()];
  };

  test('has the same lines however it is cut, also within characters.', () => {
    const text = fc.array(fc.constantFrom('a', '\n', '\r\n', 'ö', '😀', '\ufeff', ''), { maxLength: 30 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(40), { maxLength: 6 }), (parts, cuts) => {
        const whole = parts.join('');
        const bytes = utf8(whole);
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort(
          (a, b) => a - b,
        );
        const pieces = places.slice(1).map((to, i) => bytes.slice(places[i], to));
        // The memory of a piece is used again as soon as it was read.
        const reader = new TextLines();
        const read: TextLine[] = [];
        for (const piece of pieces) {
          read.push(...reader.push(piece));
          piece.fill(0x21);
        }
        read.push(...reader.end());
        const expected = whole.split('\n');
        if (expected.at(-1) === '') expected.pop();
        if (expected[0] !== undefined) expected[0] = expected[0].replace(/^\ufeff/, '');
        // A byte order mark alone is a line all the same.
        expect(read).toEqual(expected.map((line, i) => ({ kind: 'text', number: i + 1, text: line })));
      }),
    );
  });

  test('has lines of up to a megabyte; a longer one, and one that is no UTF-8, are named by their number.', () => {
    const long = new Uint8Array(MAX_LINE).fill(97);
    expect(lines([long, utf8('\nb')]).map(({ kind }) => kind)).toEqual(['text', 'text']);
    expect(lines([long, utf8('a\nb\n'), Uint8Array.of(255, 10), utf8('c')])).toMatchObject([
      { kind: 'unreadable', number: 1, why: 'too-long' },
      { kind: 'text', number: 2, text: 'b' },
      { kind: 'unreadable', number: 3, why: 'not-text' },
      { kind: 'text', number: 4, text: 'c' },
    ]);
    expect(lines([])).toEqual([]);
    expect(lines([utf8('\n\n')])).toHaveLength(2);
  });
});

describe('A row of CSV', () => {
  const row = (...lines: string[]) => {
    const read = new CsvRow(',');
    return [lines.map((line) => read.add(line)), read.cells] as const;
  };

  test.each<[string[], string[], string[]]>([
    [['a,b'], ['complete'], ['a', 'b']],
    [['a,b\r'], ['complete'], ['a', 'b']],
    [[''], ['complete'], ['']],
    [[','], ['complete'], ['', '']],
    [['"a",""'], ['complete'], ['a', '']],
    [['"a""b"\r'], ['complete'], ['a"b']],
    [['a"b,c'], ['complete'], ['a"b', 'c']],
    [['"a', 'b"'], ['open', 'complete'], ['a\nb']],
    [
      ['"a\r', '\r', '",c'],
      ['open', 'open', 'complete'],
      ['a\r\n\r\n', 'c'],
    ],
    [['"a"b'], ['broken'], ['a']],
    [['x,"a" '], ['broken'], ['x', 'a']],
    [['"'], ['open'], []],
  ])('of %j is %j', (lines, ends, cells) => {
    expect(row(...lines)).toEqual([ends, cells]);
  });

  test('gives back any cells that were written by the rules, with any divider.', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', '"', ',', ';', '\t', '\n', '\r', 'ö', ' '),
      maxLength: 6,
    });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        (rows, divider, end) => {
          const written = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const text = [['x', 'y'], ...rows].map((cells) => cells.map(written).join(divider)).join(end);
          expect(csv(text).map(columns)).toEqual(rows.map(([x, y]) => ({ x, y })));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('What divides the columns', () => {
  test.each<[string, object]>([
    ['a,b\n1,2', { a: '1', b: '2' }],
    ['a;b\n1;2', { a: '1', b: '2' }],
    ['a\tb\n1\t2', { a: '1', b: '2' }],
    ['value;time, local;unit\n1;2;3', { value: '1', 'time, local': '2', unit: '3' }],
    ['"a,b,c";d\n1;2', { 'a,b,c': '1', d: '2' }],
    ['"a ""x, y"", z"\td\n1\t2', { 'a "x, y", z': '1', d: '2' }],
    ['a;b,c\n1;2,3', { 'a;b': '1;2', c: '3' }],
    [' a , b \n 1 , 2 ', { a: ' 1 ', b: ' 2 ' }],
    ['\ufeffa,b\n1,2', { a: '1', b: '2' }],
  ])('of %j is found in the names.', (text, expected) => {
    expect(csv(text).map(columns)).toEqual([expected]);
  });

  test('is a comma where there is one column only, so that a row with one in it has too many.', () => {
    expect(csv('a\n1;2\n1,2').map(columns)).toEqual([{ a: '1;2' }, 'line-columns']);
  });
});
