import { expect, test } from 'vitest';
import { SmallCopies } from '../../../../src-main/core/retained/small-copies.ts';

test('A copy keeps its bytes, whatever becomes of where it was taken from and of the others.', () => {
  const copies = new SmallCopies();
  const source = new Uint8Array(5_000);
  const made = Array.from({ length: 300 }, (_, n) => {
    source.fill(n % 251);
    return copies.of(source, n, n + ((n * 37) % 1_500));
  });
  source.fill(255);
  for (const [n, copy] of made.entries()) {
    expect(copy).toHaveLength((n * 37) % 1_500);
    expect(copy.every((byte) => byte === n % 251)).toBe(true);
  }
});

test('Small ones lie together, and large ones alone, so that none keeps much that is not its own.', () => {
  const copies = new SmallCopies();
  const source = new Uint8Array(4_000);
  const small = Array.from({ length: 100 }, () => copies.of(source, 0, 100));
  expect(new Set(small.map(({ buffer }) => buffer)).size).toBe(1);
  expect(copies.of(source, 0, 4_000).buffer.byteLength).toBe(4_000);
  expect(copies.of(source, 7, 7)).toHaveLength(0);
  for (const { buffer } of small) expect(buffer.byteLength).toBeLessThanOrEqual(32_768);
});
