import { expect, test } from 'vitest';
import { SegmentSupply } from '../../../../src-main/core/history/segment-supply.ts';

const SIZE = 16_384;
const ROOM = 10 * SIZE;

function open() {
  const asked: { buffer: ArrayBufferLike; ready: () => void }[] = [];
  const supply = new SegmentSupply(SIZE, (buffer, ready) => asked.push({ buffer, ready }));
  return { supply, asked };
}

test('Where segments fill fast, the next is made ready, and used once that is over.', () => {
  const { supply, asked } = open();
  supply.take(SIZE, 10_000, ROOM);
  expect(asked).toHaveLength(0);
  supply.take(SIZE, 10_500, ROOM);
  const [{ buffer, ready }] = asked as [(typeof asked)[number]];
  expect([asked.length, buffer.byteLength, supply.bytes]).toEqual([1, SIZE, 0]);
  // Somebody else writes to it still, and one at a time is enough.
  expect(supply.take(SIZE, 10_900, ROOM)).not.toBe(buffer);
  expect(asked).toHaveLength(1);
  ready();
  expect(supply.bytes).toBe(SIZE);
  expect(supply.take(SIZE, 11_300, ROOM)).toBe(buffer);
  expect([asked.length, supply.bytes]).toEqual([2, 0]);
});

test('Nothing is made ready where segments fill slowly, or would be too much, or older ones leave memory.', () => {
  const slow = open();
  for (let at = 0; at < 10_000; at += 1_000) slow.supply.take(SIZE, at, ROOM);
  const full = open();
  for (let at = 0; at < 1_000; at += 100) full.supply.take(SIZE, at, SIZE - 1);
  const left = open();
  const buffers = [new ArrayBuffer(SIZE), new ArrayBuffer(SIZE), new ArrayBuffer(SIZE)];
  for (const buffer of buffers) left.supply.give(buffer, ROOM);
  left.supply.take(SIZE, 1, ROOM);
  left.supply.take(SIZE, 2, ROOM);
  expect([slow.asked, full.asked, left.asked]).toEqual([[], [], []]);
});

test('Memory of another size is not kept, nor more than may be held.', () => {
  const { supply, asked } = open();
  supply.take(SIZE, 1, ROOM);
  supply.take(SIZE, 2, ROOM);
  supply.resize(2 * SIZE, ROOM);
  asked[0]?.ready();
  supply.give(new ArrayBuffer(SIZE), ROOM);
  expect(supply.bytes).toBe(0);
  expect(supply.take(3 * SIZE, 3, ROOM).byteLength).toBe(3 * SIZE);
  for (let i = 0; i < 3; i++) supply.give(new ArrayBuffer(2 * SIZE), 5 * SIZE);
  expect(supply.bytes).toBe(4 * SIZE);
  supply.resize(2 * SIZE, 3 * SIZE);
  expect(supply.bytes).toBe(2 * SIZE);
  supply.resize(2 * SIZE, -SIZE);
  expect(supply.bytes).toBe(0);
});
