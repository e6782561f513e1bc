import { expect, test } from 'vitest';
import { decimalDifference } from '../../../../src-main/core/text/decimal.ts';
import { random } from '../../../support/random.ts';

test.each([
  ['71.1', '71.4', '+0.3'],
  ['71.4', '71.1', '−0.3'],
  ['0.1', '0.30', '+0.2'],
  ['-1', '1', '+2'],
  ['9007199254740993', '9007199254740992', '−1'],
  ['1.005', '1', '−0.005'],
  ['5', '5.00', null],
  ['1e3', '1e4', null],
  ['abc', '1', null],
  ['1', '1234567890123456789012345', null],
])('from %s to %s is %s', (before, after, difference) => {
  expect(decimalDifference(before, after)).toBe(difference);
});

test('is exact where binary fractions are not', () => {
  const rng = random(3);
  for (let turn = 0; turn < 2_000; turn++) {
    const places = rng.int(6);
    const [a, b] = [rng.int(2_000_000) - 1_000_000, rng.int(2_000_000) - 1_000_000];
    const text = (scaled: number) => {
      const digits = String(Math.abs(scaled)).padStart(places + 1, '0');
      const whole = digits.slice(0, digits.length - places);
      return `${scaled < 0 ? '-' : ''}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}`;
    };
    const said = decimalDifference(text(a), text(b));
    const value = said === null ? 0 : Number(said.replace('−', '-'));
    expect(Math.round(value * 10 ** places)).toBe(b - a);
  }
});
