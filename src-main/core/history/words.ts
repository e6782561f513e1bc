/** From here on the call that copies a block is cheaper than the loop, although it needs two views. */
const LOOP_BYTES = 640;
const LOOP_WORDS = 64;
/** Where bytes of a block are put right: a piece of it, and seven bytes of room before that. */
const PIECE = 32_768;
const STAGE = new Uint8Array(PIECE + 8);

/**
 * Copies bytes from anywhere in a chunk to a word of another array. Reading words through a DataView
 * needs no alignment and takes a quarter of the steps; every host of ours is little-endian, as
 * `Int32Array` then is. The rest of the last word is zero.
 */
export function copyWords(from: DataView, start: number, end: number, to: Int32Array, at: number): void {
  if (end - start > LOOP_BYTES) {
    copyBlock(from, start, end, to, at);
    return;
  }
  let i = start;
  let j = at;
  for (const whole = end - 3; i < whole; i += 4, j++) to[j] = from.getInt32(i, true);
  if (i === end) return;
  let last = 0;
  for (let shift = 0; i < end; i++, shift += 8) last |= from.getUint8(i) << shift;
  to[j] = last;
}

/** Copies words of one array to another; for few the loop is cheaper than a call with a view. */
export function moveWords(from: Int32Array, start: number, count: number, to: Int32Array, at: number): void {
  if (count <= LOOP_WORDS) for (let i = 0; i < count; i++) to[at + i] = from[start + i]!;
  else to.set(from.subarray(start, start + count), at);
}

/**
 * Bytes that do not lie in their words as they are to lie are copied to shared memory one by one; in plain
 * memory they are put right at once. So two copies take a quarter of the time of one.
 */
function copyBlock(from: DataView, start: number, end: number, to: Int32Array, at: number): void {
  const first = to.byteOffset + at * 4;
  for (let done = start; done < end; done += PIECE) {
    const size = Math.min(PIECE, end - done);
    const target = first + done - start;
    const room = STAGE.subarray(target & 7, (target & 7) + size);
    room.set(new Uint8Array(from.buffer, from.byteOffset + done, size));
    new Uint8Array(to.buffer, target, size).set(room);
  }
}
