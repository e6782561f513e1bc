import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowReader, type SeriesRow } from '../../../../../src-main/core/publish/series/rows.ts';
import { MAX_LINE } from '../../../../../src-main/core/publish/series/text-lines.ts';

/** What a file has, read in pieces of so many bytes. */
function rows(kind: 'csv' | 'jsonl', file: string | Uint8Array, piece = 7): SeriesRow[] {
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
  const reader = rowReader(kind);
  const found: SeriesRow[] = [];
  for (let at = 0; at < bytes.length; at += piece) {
    // As a buffer that is filled again with the next piece.
    const lent = Buffer.from(bytes.subarray(at, at + piece));
    found.push(...reader.push(lent));
    lent.fill(0xff);
  }
  return [...found, ...reader.end()];
}

const said = (all: readonly SeriesRow[]) =>
  all.map((row) =>
    row.kind === 'broken'
      ? `${row.line} ${row.failure.code}`
      : `${row.line} ${JSON.stringify([...row.columns].filter(([name]) => name !== 'line'))}`,
  );

test('A row of CSV has its columns by name, with quotes, line ends and commas in them.', () => {
  const text = '\ufefftopic,payload\r\na/b,"{""x"": 1,\r\n""y"": 2}"\r\nc,plain\r\n\r\nlast,"q"';
  const expected = [
    '2 [["topic","a/b"],["payload","{\\"x\\": 1,\\r\\n\\"y\\": 2}"]]',
    '4 [["topic","c"],["payload","plain"]]',
    '6 [["topic","last"],["payload","q"]]',
  ];
  for (const piece of [1, 7, 1_000]) expect(said(rows('csv', text, piece))).toEqual(expected);
  expect(said(rows('csv', 'topic;n\na;1,5'))).toEqual(['2 [["topic","a"],["n","1,5"]]']);
  expect(said(rows('csv', 'topic\tn\na\t"1\t2"\n'))).toEqual(['2 [["topic","a"],["n","1\\t2"]]']);
  expect(said(rows('csv', 'payload\nonly\n\n'))).toEqual(['2 [["payload","only"]]']);
  expect(rows('csv', '')).toEqual([]);
});

test('A line that is broken is named by its number, and the rest goes on.', () => {
  expect(said(rows('csv', 'a,b\n1,2\n3\n4,"5" x\n6,7'))).toEqual([
    '2 [["a","1"],["b","2"]]',
    '3 line-columns',
    '4 line-quotes',
    '5 [["a","6"],["b","7"]]',
  ]);
  expect(said(rows('csv', 'a,b\n1,"never ends\n3,4\n5,6'))).toEqual([
    '2 line-quotes',
    '3 [["a","3"],["b","4"]]',
    '4 [["a","5"],["b","6"]]',
  ]);
  // A quote that only seems to go on to the next one: lines between are read for themselves.
  expect(said(rows('csv', 'a,b\n1,"x\n3,4\n5,"6"'))).toEqual([
    '2 line-quotes',
    '3 [["a","3"],["b","4"]]',
    '4 [["a","5"],["b","6"]]',
  ]);
  expect(said(rows('csv', '"topic,payload\na,b\n'))).toEqual(['1 line-quotes']);
});

test('Lines that are no text, or too long, are broken as well.', () => {
  const bytes = Buffer.concat([Buffer.from('a,b\n1,2\n'), Buffer.of(0xff, 10), Buffer.from('3,4\n5,"6\n')]);
  expect(said(rows('csv', Buffer.concat([bytes, Buffer.of(0xfe, 10), Buffer.from('7,8')])))).toEqual([
    '2 [["a","1"],["b","2"]]',
    '3 line-not-text',
    '4 [["a","3"],["b","4"]]',
    '5 line-quotes',
    '6 line-not-text',
    '7 [["a","7"],["b","8"]]',
  ]);
  const long = `${'x'.repeat(MAX_LINE + 1)}\n{"a":1}\n`;
  expect(said(rows('jsonl', long, 50_000))).toEqual(['1 line-too-long', '2 [["a","1"]]']);
});

const TEXT = 'x'.repeat(100);

test('A missing quote costs no more than its own line, however long the file is.', () => {
  const lines = Array.from({ length: 12_000 }, (_, at) => `${at},${TEXT}`);
  const file = `n,text\n"lost\n${lines.join('\n')}\n`;
  const all = rows('csv', file, 65_536);
  expect(said(all.slice(0, 2))).toEqual(['2 line-quotes', `3 [["n","0"],["text","${TEXT}"]]`]);
  expect(all.filter(({ kind }) => kind === 'row')).toHaveLength(lines.length);
});

test('A line of JSON keeps its digits, and may be a message by itself.', () => {
  const file =
    '{"payload":"x","n":90071992547409931,"o":{"a": 1.0, "b":[1,2]},"t":true}\n\nnot json\n[1]\n{}\n"s"';
  const all = rows('jsonl', file);
  expect(said(all)).toEqual([
    '1 [["payload","x"],["n","90071992547409931"],["o","{\\"a\\": 1.0, \\"b\\":[1,2]}"],["t","true"]]',
    '3 line-not-json',
    '4 []',
    '5 []',
    '6 []',
  ]);
  expect(all.map((row) => (row.kind === 'row' ? row.whole : null)).slice(2)).toEqual(['[1]', '{}', '"s"']);
});

test('Any table comes back from its CSV, and any values from their JSON.', () => {
  const cell = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\ud800-\udfff]/g, ''));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell), { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      (table, piece) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const csv = ['x,y', ...table.map((row) => row.map(quoted).join(','))].join('\n');
        const columns = (row: SeriesRow) => (row.kind === 'row' ? row.columns : new Map<string, string>());
        expect(rows('csv', csv, piece).map((row) => [...columns(row).values()])).toEqual(table);
        const json = table.map(([x, y]) => JSON.stringify({ x, y })).join('\n');
        expect(
          rows('jsonl', json, piece).map((row) => [columns(row).get('x'), columns(row).get('y')]),
        ).toEqual(table);
      },
    ),
    { seed: 6, numRuns: 200 },
  );
});

test('A quote that does not end before 300,000 empty lines and one that is no text costs one row.', () => {
  const file = Buffer.concat([
    Buffer.from(`topic\n"a${'\n'.repeat(300_000)}`),
    Uint8Array.of(0xff, 0x0a),
    Buffer.from('b\n'),
  ]);
  expect(said(rows('csv', file, 65_536))).toEqual([
    '2 line-quotes',
    '300002 line-not-text',
    '300003 [["topic","b"]]',
  ]);
});

test('Empty lines count as well where a row is too long.', () => {
  const file = `topic\n"a${'\n'.repeat(MAX_LINE)}"\nb\n`;
  const [first] = said(rows('csv', file, 65_536));
  expect(first).toBe('2 line-quotes');
});
