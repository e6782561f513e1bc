import { describe, expect, test } from 'vitest';
import { BytePlaces } from '../../../../src-main/decoding/base/byte-places.ts';
import { ByteReader } from '../../../../src-main/decoding/base/byte-reader.ts';
import { Unreadable } from '../../../../src-main/decoding/base/unreadable.ts';

const of = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes));

describe('What is read of a payload', () => {
  test('begins at its own first byte, also where it is a part of something larger', () => {
    const whole = Uint8Array.of(9, 9, 1, 2, 3, 9);
    const reader = new ByteReader(whole.subarray(2, 5));
    expect([reader.u16(), reader.at, reader.left, reader.u8(), reader.left]).toEqual([0x0102, 2, 1, 3, 0]);
  });

  test('has the order of bytes that is asked for', () => {
    const all = [0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8];
    expect([of(...all).u16(), of(...all).u16(true)]).toEqual([0xfffe, 0xfeff]);
    expect([of(...all).i16(), of(...all).i16(true)]).toEqual([-2, -257]);
    expect([of(...all).u32(), of(...all).u32(true)]).toEqual([0xfffefdfc, 0xfcfdfeff]);
    expect([of(...all).u64(), of(...all).i64(true)]).toEqual([
      0xfffefdfcfbfaf9f8n,
      -506_097_522_914_230_529n,
    ]);
    expect([of(0x80).i8(), of(0xc0, 0, 0, 0).f32()]).toEqual([-128, -2]);
  });

  test.each([
    [1, 'stops at byte 2: 1 byte is missing'],
    [10, 'stops at byte 2: 10 bytes are missing'],
    [2 ** 40, 'stops at byte 2: far more bytes are missing'],
  ])('ends where its bytes end, %i too early', (more, words) => {
    const reader = of(1, 2);
    expect(() => reader.take(2 + more)).toThrow(new Unreadable(words, 2));
    // What is not there was not gone past.
    expect(reader.at).toBe(0);
  });

  test('ends at the given place, whatever comes after', () => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3, 4), 1, 3);
    expect([...reader.take(2)]).toEqual([2, 3]);
    expect(() => reader.u8()).toThrow(Unreadable);
  });
});

describe('A number of base 128', () => {
  test.each([
    [[0x00], 0n],
    [[0x7f], 127n],
    [[0xac, 0x02], 300n],
    [[0xff, 0xff, 0xff, 0x7f], 2n ** 28n - 1n],
    [[0x80, 0x80, 0x80, 0x80, 0x01], 2n ** 28n],
    [[...Array<number>(9).fill(0xff), 0x01], 2n ** 64n - 1n],
    // Written longer than it has to be it is the same.
    [[0x81, 0x80, 0x00], 1n],
  ])('in %j is %d', (bytes, value) => {
    const reader = of(...bytes);
    expect([reader.varint(), reader.left]).toEqual([value, 0]);
  });

  test('of more than 64 bits is none, and one that is cut off neither', () => {
    expect(() => of(...Array<number>(11).fill(0x80)).varint()).toThrow('more than 64 bits at byte 0');
    expect(() => of(0x80, 0x80).varint()).toThrow('1 byte is missing');
  });
});

describe('Where a character begins', () => {
  test.each(['plain', 'aä€😀b', '😀😀', '€'])('in %j is the byte that UTF-8 has there', (text) => {
    const encode = (part: string) => new TextEncoder().encode(part).length;
    const places = new BytePlaces(text, encode(text), 3);
    for (let unit = 0; unit <= text.length; unit++) {
      const isHalf = /[\ud800-\udbff]$/.test(text.slice(0, unit));
      if (!isHalf) expect([unit, places.of(unit)]).toEqual([unit, 3 + encode(text.slice(0, unit))]);
    }
    // Backwards as well.
    expect(places.of(0)).toBe(3);
  });
});

describe('Where a character of UTF-16 begins', () => {
  test.each(['', 'plain', 'aä€😀b'])('in %j is twice its place, behind the mark', (text) => {
    const places = new BytePlaces(text, 2 * text.length, 2, true);
    for (let unit = text.length; unit >= 0; unit--) expect(places.of(unit)).toBe(2 + 2 * unit);
  });
});
