import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeJson } from '../../../../../src-main/core/payload/encode/encode-json.ts';
import { halfBits, type FloatStyle } from '../../../../../src-main/core/payload/encode/floats.ts';
import { halfValue } from '../../../../../src-main/decoding/base/numbers.ts';
import { decoded } from '../../../../support/decoding.ts';

type Format = 'cbor' | 'msgpack';

function hex(text: string, format: Format, floats: FloatStyle = 'shortest'): string {
  const bytes = encodeJson(text, format, floats);
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : `${bytes.code}: ${bytes.message}`;
}

describe('CBOR', () => {
  // Appendix A of RFC 8949, what of it JSON can say.
  test.each([
    ['0', '00'],
    ['10', '0a'],
    ['23', '17'],
    ['24', '1818'],
    ['100', '1864'],
    ['1000', '1903e8'],
    ['1000000', '1a000f4240'],
    ['1000000000000', '1b000000e8d4a51000'],
    ['18446744073709551615', '1bffffffffffffffff'],
    ['18446744073709551616', 'c249010000000000000000'],
    ['-18446744073709551616', '3bffffffffffffffff'],
    ['-18446744073709551617', 'c349010000000000000000'],
    ['-1', '20'],
    ['-100', '3863'],
    ['-1000', '3903e7'],
    ['0.0', 'f90000'],
    ['-0.0', 'f98000'],
    ['1.0', 'f93c00'],
    ['1.1', 'fb3ff199999999999a'],
    ['1.5', 'f93e00'],
    ['65504.0', 'f97bff'],
    ['100000.0', 'fa47c35000'],
    ['3.4028234663852886e+38', 'fa7f7fffff'],
    ['1.0e+300', 'fb7e37e43c8800759c'],
    ['5.960464477539063e-8', 'f90001'],
    ['0.00006103515625', 'f90400'],
    ['-4.0', 'f9c400'],
    ['false', 'f4'],
    ['true', 'f5'],
    ['null', 'f6'],
    ['""', '60'],
    ['"IETF"', '6449455446'],
    ['"\\"\\\\"', '62225c'],
    ['"\\ud800\\udd51"', '64f0908591'],
    ['[]', '80'],
    ['[1, [2, 3], [4, 5]]', '8301820203820405'],
    ['{}', 'a0'],
    ['{"a": 1, "b": [2, 3]}', 'a26161016162820203'],
  ])('of %s is what the standard says', (text, expected) => {
    expect(hex(text, 'cbor')).toBe(expected);
  });

  test('has floats as wide as asked for', () => {
    expect(hex('1.5', 'cbor', 'single')).toBe('fa3fc00000');
    expect(hex('1.5', 'cbor', 'double')).toBe('fb3ff8000000000000');
    expect(hex('3.06', 'cbor', 'single')).toBe('fa4043d70a');
  });

  test.each(['cbor', 'msgpack'] as const)('and %s never turn a number into an infinite one', (format) => {
    expect(hex('{"a": [1e39]}', format, 'single')).toMatch(/payload.*too large for a float of 32 bits/);
    expect(hex('-3.5e38', format, 'single')).toMatch(/too large for a float of 32 bits/);
    expect(hex('3.4028234663852886e38', format, 'single')).toMatch(/7f7fffff$/);
    for (const floats of ['single', 'double', 'shortest'] as const)
      expect(hex('1e309', format, floats)).toMatch(/too large for a float(?! of)/);
    expect(hex('1e39', format, 'shortest')).toMatch(/48078287f49c4a1d$/);
  });
});

describe('MessagePack', () => {
  test.each([
    ['127', '7f'],
    ['128', 'cc80'],
    ['256', 'cd0100'],
    ['65536', 'ce00010000'],
    ['4294967296', 'cf0000000100000000'],
    ['18446744073709551615', 'cfffffffffffffffff'],
    ['-32', 'e0'],
    ['-33', 'd0df'],
    ['-129', 'd1ff7f'],
    ['-32769', 'd2ffff7fff'],
    ['-9223372036854775808', 'd38000000000000000'],
    ['1.5', 'ca3fc00000'],
    ['1.1', 'cb3ff199999999999a'],
    ['null', 'c0'],
    ['[true, false]', '92c3c2'],
    ['{"compact": true, "schema": 0}', '82a7636f6d70616374c3a6736368656d6100'],
    [`"${'x'.repeat(32)}"`, `d920${'78'.repeat(32)}`],
    [`[${Array.from({ length: 16 }, () => '1').join(',')}]`, `dc0010${'01'.repeat(16)}`],
  ])('of %s is in its shortest form', (text, expected) => {
    expect(hex(text, 'msgpack')).toBe(expected);
  });

  test('has no integers over 64 bits, and says where they stand', () => {
    expect(hex('{"a": [1,\n  18446744073709551616]}', 'msgpack')).toBe(
      'not-encodable: The payload cannot be encoded at line 2, column 3: MessagePack has no integers over 64 bits.',
    );
    expect(hex('-9223372036854775809', 'msgpack')).toMatch(/line 1, column 1/);
  });
});

test.each(['cbor', 'msgpack'] as const)(
  'What is no JSON, or cannot be said in %s, is named by line and column.',
  (format) => {
    expect(hex('{"a": 1,\n "b" 2}', format)).toMatch(
      /^payload-not-json: .* at line 2, column 6: a colon is missing/,
    );
    expect(hex('', format)).toMatch(/^payload-not-json: .* line 1, column 1/);
    expect(hex('{"k": true, "n": 1e999}', format)).toMatch(
      /^not-encodable: .* line 1, column 18: the number is too large/,
    );
    expect(hex('["ok", "\\ud800"]', format)).toMatch(/^not-encodable: .* line 1, column 8: half a character/);
    expect(hex(`${'['.repeat(600)}${']'.repeat(600)}`, format)).toMatch(/^payload-too-deep/);
  },
);

test('A float of 16 bits is one that holds exactly the value.', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = halfValue(bits);
    if (Number.isFinite(value)) expect(halfBits(value)).toBe(bits);
  }
  for (const value of [65_505, 65_536, 2 ** -25, 1.0001]) expect(halfBits(value)).toBeNull();
});

test.each(['cbor', 'msgpack'] as const)(
  'Any JSON is read back from its %s as it was, keys twice and all.',
  (format) => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify({ a: value, b: [value] }).replace(/^\{/, '{"a":0,');
        // MessagePack has none over 64 bits.
        fc.pre(format === 'cbor' || !/(?<![.\d])\d{20}/.test(text));
        const bytes = encodeJson(text, format, 'double');
        if (!(bytes instanceof Uint8Array)) throw new Error(bytes.message);
        const result = decoded(bytes, [{ decoder: format, option: '' }]);
        expect(result.failure).toBeNull();
        expect(JSON.parse(result.text)).toEqual(JSON.parse(text));
        expect(result.nodes.filter(({ key, depth }) => key === 'a' && depth === 1)).toHaveLength(2);
      }),
      { seed: 5, numRuns: 100 },
    );
  },
);
