import { describe, expect, test } from 'vitest';
import { hexRows, hexShape, hexText } from '../../../../src-main/core/payload/hex.ts';
import {
  asciiColumn,
  byteAtColumn,
  bytesMeanings,
  hexColumn,
  readOffset,
} from '../../../../src-main/core/payload/hex-place.ts';

describe.each([
  [100, 20],
  [100, 76],
  [100, 200],
  [70_000, 76],
])('a byte of a dump of %i bytes in %i characters', (length, chars) => {
  const shape = hexShape(length, chars);
  const bytes = Uint8Array.from({ length: shape.rowBytes }, (_, at) => 0x41 + at);
  const line = hexText(bytes, shape);

  test('stands where its digits and its character are', () => {
    for (const [at, byte] of bytes.entries()) {
      const column = hexColumn(shape, at);
      expect(line.slice(column, column + 2)).toBe(byte.toString(16));
      expect(line[asciiColumn(shape, at)]).toBe(hexRows(bytes, shape)[0]?.ascii[at]);
    }
    expect(asciiColumn(shape, shape.rowBytes - 1)).toBe(line.length - 1);
  });

  test('is found by each column of its own, and by those next to it', () => {
    for (let at = 0; at < shape.rowBytes; at++) {
      expect(byteAtColumn(shape, hexColumn(shape, at))).toBe(at);
      expect(byteAtColumn(shape, hexColumn(shape, at) + 1)).toBe(at);
      expect(byteAtColumn(shape, asciiColumn(shape, at))).toBe(at);
    }
    expect(byteAtColumn(shape, 0)).toBe(0);
    expect(byteAtColumn(shape, 10_000)).toBe(shape.rowBytes - 1);
    for (let column = 0; column < line.length; column++)
      expect(byteAtColumn(shape, column)).toBeLessThan(shape.rowBytes);
  });
});

test.each([
  ['0x49', 73],
  ['0X00ff', 255],
  ['$49', 73],
  ['49h', 73],
  ['73', 73],
  [' 1,024 ', 1024],
  ['1_000', 1000],
  ['', null],
  ['0x', null],
  ['ff', null],
  ['-1', null],
  ['1.5', null],
])('%j typed as an offset is %j', (text, offset) => {
  expect(readOffset(text)).toBe(offset);
});

describe('bytes as numbers', () => {
  const words = (...bytes: number[]) =>
    bytesMeanings(Uint8Array.from(bytes)).map(({ name, value }) => `${name} ${value}`);

  test('are shown in both byte orders, signed where that differs', () => {
    expect(words(0xff)).toEqual(['uint8 255', 'int8 -1']);
    expect(words(7)).toEqual(['uint8 7']);
    expect(words(0x01, 0xff)).toEqual(['uint16 BE 511', 'uint16 LE 65281', 'int16 LE -255']);
    expect(words(0x40, 0x43, 0xd7, 0x0a)).toContain('float32 BE 3.06');
    expect(words(0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18)).toContain('float64 BE 3.141592653589793');
  });

  test('keep every digit of 64 bits', () => {
    expect(words(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe)).toContain('uint64 BE 18446744073709551614');
    expect(words(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe)).toContain('int64 BE -2');
  });

  test('of another length are none', () => {
    for (const length of [0, 3, 5, 6, 7, 9]) expect(bytesMeanings(new Uint8Array(length))).toEqual([]);
  });

  test('are read where they lie in a larger memory', () => {
    const memory = Uint8Array.of(1, 2, 3, 4);
    expect(bytesMeanings(memory.subarray(2, 4))[0]).toEqual({ name: 'uint16 BE', value: '772' });
  });
});
