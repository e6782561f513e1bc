import { expect, test } from 'vitest';
import { compareNameBytes } from '../../../../../src-main/core/topics/tree/name-order.ts';
import { random } from '../../../../support/random.ts';

const compare = (a: string, b: string): number => {
  const x = Uint8Array.from(`..${a}`, (c) => c.charCodeAt(0));
  const y = Uint8Array.from(`${b}!`, (c) => c.charCodeAt(0));
  return Math.sign(compareNameBytes(x, 2, x.length, y, 0, y.length - 1, false));
};

/** Digit runs by value, the rest by byte; names that are still equal, by their bytes. */
function naive(a: string, b: string): number {
  const parts = (text: string): string[] => text.match(/\d+|[^\d]/g) ?? [];
  const x = parts(a);
  const y = parts(b);
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const p = x[i]!;
    const q = y[i]!;
    const numbers = /\d/.test(p) && /\d/.test(q);
    if (numbers && BigInt(p) !== BigInt(q)) return BigInt(p) < BigInt(q) ? -1 : 1;
    if (!numbers && p.charCodeAt(0) !== q.charCodeAt(0)) return p.charCodeAt(0) < q.charCodeAt(0) ? -1 : 1;
  }
  if (x.length !== y.length) return x.length < y.length ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

test('Siblings are in natural order', () => {
  const names = [
    '10',
    '9',
    '',
    'device10',
    'device9',
    'device09',
    'device',
    'Ädevice',
    'device9b',
    '009',
    '2',
  ];
  expect(names.toSorted(compare)).toEqual([
    '',
    '2',
    '009',
    '9',
    '10',
    'device',
    'device09',
    'device9',
    'device9b',
    'device10',
    'Ädevice',
  ]);
});

test('The order is total and equal to a plain one, for numbers of any length and leading zeros', () => {
  const rng = random(3);
  const name = (): string => {
    let text = '';
    for (let n = rng.int(6); n > 0; n--)
      text += rng.pick(['0', '00', '1', '9', '12', '98765432109876543210', 'a', '-', '\xff']);
    return text;
  };
  for (let round = 0; round < 20_000; round++) {
    const a = name();
    const b = name();
    expect(compare(a, b)).toBe(naive(a, b));
    expect(compare(b, a)).toBe(-naive(a, b) + 0);
  }
});

test('At the top level what begins with $ comes last, and only there', () => {
  const order = (a: string, b: string, top: boolean): number => {
    const x = Uint8Array.from(a, (c) => c.charCodeAt(0));
    const y = Uint8Array.from(b, (c) => c.charCodeAt(0));
    return Math.sign(compareNameBytes(x, 0, x.length, y, 0, y.length, top));
  };
  for (const other of ['', 'plant', '~', '\xff\xff', '9']) {
    expect(order('$SYS', other, true)).toBe(1);
    expect(order(other, '$SYS', true)).toBe(-1);
  }
  expect(order('$SYS', '$share', true)).toBe(-1);
  expect(order('$SYS', 'plant', false)).toBe(-1);
});
