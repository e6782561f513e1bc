import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_BIG } from '../../../../src-main/decoding/base/limits.ts';
import {
  bigOf,
  decimalText,
  float32Text,
  floatText,
  halfValue,
  hexDigits,
  integerNote,
} from '../../../../src-main/decoding/base/numbers.ts';

test.each([
  [1, '1.0'],
  [-0, '-0.0'],
  [0, '0.0'],
  [0.1, '0.1'],
  [1e20, '100000000000000000000.0'],
  [1e21, '1e+21'],
  [NaN, 'NaN'],
  [-Infinity, '-Infinity'],
])('The float %d is never taken for an integer: %s.', (value, text) => expect(floatText(value)).toBe(text));

test.each([
  [3.06, '3.06'],
  [16_777_216, '16777216.0'],
  [123_456_792, '123456792.0'],
  [1e20, '100000000000000000000.0'],
  [1.17549435e-38, '1.1754944e-38'],
  [3.4028235e38, '3.4028235e+38'],
  [NaN, 'NaN'],
])('%d in 32 bits is written as %s, without the digits that only 64 bits have.', (value, text) => {
  expect(float32Text(Math.fround(value))).toBe(text);
});

test('What is written of a float of 32 bits is that very float.', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Object.is(Math.fround(Number(float32Text(value))), value)).toBe(true);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test.each([
  [0x0000, 0],
  [0x8000, -0],
  [0x0001, 2 ** -24],
  [0x03ff, (1_023 / 1_024) * 2 ** -14],
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65_504],
  [0x7c00, Infinity],
  [0xfc00, -Infinity],
  [0x7e00, NaN],
])('The sixteen bits %i are %d.', (bits, value) => expect(halfValue(bits)).toBe(value));

test.each([
  [1_234n, 0, '1234'],
  [1_234n, -2, '12.34'],
  [-5n, -3, '-0.005'],
  [0n, -2, '0.00'],
  [15n, 2, '15e2'],
  [1n, -41, '0.00000000000000000000000000000000000000001'],
  // Not a line of a million noughts.
  [1n, -1_000_000, '1e-1000000'],
  [-1n, 1_000_000, '-1e1000000'],
])('%d × 10^%i is %s: its digits and no others.', (mantissa, exponent, text) => {
  expect(decimalText(mantissa, exponent)).toBe(text);
});

test('An integer that other programs round says that its digits are kept.', () => {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  expect([integerNote(most), integerNote(-most), integerNote(7)]).toEqual(['', '', '']);
  expect([integerNote(most + 1n), integerNote(-most - 1n)]).toEqual(Array(2).fill('64 bits, digits kept'));
});

test('Bytes are hex digits in a row, few or many, and of a part its own.', () => {
  const many = Uint8Array.from({ length: 300 }, (_, at) => at & 0xff);
  for (const length of [0, 1, 63, 64, 65, 256, 290]) {
    const part = many.subarray(7, 7 + length);
    expect(hexDigits(part)).toBe(Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(''));
  }
});

test('Hex digits are a big integer without sign, up to what is written in decimal digits at once.', () => {
  expect([bigOf(''), bigOf('000fff'), bigOf('ff'.repeat(16))]).toEqual([0n, 4_095n, 2n ** 128n - 1n]);
  expect(bigOf('ff'.repeat(MAX_BIG))).toBe(2n ** BigInt(8 * MAX_BIG) - 1n);
  expect(bigOf('ff'.repeat(MAX_BIG + 1))).toBeNull();
});
