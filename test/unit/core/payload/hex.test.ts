import { expect, test } from 'vitest';
import { hexRowCount, hexRows } from '../../../../src-main/core/payload/hex.ts';

test('A dump shows offset, bytes in two groups, and what is printable.', () => {
  const bytes = new TextEncoder().encode('Topicscope\0\xff ~!');
  expect(hexRows(bytes, 0, 9, 0x120)).toEqual([
    {
      offset: '00000120',
      hex: '54 6f 70 69 63 73 63 6f  70 65 00 c3 bf 20 7e 21',
      ascii: 'Topicscope... ~!',
    },
  ]);
});

test('Any range of rows is the same part of the whole, and the last row is padded.', () => {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, index) => (index * 7) % 256);
  const all = hexRows(bytes, 0, hexRowCount(bytes.length));
  expect(all).toHaveLength(63);
  expect(new Set(all.map(({ hex }) => hex.length))).toEqual(new Set([48]));
  const back = all.flatMap(({ hex }) =>
    hex
      .trim()
      .split(/ +/)
      .map((digits) => Number.parseInt(digits, 16)),
  );
  expect(back).toEqual([...bytes]);
  expect(hexRows(bytes, 10, 5)).toEqual(all.slice(10, 15));
  expect(hexRows(bytes, 60, 100)).toEqual(all.slice(60));
  expect(hexRows(bytes, 70, 5)).toEqual([]);
  expect(hexRows(new Uint8Array(), 0, 5)).toEqual([]);
});
