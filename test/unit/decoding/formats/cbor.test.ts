import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notation } from '../../../../src-main/decoding/base/notation.ts';
import { TreeBuilder } from '../../../../src-main/decoding/base/tree.ts';
import { Unreadable } from '../../../../src-main/decoding/base/unreadable.ts';
import { readCborPayload } from '../../../../src-main/decoding/formats/cbor.ts';
import { bytesOf, decoded, step, treeText } from '../../../support/decoding.ts';

/** The one value of a payload: what it says, what it is, and what is beside it. */
function one(hex: string): string {
  const tree = new TreeBuilder();
  readCborPayload(bytesOf(hex), tree, false);
  const [node] = tree.nodes;
  if (node === undefined) throw new Error('Nothing was read.');
  return [node.text, node.type, ...(node.note === '' ? [] : [node.note])].join(' | ');
}

function said(hex: string): string {
  const tree = new TreeBuilder();
  readCborPayload(bytesOf(hex), tree, false);
  return notation(tree.nodes, 10_000).replace(/\s+/g, ' ');
}

/** Why bytes are not read. */
function why(hex: string): string {
  try {
    return one(hex);
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

describe('A value of CBOR', () => {
  // Appendix A of RFC 8949, as far as it is one value.
  test.each([
    ['00', '0 | integer'],
    ['17', '23 | integer'],
    ['18 18', '24 | integer'],
    ['1a 000f4240', '1000000 | integer'],
    ['1b 000000e8d4a51000', '1000000000000 | integer'],
    ['1b 001fffffffffffff', '9007199254740991 | integer'],
    ['1b 0020000000000000', '9007199254740992 | integer | 64 bits, digits kept'],
    ['1b ffffffffffffffff', '18446744073709551615 | integer | 64 bits, digits kept'],
    ['20', '-1 | integer'],
    ['39 03e7', '-1000 | integer'],
    ['3b ffffffffffffffff', '-18446744073709551616 | integer | 64 bits, digits kept'],
    // Written longer than it has to be it is the same.
    ['1b 0000000000000001', '1 | integer'],
    ['f9 0000', '0.0 | float 16'],
    ['f9 8000', '-0.0 | float 16'],
    ['f9 3e00', '1.5 | float 16'],
    ['f9 7bff', '65504.0 | float 16'],
    ['f9 0001', '5.960464477539063e-8 | float 16'],
    ['f9 7c00', 'Infinity | float 16'],
    ['fa ff800000', '-Infinity | float 32'],
    ['fb 7ff8000000000000', 'NaN | float 64'],
    ['fa 47c35000', '100000.0 | float 32'],
    ['fb 3ff199999999999a', '1.1 | float 64'],
    ['fb 8000000000000000', '-0.0 | float 64'],
    ['f4', 'false | boolean'],
    ['f5', 'true | boolean'],
    ['f6', 'null | null'],
    ['f7', 'undefined | undefined'],
    ['f0', 'simple(16) | simple value'],
    ['f8 ff', 'simple(255) | simple value'],
    ['40', ' | 0 bytes'],
    ['44 01020304', '01020304 | 4 bytes'],
    ['60', ' | text'],
    ['62 c3bc', 'ü | text'],
    ['64 f0908591', '𐅑 | text'],
    ['62 c328', '\\xc3( | text | not valid UTF-8'],
    ['5f 42 0102 43 030405 ff', '0102030405 | 5 bytes | in 2 pieces'],
    ['7f 65 7374726561 64 6d696e67 ff', 'streaming | text | in 2 pieces'],
    ['5f ff', ' | 0 bytes | in 0 pieces'],
  ])('%s is %s', (hex, text) => expect(one(hex)).toBe(text));

  test.each([
    ['c0 74 323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z | date | tag 0, as text'],
    ['c1 1a 514b67b0', '2013-03-21T20:04:00Z | date | tag 1, seconds: 1363896240'],
    ['c1 fb 41d452d9ec200000', '2013-03-21T20:04:00.500Z | date | tag 1, seconds: 1363896240.5'],
    ['c1 20', '1969-12-31T23:59:59Z | date | tag 1, seconds: -1'],
    ['c1 1b 0000003afff44180', '+010000-01-01T00:00:00Z | date | tag 1, seconds: 253402300800'],
    // No date has these; they stay the numbers they are.
    ['c1 f9 7e00', 'NaN | float 16 | tag 1'],
    ['c1 1b ffffffffffffffff', '18446744073709551615 | integer | tag 1, 64 bits, digits kept'],
    ['c2 49 010000000000000000', '18446744073709551616 | big integer | tag 2, 72 bits, digits kept'],
    ['c3 49 010000000000000000', '-18446744073709551617 | big integer | tag 3, 72 bits, digits kept'],
    ['c2 40', '0 | big integer | tag 2, 0 bits, digits kept'],
    ['c2 5f 41 01 41 00 ff', '256 | big integer | tag 2, 16 bits, digits kept, in 2 pieces'],
    ['c4 82 21 19 6ab3', '273.15 | decimal fraction | tag 4, digits kept'],
    ['c4 82 20 c2 41 64', '10.0 | decimal fraction | tag 4, digits kept'],
    ['c5 82 20 03', '3p-1 | big float | tag 5, big float'],
    ['d8 20 63 613a62', 'a:b | text | tag 32, URI'],
    ['d8 25 42 0102', '0102 | 2 bytes | tag 37, UUID'],
    ['d9 d9f7 c1 00', '1970-01-01T00:00:00Z | date | tag 55799, says that it is CBOR, tag 1, seconds: 0'],
    ['da 7fffffff 00', '0 | integer | tag 2147483647'],
    ['db ffffffffffffffff 00', '0 | integer | tag 18446744073709551615'],
    // A tag that does not go with its value changes nothing of it.
    ['c0 61 78', 'x | text | tag 0'],
    ['c0 62 c328', '\\xc3( | text | tag 0, not valid UTF-8'],
    ['c1 61 78', 'x | text | tag 1'],
    ['c2 61 31', '1 | text | tag 2'],
  ])('with tags, %s is %s', (hex, text) => expect(one(hex)).toBe(text));

  test.each([
    ['c4 82 61 35 61 36', '[ "5", "6" ]'],
    ['c4 82 20 41 12', "[ -1, h'12' ]"],
    ['c4 81 20', '[ -1 ]'],
    ['c4 83 20 01 02', '[ -1, 1, 2 ]'],
    ['c4 82 f9 3c00 01', '[ 1.0, 1 ]'],
  ])('%s is no decimal fraction but the list %s', (hex, text) => expect(said(hex)).toBe(text));

  test.each([
    ['80', '[]'],
    ['83 01 82 02 03 82 04 05', '[ 1, [ 2, 3 ], [ 4, 5 ] ]'],
    ['9f 01 9f 02 ff ff', '[ 1, [ 2 ] ]'],
    ['a0', '{}'],
    ['a2 01 02 03 04', '{ 1: 2, 3: 4 }'],
    ['bf 63 46756e f5 63 416d74 21 ff', '{ "Fun": true, "Amt": -2 }'],
    // The same key twice is there twice.
    ['a2 61 61 01 61 61 02', '{ "a": 1, "a": 2 }'],
    ['a1 42 00ff 01', "{ h'00ff': 1 }"],
    ['a1 20 01', '{ -1: 1 }'],
    ['a1 f6 01', '{ null: 1 }'],
    ['a1 82 81 01 61 61 02', '{ [[1], "a"]: 2 }'],
    ['a1 a1 82 01 02 03 04', '{ {[1, 2]: 3}: 4 }'],
    ['a1 a2 61 61 01 02 81 03 04', '{ {"a": 1, 2: [3]}: 4 }'],
    ['a1 80 01', '{ []: 1 }'],
    ['a1 7f 61 61 61 62 ff 01', '{ "ab": 1 }'],
    ['a1 78 18 616161616161616161616161616161616161616161616161 01', `{ "${'a'.repeat(24)}": 1 }`],
  ])('%s is %s', (hex, text) => expect(said(hex)).toBe(text));

  test.each([
    ['', 'stops at byte 0: 1 byte is missing'],
    ['18', 'stops at byte 1: 1 byte is missing'],
    ['1c', 'has the reserved length 28 at byte 0'],
    ['3f', 'has the reserved length 31 at byte 0'],
    ['df 00', 'has the reserved length 31 at byte 0'],
    ['f8 18', 'has the reserved simple value 24 at byte 0'],
    ['fc', 'has the reserved value 28 at byte 0'],
    ['ff', 'has a break outside of anything at byte 0'],
    ['82 01 ff', 'has a break outside of anything at byte 2'],
    ['bf 01 ff', 'has a break outside of anything at byte 2'],
    ['5f 61 61 ff', 'has a piece of another kind at byte 1'],
    ['7f 7f ff ff', 'has a piece of another kind at byte 1'],
    ['9f 01', 'stops at byte 2: 1 byte is missing'],
    ['00 00', 'has 1 byte left over'],
    ['a1 99 07d0 01', 'far'],
  ])('%s is none: %s', (hex, words) => {
    if (words === 'far') expect(why(hex)).toContain('bytes are missing');
    else expect(why(hex)).toBe(words);
  });

  test('with a key of thousands of values is refused, and does not pass for a long payload', () => {
    const key = `99 07d0 ${'01'.repeat(2_000)}`;
    expect(why(`a1 ${key} 02`)).toBe('has a key of more than 1,000 values at byte 1');
  });

  test('that is a huge integer stays bytes, as its decimal digits would take minutes', () => {
    const long = `c2 5a 00010000 ${'ff'.repeat(65_536)}`;
    const [text = '', type, note] = one(long).split(' | ');
    expect([text.length, type, note]).toEqual([131_072, '65,536 bytes', 'tag 2']);
    expect(one(`c2 59 1000 ${'ff'.repeat(4_096)}`)).toContain('32768 bits, digits kept');
  });
});

describe('Values in a row', () => {
  test('are read where they are asked for, or where their content type says so', () => {
    expect(treeText(decoded(bytesOf('01 61 61 80'), [step('cbor')]))).toEqual(['1', 'a', '[]']);
    const found = decoded(bytesOf('01 61 61'), null, { contentType: 'application/cbor-seq' });
    expect(found.stages).toMatchObject([{ decoder: 'cbor', why: 'content type application/cbor-seq' }]);
    expect(decoded(bytesOf('01 61 61'), null, { contentType: 'application/cbor' }).view).toBe('bytes');
  });

  test('that stop within a value are none of them', () => {
    const { failure } = decoded(bytesOf('01 62 61'), [step('cbor')]);
    expect(failure?.message).toBe('CBOR stops at byte 3: 1 byte is missing. Shown as bytes.');
  });
});

/** A value as this test writes it, in the shortest form. */
type Value = number | bigint | string | boolean | null | Uint8Array | readonly Value[] | Map<Value, Value>;

function head(major: number, of: bigint): number[] {
  const bytes = (count: number) =>
    Array.from({ length: count }, (_, at) => Number((of >> BigInt(8 * (count - 1 - at))) & 0xffn));
  if (of < 24n) return [(major << 5) | Number(of)];
  if (of < 256n) return [(major << 5) | 24, ...bytes(1)];
  if (of < 65_536n) return [(major << 5) | 25, ...bytes(2)];
  if (of < 2n ** 32n) return [(major << 5) | 26, ...bytes(4)];
  return [(major << 5) | 27, ...bytes(8)];
}

function encoded(value: Value): number[] {
  if (value === null) return [0xf6];
  if (typeof value === 'boolean') return [value ? 0xf5 : 0xf4];
  if (typeof value === 'bigint') return value < 0n ? head(1, -1n - value) : head(0, value);
  if (typeof value === 'number') {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    return [0xfb, ...new Uint8Array(view.buffer)];
  }
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    return [...head(3, BigInt(bytes.length)), ...bytes];
  }
  if (value instanceof Uint8Array) return [...head(2, BigInt(value.length)), ...value];
  if (value instanceof Map)
    return [
      ...head(5, BigInt(value.size)),
      ...[...value].flatMap(([key, one]) => [...encoded(key), ...encoded(one)]),
    ];
  return [...head(4, BigInt(value.length)), ...value.flatMap(encoded)];
}

/** What a person has to see of it. */
function shown(value: Value): string {
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 1e21 && !Object.is(value, -0)
      ? `${value}.0`
      : Object.is(value, -0)
        ? '-0.0'
        : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString('hex')}'`;
  if (value instanceof Map)
    return `{${[...value].map(([key, one]) => `${shown(key)}:${shown(one)}`).join(',')}}`;
  return typeof value === 'object' && value !== null ? `[${value.map(shown).join(',')}]` : String(value);
}

const values = fc.letrec<{ value: Value; leaf: Value }>((tie) => ({
  leaf: fc.oneof(
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }),
    fc.double(),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 40 }),
  ),
  value: fc.oneof(
    { maxDepth: 3 },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .array(fc.tuple(fc.string({ maxLength: 30 }), tie('value')), { maxLength: 5 })
      .map((entries) => new Map<Value, Value>(entries)),
  ),
})).value;

describe('Whatever is written as CBOR', () => {
  test('is read as it was written: digits, keys, order and all', () => {
    fc.assert(
      fc.property(values, (value) => {
        const tree = new TreeBuilder();
        readCborPayload(Uint8Array.from(encoded(value)), tree, false);
        const text = notation(tree.nodes, 1_000_000);
        expect(
          text
            .replace(/\n */g, '')
            .replace(/("(?:[^"\\]|\\.)*")|: |, /g, (all, quoted?: string) => quoted ?? all.trim()),
        ).toBe(shown(value));
      }),
      { seed: 21, numRuns: 200 },
    );
  });

  test('is refused when it is cut off anywhere, and when something is left over', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = Uint8Array.from(encoded(value));
        for (let end = 0; end < bytes.length; end++)
          expect(() => readCborPayload(bytes.subarray(0, end), new TreeBuilder(), false)).toThrow(
            /^stops at/,
          );
        const longer = Uint8Array.of(...bytes, 0);
        expect(() => readCborPayload(longer, new TreeBuilder(), false)).toThrow('has 1 byte left over');
      }),
      { seed: 22, numRuns: 60 },
    );
  });
});
