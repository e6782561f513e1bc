import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prettyJson } from '../../../../src-main/core/payload/json.ts';
import { isWellFormed } from '../../../../src-main/core/payload/utf8.ts';
import { LineDocument } from '../../../../src-main/decoding/lines/line-document.ts';

const LAYOUT = { sorted: false, compact: false, columns: 1_000 };

function rowsOf(document: LineDocument, count = 100): string[] {
  const rows: string[] = [];
  while (rows.length < document.rows) rows.push(...document.page(rows.length, count).rows);
  return rows;
}

const DEVICES = '{"name":"x","b":{"id":1,"on":true},"a":[10,[],{"deep":[1,2]}],"z":"end"}';

describe('A long JSON', () => {
  test('is the same, page by page, as the window lays it out at once', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.integer({ min: 1, max: 9 }), (json, count) => {
        const pretty = prettyJson(json);
        const text = pretty.kind === 'json' ? pretty.text : json;
        const rows = rowsOf(new LineDocument(json, false, LAYOUT), count);
        const isCut = text.split('\n').some(({ length }) => length > LAYOUT.columns);
        // Long rows go on, and what cannot be shown is escaped: both have tests of their own.
        const isSame = !isCut && /^[\x20-\x7e\n]*$/.test(text) && /^[[{]/.test(json);
        expect(rows.join('\n')).toBe(isSame ? text : rows.join('\n'));
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  test('says of each line what it opens, where that ends, and how its last row reads', () => {
    const { rows, numbers, folds } = new LineDocument(DEVICES, false, LAYOUT).page(0, 100);
    expect(numbers).toEqual(rows.map((_, row) => row + 1));
    const said = folds.map(({ row, end, count, tail }) => [rows[row]?.trim(), end, count, tail]);
    expect(said).toEqual([
      ['{', rows.length - 1, 4, '}'],
      ['"b": {', 5, 2, '},'],
      ['"a": [', 15, 3, '],'],
      ['{', 14, 1, '}'],
      ['"deep": [', 13, 2, ']'],
    ]);
  });

  test('closes the parts of the document itself at once, not what is in them', () => {
    const document = new LineDocument(DEVICES, false, LAYOUT);
    expect([...document.folds()]).toEqual([2, 5, 6, 15]);
    expect([...new LineDocument('plain text', false, LAYOUT).folds()]).toEqual([]);
  });

  test('answers the way to a line and its value, as they were sent', () => {
    const document = new LineDocument('{"a\\n":[1,{"k":12345678901234567890}],"t":"\\u202e"}', false, LAYOUT);
    const rows = rowsOf(document);
    const at = (text: string) => rows.findIndex((row) => row.includes(text));
    expect(document.value(at('123456'))).toEqual({
      kind: 'value',
      path: ['a\n', 1, 'k'],
      json: '12345678901234567890',
    });
    expect(document.value(at('"t"'))).toMatchObject({ path: ['t'], json: '"\\u202e"' });
    expect(document.value(0)).toMatchObject({ path: [] });
    const raw = new LineDocument('{"t":"\u202e"}', false, LAYOUT);
    expect(rowsOf(raw)[1]).toBe('  "t": "\\u{202e}"');
    expect(raw.value(1)).toMatchObject({ json: '"\u202e"' });
  });

  test('does not answer a value of more than a million characters', () => {
    const document = new LineDocument(`{"a":"${'x'.repeat(1_000_001)}"}`, false, LAYOUT);
    expect(document.value(1)).toEqual({ kind: 'value', path: ['a'], json: null });
  });

  test('is sorted, or on one line in rows, if asked for', () => {
    const sorted = new LineDocument('{"b":2,"a":{"d":1,"c":0}}', false, { ...LAYOUT, sorted: true });
    expect(rowsOf(sorted).map((row) => row.trim())).toEqual([
      '{',
      '"a": {',
      '"c": 0,',
      '"d": 1',
      '},',
      '"b": 2',
      '}',
    ]);
    const compact = new LineDocument(`[${'10,'.repeat(50)}1]`, false, {
      sorted: false,
      compact: true,
      columns: 20,
    });
    const { numbers } = compact.page(0, 100);
    expect(rowsOf(compact).join('')).toBe(`[${'10,'.repeat(50)}1]`);
    expect(numbers).toEqual([1, ...Array<number>(compact.rows - 1).fill(0)]);
    expect([compact.lines, compact.value(3)]).toEqual([1, null]);
  });

  test('is shown as far as it was kept, and as text where it is none', () => {
    const cut = new LineDocument('{"a":[1,2', true, { ...LAYOUT, sorted: true });
    expect([cut.shape, cut.note, rowsOf(cut).at(-1)]).toEqual(['json', null, '    2']);
    const broken = new LineDocument('{"a":[1,,]}', false, LAYOUT);
    expect(broken.shape).toBe('text');
    expect(broken.note).toBe('Not valid JSON: this is no JSON value (character 9).');
    expect(rowsOf(broken)).toEqual(['{"a":[1,,]}']);
  });
});

describe('Rows', () => {
  test('go on where a line is longer, never inside a character, and joined are the text again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 20, max: 40 }),
        (text, columns) => {
          if (/[^\n\x20-\x7e\u{1f000}-\u{1ffff}]/u.test(text) || /^\s*[[{]/.test(text)) return;
          const document = new LineDocument(text, false, { ...LAYOUT, columns });
          const { rows, numbers } = document.page(0, 1_000);
          const lines: string[] = [];
          rows.forEach((row, at) => {
            expect(isWellFormed(row)).toBe(true);
            expect(row.length).toBeLessThanOrEqual(columns);
            if (numbers[at] === 0) lines[lines.length - 1] += row;
            else lines.push(row);
          });
          expect(lines.join('\n')).toBe(text);
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  test('are as many in a page as its characters allow, and one at least', () => {
    const document = new LineDocument(Array<string>(30).fill('x'.repeat(100_000)).join('\n'), false, {
      ...LAYOUT,
      columns: 10_000,
    });
    expect(document.rows).toBe(300);
    expect(document.page(0, 1_000).rows).toHaveLength(100);
    expect(document.page(299, 1_000).rows).toHaveLength(1);
    expect(document.page(300, 10).rows).toEqual([]);
  });

  test('of lines that end with a carriage return end without it', () => {
    expect(rowsOf(new LineDocument('a\r\nb\r\n', false, LAYOUT))).toEqual(['a', 'b', '']);
  });
});

describe('Finding', () => {
  test('returns rows and columns of each place, whatever its case', () => {
    const document = new LineDocument('{"Id":1,"list":[{"id":2},{"ID":3}]}', false, LAYOUT);
    const rows = rowsOf(document);
    const found = document.find('id');
    expect(found.rows.map((row, at) => rows[row]?.substr(found.columns[at] ?? 0, found.lengths[at]))).toEqual(
      ['Id', 'id', 'ID'],
    );
    expect(found.more).toBe(false);
  });

  test('ends after ten thousand places and says so', () => {
    const found = new LineDocument('a'.repeat(20_000), false, LAYOUT).find('a');
    expect([found.rows.length, found.more, found.rows.at(-1), found.columns.at(-1)]).toEqual([
      10_000,
      true,
      9,
      999,
    ]);
  });
});
