import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notation } from '../../../../src-main/decoding/base/notation.ts';
import { TreeBuilder } from '../../../../src-main/decoding/base/tree.ts';
import { Unreadable } from '../../../../src-main/decoding/base/unreadable.ts';
import { readMsgpackPayload } from '../../../../src-main/decoding/formats/msgpack.ts';
import { bytesOf } from '../../../support/decoding.ts';

function read(hex: string, sequence = false): TreeBuilder['nodes'] {
  const tree = new TreeBuilder();
  readMsgpackPayload(bytesOf(hex), tree, sequence);
  return tree.nodes;
}

function one(hex: string): string {
  const [node] = read(hex);
  return [node?.text, node?.type, ...(node?.note === '' ? [] : [node?.note])].join(' | ');
}

const said = (hex: string, sequence = false) => notation(read(hex, sequence), 10_000).replace(/\s+/g, ' ');

describe('A value of MessagePack', () => {
  test.each([
    ['00', '0 | fixint'],
    ['7f', '127 | fixint'],
    ['ff', '-1 | fixint'],
    ['e0', '-32 | fixint'],
    ['cc ff', '255 | uint 8'],
    ['cd ffff', '65535 | uint 16'],
    ['ce ffffffff', '4294967295 | uint 32'],
    ['cf 001fffffffffffff', '9007199254740991 | uint 64'],
    ['cf ffffffffffffffff', '18446744073709551615 | uint 64 | 64 bits, digits kept'],
    ['d0 80', '-128 | int 8'],
    ['d1 8000', '-32768 | int 16'],
    ['d2 80000000', '-2147483648 | int 32'],
    ['d3 8000000000000000', '-9223372036854775808 | int 64 | 64 bits, digits kept'],
    ['ca 4043d70a', '3.06 | float 32'],
    ['ca ff800000', '-Infinity | float 32'],
    ['cb 8000000000000000', '-0.0 | float 64'],
    ['cb 7ff8000000000000', 'NaN | float 64'],
    ['c0', 'null | nil'],
    ['c2', 'false | boolean'],
    ['c3', 'true | boolean'],
    ['a0', ' | text'],
    ['a2 c3bc', 'ü | text'],
    ['d9 01 61', 'a | text'],
    ['da 0001 61', 'a | text'],
    ['db 00000001 61', 'a | text'],
    ['a2 c328', '\\xc3( | text | not valid UTF-8'],
    ['c4 02 00ff', '00ff | 2 bytes'],
    ['c5 0001 7f', '7f | 1 byte'],
    ['c6 00000000', ' | 0 bytes'],
    ['d4 05 aa', 'aa | 1 byte | extension 5'],
    ['d5 80 aabb', 'aabb | 2 bytes | extension -128'],
    ['d8 01 00112233445566778899aabbccddeeff', '00112233445566778899aabbccddeeff | 16 bytes | extension 1'],
    ['c7 03 07 010203', '010203 | 3 bytes | extension 7'],
    ['c8 0001 07 01', '01 | 1 byte | extension 7'],
    ['c9 00000000 07', ' | 0 bytes | extension 7'],
  ])('%s is %s', (hex, text) => expect(one(hex)).toBe(text));

  test.each([
    ['d6 ff 00000000', '1970-01-01T00:00:00Z | timestamp | extension -1, 4 bytes'],
    ['d6 ff ffffffff', '2106-02-07T06:28:15Z | timestamp | extension -1, 4 bytes'],
    // 30 bits of nanoseconds, 34 of seconds.
    ['d7 ff 0000000400000000', '1970-01-01T00:00:00.000000001Z | timestamp | extension -1, 8 bytes'],
    ['d7 ff ee6b27ffffffffff', '2514-05-30T01:53:03.999999999Z | timestamp | extension -1, 8 bytes'],
    ['c7 0c ff 1dcd6500 ffffffffffffffff', '1969-12-31T23:59:59.5Z | timestamp | extension -1, 12 bytes'],
    ['c7 0c ff 00000000 0000003afff44180', '+010000-01-01T00:00:00Z | timestamp | extension -1, 12 bytes'],
    // What is no time stays the bytes that it is.
    ['d7 ff ee6b280000000000', 'ee6b280000000000 | 8 bytes | extension -1'],
    ['c7 0c ff 00000000 7fffffffffffffff', '000000007fffffffffffffff | 12 bytes | extension -1'],
    ['d4 ff 00', '00 | 1 byte | extension -1'],
  ])('%s is the time %s', (hex, text) => expect(one(hex)).toBe(text));

  test.each([
    ['90', '[]'],
    ['92 01 91 02', '[ 1, [ 2 ] ]'],
    ['dc 0001 01', '[ 1 ]'],
    ['dd 00000001 01', '[ 1 ]'],
    ['80', '{}'],
    ['82 a1 61 01 a1 61 02', '{ "a": 1, "a": 2 }'],
    ['de 0001 a1 61 01', '{ "a": 1 }'],
    ['df 00000001 01 02', '{ 1: 2 }'],
    ['81 c4 01 00 01', "{ h'00': 1 }"],
    ['81 92 91 01 a1 61 02', '{ [[1], "a"]: 2 }'],
    ['81 c0 c0', '{ null: null }'],
    ['81 d6 ff 00000000 01', '{ 1970-01-01T00:00:00Z: 1 }'],
  ])('%s is %s', (hex, text) => expect(said(hex)).toBe(text));

  test.each([
    ['', 'stops at byte 0: 1 byte is missing'],
    ['c1', 'has c1, which is never used, at byte 0'],
    ['92 01 c1', 'has c1, which is never used, at byte 2'],
    ['cd 00', 'stops at byte 2: 1 byte is missing'],
    ['c7 05', 'stops at byte 2: 1 byte is missing'],
    ['81 01', 'stops at byte 2: 1 byte is missing'],
    ['df ffffffff', 'stops at byte 5: far more bytes are missing'],
    ['01 02', 'has 1 byte left over'],
    [`81 dc 07d0 ${'01'.repeat(2_000)} 02`, 'has a key of more than 1,000 values at byte 1'],
  ])('%s is none: %s', (hex, words) => {
    expect(() => read(hex)).toThrow(Unreadable);
    expect(() => read(hex)).toThrow(words);
  });

  test('in a row is one of several, where that is asked for', () => {
    expect(said('01 a1 61 c0', true)).toBe('[ 1, "a", null ]');
    expect(() => read('01 a1', true)).toThrow('1 byte is missing');
  });

  test('knows its bytes, also in what holds it', () => {
    const places = read('82 a1 61 cd 0102 a1 62 91 c0').map(({ at, length }) => [at, length]);
    expect(places).toEqual([
      [0, 10],
      [3, 3],
      [8, 2],
      [9, 1],
    ]);
  });
});

type Value = number | bigint | string | boolean | null | readonly Value[] | { readonly [key: string]: Value };

function encoded(value: Value): number[] {
  const wide = (tag: number, size: number, of: bigint) => [
    tag,
    ...Array.from({ length: size }, (_, at) => Number((of >> BigInt(8 * (size - 1 - at))) & 0xffn)),
  ];
  if (value === null) return [0xc0];
  if (typeof value === 'boolean') return [value ? 0xc3 : 0xc2];
  if (typeof value === 'bigint')
    return value < 0n ? wide(0xd3, 8, BigInt.asUintN(64, value)) : wide(0xcf, 8, value);
  if (typeof value === 'number') {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    return wide(0xcb, 8, view.getBigUint64(0));
  }
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    return [...wide(0xda, 2, BigInt(bytes.length)), ...bytes];
  }
  if (Array.isArray(value)) {
    const items = value as readonly Value[];
    return [...wide(0xdc, 2, BigInt(items.length)), ...items.flatMap(encoded)];
  }
  const entries = Object.entries(value);
  return [
    ...wide(0xde, 2, BigInt(entries.length)),
    ...entries.flatMap(([key, one]) => [...encoded(key), ...encoded(one)]),
  ];
}

const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((double) => (Number.isInteger(double) ? 0.5 : double)),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

const json = (value: Value): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `big ${one}` : one)).replace(
    /"big (-?\d+)"/g,
    '$1',
  );

describe('Whatever is written as MessagePack', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(values, (value) => {
        const tree = new TreeBuilder();
        readMsgpackPayload(Uint8Array.from(encoded(value)), tree, false);
        const text = notation(tree.nodes, 1_000_000).replace(/\n */g, '');
        // Without the space behind a name, which stands in no text of these.
        const bare = text.replace(/("(?:[^"\\]|\\.)*")|: /g, (_, quoted?: string) => quoted ?? ':');
        expect(bare).toBe(json(value));
      }),
      { seed: 31, numRuns: 200 },
    );
  });

  test('is refused when it is cut off anywhere', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = Uint8Array.from(encoded(value));
        for (let end = 0; end < bytes.length; end++)
          expect(() => readMsgpackPayload(bytes.subarray(0, end), new TreeBuilder(), false)).toThrow(
            /^stops at/,
          );
      }),
      { seed: 32, numRuns: 60 },
    );
  });
});
