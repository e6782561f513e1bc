import { expect, test } from 'vitest';
import { copyWords, moveWords } from '../../../../src-main/core/history/words.ts';
import { random } from '../../../support/random.ts';

const FILL = 0x5a5a5a5a;

/** The bytes of a copy, and the words around it, which nobody may touch. */
function copied(from: Uint8Array, start: number, end: number, at: number) {
  const to = new Int32Array(at + ((end - start + 3) >> 2) + 2).fill(FILL);
  copyWords(new DataView(from.buffer, from.byteOffset, from.length), start, end, to, at);
  const bytes = new Uint8Array(to.buffer);
  return {
    bytes: [...bytes.subarray(at * 4, at * 4 + end - start)],
    around: [...to.subarray(0, at), ...to.subarray(at + ((end - start + 3) >> 2))],
  };
}

test('Bytes are copied as they are from anywhere, of any length, and nothing beside them is touched.', () => {
  const rng = random(3);
  const chunk = Uint8Array.from({ length: 3_000 }, () => rng.int(256));
  // A view that begins within a buffer, as chunks of a socket do.
  const view = chunk.subarray(5);
  for (let round = 0; round < 600; round++) {
    const start = rng.int(200);
    const length = round < 40 ? round : rng.int(1_500);
    const { bytes, around } = copied(view, start, start + length, 1 + rng.int(4));
    expect(bytes).toEqual([...view.subarray(start, start + length)]);
    expect(around.every((word) => word === FILL)).toBe(true);
  }
});

test('Blocks of several pieces are copied as they are, however they lie, into shared memory as well.', () => {
  const rng = random(5);
  const chunk = Uint8Array.from({ length: 140_000 }, () => rng.int(256));
  const from = new DataView(chunk.buffer, 3);
  for (const memory of [new ArrayBuffer(150_000), new SharedArrayBuffer(150_000)]) {
    for (const length of [641, 32_767, 32_768, 32_769, 65_536, 65_537, 98_305, 131_073]) {
      for (let start = 0; start < 9; start++) {
        // A part of an array that begins in the middle of a double word, or not.
        const to = new Int32Array(memory, 4 * rng.int(3)).fill(FILL);
        const at = 1 + rng.int(4);
        copyWords(from, start, start + length, to, at);
        const bytes = Buffer.from(memory, to.byteOffset + at * 4, length);
        expect(bytes.equals(chunk.subarray(3 + start, 3 + start + length))).toBe(true);
        const behind = at + ((length + 3) >> 2);
        expect([...to.subarray(0, at), to[behind], to[behind + 1]].every((word) => word === FILL)).toBe(true);
      }
    }
  }
});

test('What is left of the last word of a short copy is nought, so that records are the same each time.', () => {
  for (const length of [1, 2, 3]) {
    const to = new Int32Array(3).fill(FILL);
    copyWords(new DataView(Uint8Array.of(255, 255, 255, 255).buffer), 0, length, to, 1);
    expect(to[1]).toBe(2 ** (8 * length) - 1);
  }
});

test('Words are moved within one array and between two, by the loop and by the call.', () => {
  const rng = random(9);
  const from = Int32Array.from({ length: 400 }, () => rng.int(2 ** 31) - 2 ** 30);
  for (const count of [0, 1, 63, 64, 65, 300]) {
    const to = new Int32Array(400).fill(FILL);
    moveWords(from, 7, count, to, 11);
    expect([...to.subarray(11, 11 + count)]).toEqual([...from.subarray(7, 7 + count)]);
    expect([...to.subarray(0, 11), ...to.subarray(11 + count)].every((word) => word === FILL)).toBe(true);
  }
  // A rescued record goes to the front of the same log.
  for (const count of [40, 90]) {
    const log = Int32Array.from({ length: 300 }, (_, at) => at);
    moveWords(log, 200, count, log, 10);
    expect([...log.subarray(10, 10 + count)]).toEqual(Array.from({ length: count }, (_, at) => 200 + at));
  }
});
