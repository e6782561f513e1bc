import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareDecimals, readDecimal } from '../../../../../src-main/core/query/grammar/decimal.ts';
import { readCount, readDuration, readSize } from '../../../../../src-main/core/query/grammar/quantities.ts';

/** The number times 10^60, without any rounding. */
function scaled(text: string): bigint {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = BigInt(`${whole}${fraction}`) * 10n ** BigInt(60 - fraction.length + Number(exponent));
  return sign === '-' ? -digits : digits;
}

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
const decimal = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    digits(25),
    fc.option(digits(12), { nil: null }),
    fc.option(fc.integer({ min: -20, max: 20 }), { nil: null }),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`,
  );

function compare(a: string, b: string): number {
  const [x, y] = [readDecimal(a), readDecimal(b)];
  if (x === null || y === null) throw new Error(`${x === null ? a : b} is a number`);
  // No zero below zero.
  return Math.sign(compareDecimals(x, y)) || 0;
}

test('Numbers of any length are compared to the last digit, as an oracle without rounding does.', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const [x, y] = [scaled(a), scaled(b)];
      expect(compare(a, b)).toBe(x === y ? 0 : x < y ? -1 : 1);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

test.each([
  ['9007199254740993', '9007199254740992', 1],
  ['0.1', '0.10000000000000000001', -1],
  ['1e2', '100.000', 0],
  ['-0', '0.000', 0],
  ['-1e400', '-1e399', -1],
  ['00012', '12', 0],
  ['.5', '0.5', 0],
  ['5.', '5', 0],
])('%s and %s compare as %d.', (a, b, expected) => {
  expect(compare(a, b)).toBe(expected);
  expect(compare(b, a)).toBe(-expected || 0);
});

test.each(['', '.', '-', 'e5', '1e', '0x10', '1_000', '1,5', 'NaN', 'Infinity', ' 1', '1'.repeat(4_097)])(
  '%j is no number.',
  (text) => {
    expect(readDecimal(text)).toBeNull();
  },
);

test('Sizes are steps of 1,000 as they are shown; a minute is no million.', () => {
  expect([readSize('512'), readSize('1k'), readSize('1.5MB'), readSize('2g')]).toEqual([
    512, 1e3, 1.5e6, 2e9,
  ]);
  expect([readDuration('10'), readDuration('2m'), readDuration('500ms'), readDuration('1w')]).toEqual([
    10_000, 120_000, 500, 604_800_000,
  ]);
  expect([readCount('.5'), readCount('2M')]).toEqual([0.5, 2e6]);
});

test('A unit of something else is none, nor is a name that every object has.', () => {
  for (const text of ['1h', '1constructor', '1kk', '1 k', '-1', '1e3']) expect(readSize(text)).toBeNull();
  for (const text of ['1kb', '1toString', 's', '']) expect(readDuration(text)).toBeNull();
  for (const text of ['1b', '1g', '1__proto__']) expect(readCount(text)).toBeNull();
});
