/** Larger ones get memory of their own: one that is kept for long keeps all of its piece. */
const SMALL = 1_024;
const PIECE = 32_768;
const NONE = new Uint8Array(0);

/**
 * Copies of parts of a buffer that is used again. Small ones lie together: memory of its own costs some hundred
 * bytes and a good part of a microsecond each.
 */
export class SmallCopies {
  #piece = new Uint8Array(0);
  #used = 0;

  /** The bytes from `start` to before `end`. Posting them to another thread posts the whole piece they lie in. */
  of(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
    const size = end - start;
    if (size <= 0) return NONE;
    if (size > SMALL) return new Uint8Array(bytes.subarray(start, end));
    if (this.#used + size > this.#piece.length) {
      this.#piece = new Uint8Array(PIECE);
      this.#used = 0;
    }
    const copy = this.#piece.subarray(this.#used, (this.#used += size));
    for (let i = 0; i < size; i++) copy[i] = bytes[start + i] ?? 0;
    return copy;
  }
}
