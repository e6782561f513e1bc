import { expect, test } from 'vitest';
import {
  hexRowChars,
  hexRows,
  hexShape,
  hexText,
  type HexShape,
} from '../../../../src-main/core/payload/hex.ts';

const shape = (rowBytes: HexShape['rowBytes'], offsetDigits: HexShape['offsetDigits'] = 4): HexShape => ({
  rowBytes,
  offsetDigits,
});

test('A dump shows offset, bytes in groups of eight, and what is printable.', () => {
  const bytes = new TextEncoder().encode('Topicscope\0\xff ~!');
  expect(hexRows(bytes, shape(16, 8), 0, 9, 0x120)).toEqual([
    {
      offset: '00000120',
      hex: '54 6f 70 69 63 73 63 6f  70 65 00 c3 bf 20 7e 21',
      ascii: 'Topicscope··· ~!',
    },
  ]);
  expect(hexText(bytes, shape(8))).toBe(
    '0000  54 6f 70 69 63 73 63 6f  Topicsco\n0008  70 65 00 c3 bf 20 7e 21  pe··· ~!',
  );
});

test('Rows have 32, 16 or 8 bytes, as many as fit the width, and every row is as wide as its shape.', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, at) => at);
  for (let chars = 20; chars < 160; chars++) {
    const wide = hexShape(bytes.length, chars);
    const lines = hexText(bytes, wide).split('\n');
    expect(lines[0]).toHaveLength(hexRowChars(wide));
    if (wide.rowBytes > 8) expect(hexRowChars(wide)).toBeLessThanOrEqual(chars);
  }
  expect(hexShape(200, 38).rowBytes).toBe(8);
  expect(hexShape(200, 39).rowBytes).toBe(8);
  expect(hexShape(200, 71).rowBytes).toBe(8);
  expect(hexShape(200, 72).rowBytes).toBe(16);
  expect(hexShape(200, 138).rowBytes).toBe(32);
});

test('Offsets have four digits as long as they are enough.', () => {
  expect(hexShape(65_536, 100).offsetDigits).toBe(4);
  expect(hexShape(65_537, 100).offsetDigits).toBe(8);
  expect(hexRows(new Uint8Array(65_537), shape(32, 8)).at(-1)?.offset).toBe('00010000');
});

test.each([8, 16, 32] as const)(
  'Any range of rows of %i is the same part of the whole, and the last row is padded.',
  (rowBytes) => {
    const bytes = Uint8Array.from({ length: 1_001 }, (_, index) => (index * 7) % 256);
    const all = hexRows(bytes, shape(rowBytes));
    expect(all).toHaveLength(Math.ceil(1_001 / rowBytes));
    expect(new Set(all.map(({ hex }) => hex.length)).size).toBe(1);
    const back = all.flatMap(({ hex }) =>
      hex
        .trim()
        .split(/ +/)
        .map((digits) => Number.parseInt(digits, 16)),
    );
    expect(back).toEqual([...bytes]);
    expect(hexRows(bytes, shape(rowBytes), 10, 5)).toEqual(all.slice(10, 15));
    expect(hexRows(bytes, shape(rowBytes), 30, 1_000)).toEqual(all.slice(30));
    expect(hexRows(bytes, shape(rowBytes), 500, 5)).toEqual([]);
    expect(hexRows(new Uint8Array(), shape(rowBytes))).toEqual([]);
  },
);
