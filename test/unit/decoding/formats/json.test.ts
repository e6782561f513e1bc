import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BytePlaces } from '../../../../src-main/decoding/base/byte-places.ts';
import { TreeBuilder } from '../../../../src-main/decoding/base/tree.ts';
import { Unreadable } from '../../../../src-main/decoding/base/unreadable.ts';
import { readJson, type ReadJson } from '../../../../src-main/decoding/formats/json.ts';
import { bytesOf, decoded, step, treeText } from '../../../support/decoding.ts';

function read(text: string): { readonly said: ReadJson; readonly nodes: TreeBuilder['nodes'] } {
  const tree = new TreeBuilder();
  const size = new TextEncoder().encode(text).length;
  return { said: readJson(text, new BytePlaces(text, size), tree), nodes: tree.nodes };
}

function why(text: string): string {
  try {
    return `read as ${read(text).said.layout}`;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

describe('A number of JSON', () => {
  test.each([
    ['0', ''],
    ['-0', ''],
    ['1.50', ''],
    ['1e400', ''],
    ['9007199254740991', ''],
    ['9007199254740993', 'digits kept'],
    ['-18446744073709551616', 'digits kept'],
    ['0.12345678901234567890', ''],
    ['123456789012345678901234567890', 'digits kept'],
  ])('%s keeps its digits', (digits, note) => {
    expect(read(digits).nodes).toMatchObject([{ shape: 'number', text: digits, note }]);
  });

  test.each(['01', '+1', '.5', '1.', '1e', '-', 'NaN', 'Infinity', '0x10', '1_000'])('is not %s', (text) =>
    expect(why(text)).toMatch(/^is not readable|^stops at|^has something else/),
  );
});

describe('A value of JSON', () => {
  test.each([
    ['"a\\u0041\\n\\ud83d\\ude00"', 'text', 'aA\n😀'],
    ['"\\u0000"', 'text', '\0'],
    ['"ü"', 'text', 'ü'],
    ['""', 'text', ''],
    ['true', 'literal', 'true'],
    ['null', 'literal', 'null'],
    [' \t\r\n false \n', 'literal', 'false'],
  ])('%s is what it says', (text, shape, value) => {
    expect(read(text).nodes).toMatchObject([{ shape, text: value }]);
  });

  test('has its members in their order, also those that other programs move or lose', () => {
    const { said, nodes } = read('{"2":1,"1":2,"__proto__":3,"2":4,"":5,"constructor":{"2":6}}');
    expect(nodes.slice(1).map(({ key, text }) => [key, text])).toEqual([
      ['2', '1'],
      ['1', '2'],
      ['__proto__', '3'],
      ['2', '4'],
      ['', '5'],
      ['constructor', ''],
      ['2', '6'],
    ]);
    expect(said.notes).toEqual(['Keys that are there more than once: "2". Other programs keep one of them.']);
    // Once in each of two objects is not twice.
    expect(read('[{"a":1},{"a":2}]').said.notes).toEqual([]);
    expect(read('{"\\u0061":1,"a":2}').said.notes).toHaveLength(1);
  });

  test('knows the bytes that it is written with, whatever stands before it', () => {
    const text = '{"ü😀":"é", "n":[1.5]}';
    const places = read(text).nodes.map(({ at, length }) => [at, length]);
    const bytes = new TextEncoder().encode(text);
    const written = places.map(([at, length]) =>
      new TextDecoder().decode(bytes.subarray(at ?? 0, (at ?? 0) + (length ?? 0))),
    );
    expect(written).toEqual([text, '"é"', '[1.5]', '1.5']);
  });

  test('knows its bytes in UTF-16 and behind a byte order mark as well', () => {
    const text = '{"ü":"é😀"}';
    for (const [mark, encoding] of [
      ['\ufeff', 'utf16le'],
      ['\ufeff', 'utf8'],
    ] as const) {
      const bytes = Uint8Array.from(Buffer.from(mark + text, encoding));
      const value = decoded(bytes, [step('json')]).nodes[1];
      const [at, length] = [value?.at ?? 0, value?.length ?? 0];
      expect(Buffer.from(bytes.subarray(at, at + length)).toString(encoding)).toBe('"é😀"');
    }
  });

  test.each([
    ['', 'stops at character 0: its end is missing'],
    ['{', 'stops at character 1: its end is missing'],
    ['{"a"', 'stops at character 4: its end is missing'],
    ['{"a":', 'stops at character 5: its end is missing'],
    ['{"a":1', 'stops at character 6: its end is missing'],
    ['["a', 'stops at character 3: its end is missing'],
    ['[tru', 'stops at character 4: its end is missing'],
    ['{"a":1,}', 'has something else at character 8'],
    ['{a:1}', 'has something else at character 2'],
    ['{"a" 1}', 'has something else at character 6'],
    ['[1 2]', 'has something else at character 4'],
    ["{'a':1}", 'has something else at character 2'],
    ['[1,]', 'is not readable at character 4'],
    ['"a\nb"', 'is not readable at character 3: a string contains a control character'],
    ['"\\x"', 'is not readable at character 2: a string contains the unknown escape \\x'],
    ['{"a":1}}', 'is not readable at character 8'],
    ['1a', 'has something else at character 2'],
  ])('%j is none, and it is said where', (text, words) => expect(why(text)).toContain(words));

  test('is decided on as JSON.parse decides, and says the same', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', ',', '"', ']', '1', '\\'),
        (json, at, put) => {
          const place = at % (json.length + 1);
          const text = json.slice(0, place) + put + json.slice(place);
          let parsed: unknown;
          try {
            parsed = JSON.parse(text);
          } catch {
            expect(why(text)).not.toBe('read as one');
            return;
          }
          const { nodes } = read(text);
          const [root] = nodes;
          if (typeof parsed === 'string') expect(root?.text).toBe(parsed);
          else if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
            expect(new Set(nodes.filter(({ depth }) => depth === 1).map(({ key }) => key))).toEqual(
              new Set(Object.keys(parsed)),
            );
          else if (Array.isArray(parsed)) expect(root?.children).toBe(parsed.length);
          else if (typeof parsed === 'number') expect(Object.is(Number(root?.text), parsed)).toBe(true);
          else expect(root?.text).toBe(String(parsed));
        },
      ),
      { seed: 51, numRuns: 300 },
    );
  });
});

describe('Several values of JSON', () => {
  test.each([
    ['{"a":1}\n{"a":2}\n', 'lines', '2 lines'],
    ['1\n2\r\n3', 'lines', '3 lines'],
    ['{"a":1}{"a":2}', 'row', '2 values in a row'],
    ['1 2', 'row', '2 values in a row'],
    ['[1] [2]\n[3]', 'row', '3 values in a row'],
  ])('%j are read as %s', (text, layout, detail) =>
    expect(read(text).said).toMatchObject({ layout, detail }),
  );

  test('with marks between them are read where their content type says so', () => {
    const bytes = bytesOf('text:\x1e{"a":1}\n\x1e{"a":2}\n');
    const result = decoded(bytes, null, { contentType: 'application/json-seq' });
    expect(treeText(result)).toEqual(['{}', '  a=1', '{}', '  a=2']);
    expect(result.nodes[1]).toMatchObject({ at: 1, length: 7 });
    expect(decoded(bytesOf('text:\x1e7'), [step('json')]).nodes).toMatchObject([{ text: '7', at: 1 }]);
    // Within a text such a mark is a control, as all are.
    expect(decoded(bytesOf('text:\x1e"a\x1eb"'), [step('json')]).failure?.message).toContain(
      'control character',
    );
  });

  test('need something between numbers', () => {
    expect(why('12"a"')).toBe('has something else at character 3');
    expect(why('"a"12')).toBe('read as row');
  });
});

test('Bytes that are no text are no JSON, and it is said what is wrong with them.', () => {
  const words = (hex: string) => decoded(bytesOf(hex), [step('json')]).failure?.message;
  expect(words('7b 7d 00')).toBe('JSON is text, and byte 2 is 00, which no text has. Shown as bytes.');
  expect(words('22 ff 22')).toBe('JSON is text, and these bytes are not UTF-8. Shown as bytes.');
});
