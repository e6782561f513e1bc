import { expect, test } from 'vitest';
import { PartSize } from '../../../../src-main/connection/tap/part-size.ts';

const [LEAST, MOST] = [2_048, 32_768];

test('A part is small at first, and twice as large after each that took no time, up to its bound.', () => {
  const parts = new PartSize();
  const sizes: number[] = [];
  for (let i = 0; i < 6; i++) {
    const size = parts.of(4 * 1_048_576);
    sizes.push(size);
    parts.took(size, 0.2);
  }
  expect(sizes).toEqual([LEAST, 2 * LEAST, 4 * LEAST, 8 * LEAST, MOST, MOST]);
});

test('A part that took longer than a millisecond has the next ones be half as large, down to the smallest.', () => {
  const parts = new PartSize();
  for (let i = 0; i < 5; i++) parts.took(parts.of(MOST), 0.5);
  expect(parts.of(10 * MOST)).toBe(MOST);
  const sizes: number[] = [];
  for (let i = 0; i < 5; i++) {
    parts.took(parts.of(10 * MOST), 1.5);
    sizes.push(parts.of(10 * MOST));
  }
  expect(sizes).toEqual([16_384, 8_192, 4_096, LEAST, LEAST]);
});

test('A read that is less than a part proves nothing about larger ones, however often it comes.', () => {
  const parts = new PartSize();
  for (let i = 0; i < 100; i++) parts.took(LEAST / 2, 0);
  expect(parts.of(MOST)).toBe(LEAST);
});

test('The parts of a read are alike, so that no small one is left at its end, and together they are the read.', () => {
  for (const bytes of [1, LEAST, LEAST + 1, 30_000, 131_072]) {
    const parts = new PartSize();
    const sizes: number[] = [];
    for (let left = bytes; left > 0; left -= sizes.at(-1) ?? left) sizes.push(parts.of(left));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LEAST);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(sizes.length);
  }
});
