import { expect, test } from 'vitest';
import { BLOCK_BYTES, ReadAhead } from '../../../../src-main/connection/tap/read-ahead.ts';

const PIECE = 65_536;

/** Bytes that show which read they are of, and where in it. */
function chunk(read: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(read);
  for (let at = 0; at < length; at += 251) bytes[at] = at >> 8;
  return bytes;
}

function drain(ahead: ReadAhead): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let piece = ahead.shift(); piece !== null; piece = ahead.shift()) parts.push(piece.slice());
  return Buffer.concat(parts);
}

test('What is added comes back in its order, byte for byte, in pieces no larger than asked for.', () => {
  const ahead = new ReadAhead();
  const reads = Array.from({ length: 20 }, (_, i) => chunk(i, 1 + ((i * 9_973) % 131_072)));
  for (const read of reads) ahead.add(read, PIECE);
  expect(ahead.bytes).toBe(reads.reduce((sum, { length }) => sum + length, 0));
  const parts: Uint8Array[] = [];
  for (let piece = ahead.shift(); piece !== null; piece = ahead.shift()) {
    expect(piece.length).toBeLessThanOrEqual(PIECE);
    parts.push(piece.slice());
  }
  expect(Buffer.concat(parts).equals(Buffer.concat(reads))).toBe(true);
  expect([ahead.bytes, ahead.isEmpty]).toEqual([0, true]);
});

test('Each piece has the bytes of its read, and whether that ends with it.', () => {
  const ahead = new ReadAhead();
  ahead.add(chunk(1, 5), 2, 40);
  ahead.add(chunk(2, 2), 2);
  const reported: unknown[] = [];
  while (ahead.shift() !== null) reported.push([ahead.readBytes, ahead.isLast]);
  expect(reported).toEqual([
    [40, false],
    [40, false],
    [40, true],
    [2, true],
  ]);
});

test('The buffer that was added may be overwritten at once, as the one of a socket is.', () => {
  const ahead = new ReadAhead();
  const buffer = chunk(1, 1_000);
  ahead.add(buffer, PIECE);
  buffer.fill(0);
  expect(drain(ahead)).toEqual(Buffer.from(chunk(1, 1_000)));
});

test('A piece stays as it is until the next is asked for, also when that frees its block.', () => {
  const ahead = new ReadAhead();
  const reads = Array.from({ length: 12 }, (_, i) => chunk(i, PIECE));
  for (const read of reads) ahead.add(read, PIECE);
  for (const read of reads) {
    const piece = ahead.shift();
    expect(Buffer.from(piece ?? []).equals(read)).toBe(true);
  }
});

test('A reader that keeps up has any number of reads go through two blocks.', () => {
  const ahead = new ReadAhead();
  const read = chunk(3, 131_072);
  for (let i = 0; i < 200; i++) {
    ahead.add(read, PIECE);
    ahead.add(read, PIECE);
    for (let piece = ahead.shift(); piece !== null; piece = ahead.shift());
  }
  expect(ahead.made).toBeLessThanOrEqual(2);
});

test('A reader that is always somewhat behind has its blocks used again as well.', () => {
  const ahead = new ReadAhead();
  const read = new Uint8Array(PIECE);
  const sent: number[] = [];
  const got: number[] = [];
  for (let i = 0; i < 300; i++) {
    ahead.add(read.fill(i), PIECE);
    sent.push(i & 0xff);
    if (i >= 6) got.push(ahead.shift()?.[PIECE - 1] ?? -1);
  }
  for (let piece = ahead.shift(); piece !== null; piece = ahead.shift()) got.push(piece[0] ?? -1);
  expect(got).toEqual(sent);
  expect(ahead.made).toBeLessThanOrEqual(4);
});

test('After a broker was far ahead no more than a megabyte is kept.', () => {
  const ahead = new ReadAhead();
  for (let i = 0; i < 32; i++) ahead.add(chunk(i, BLOCK_BYTES), PIECE);
  drain(ahead);
  const { made } = ahead;
  expect(made).toBe(32);
  for (let i = 0; i < 5; i++) ahead.add(chunk(i, BLOCK_BYTES), PIECE);
  // One that was being filled and three that were kept: the fifth is new.
  expect(ahead.made).toBe(made + 1);
});

test('A reader that is far behind for long has its blocks used again as well.', () => {
  const ahead = new ReadAhead();
  const read = new Uint8Array(BLOCK_BYTES);
  for (let i = 0; i < 40; i++) ahead.add(read, PIECE);
  const { made } = ahead;
  // Now more, now fewer wait: what is freed meanwhile is what comes next.
  for (let round = 0; round < 10; round++) {
    for (let pieces = 0; pieces < 100; pieces++) ahead.shift();
    for (let i = 0; i < 25; i++) ahead.add(read, PIECE);
  }
  expect(ahead.made).toBeLessThanOrEqual(made + 1);
});

test('Each piece names the read that it ends.', () => {
  const ahead = new ReadAhead();
  ahead.add(chunk(1, 100), PIECE);
  ahead.add(chunk(2, PIECE + 1), PIECE, 3 * PIECE);
  const reported: number[] = [];
  while (ahead.shift() !== null) reported.push(ahead.readBytes);
  expect(reported).toEqual([100, 3 * PIECE, 3 * PIECE]);
});
