/** Bytes of a block: two full reads of a socket. */
export const BLOCK_BYTES = 262_144;
/** Blocks kept for what comes next; a broker that is far ahead of us takes more for as long as that lasts. */
const KEPT_BLOCKS = 3;

const NOTHING = new Uint8Array(0);

/**
 * Bytes that were copied out of a socket and wait for their turn, in pieces and in order. The copies lie in
 * blocks that are used again: a buffer for each read stayed until the next collection of the whole heap, which
 * hardly ever comes, and that was some 30 MB beside the history for good.
 */
export class ReadAhead {
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #next = 0;
  /** Handed out last: its block may still be read. */
  #last = NOTHING;
  /** Being filled, and up to where. It holds the last piece that waits. */
  #block = NOTHING;
  #used = 0;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes that wait. */
  bytes = 0;
  /** Blocks that were made so far. */
  made = 0;

  get isEmpty(): boolean {
    return this.#next === this.#pieces.length;
  }

  /** @param size of a piece in bytes, at most those of a block; the last one may be shorter */
  add(chunk: Uint8Array, size: number): void {
    if (this.isEmpty) this.#begin();
    for (let at = 0; at < chunk.length; at += size) this.#copy(chunk.subarray(at, at + size));
    this.bytes += chunk.length;
  }

  /** The next piece, good until another is asked for or added; null: none waits. */
  shift(): Uint8Array | null {
    const piece = this.#pieces[this.#next];
    if (piece === undefined) return null;
    this.#pieces[this.#next++] = NOTHING;
    this.bytes -= piece.length;
    if (this.#last.length > 0 && this.#last.buffer !== piece.buffer) this.#keep(this.#last.buffer);
    this.#last = piece;
    return piece;
  }

  /** Nothing waits: what is being filled is filled from its start. */
  #begin(): void {
    this.#pieces = [];
    this.#next = this.#used = 0;
    this.#last = NOTHING;
  }

  #copy(piece: Uint8Array): void {
    if (this.#used + piece.length > this.#block.length) this.#open();
    const copy = this.#block.subarray(this.#used, this.#used + piece.length);
    copy.set(piece);
    this.#used += piece.length;
    this.#pieces.push(copy);
  }

  #open(): void {
    let block = this.#free.pop();
    if (block === undefined) {
      block = new Uint8Array(BLOCK_BYTES);
      this.made++;
    }
    this.#block = block;
    this.#used = 0;
  }

  #keep(buffer: ArrayBuffer): void {
    if (this.#free.length < KEPT_BLOCKS) this.#free.push(new Uint8Array(buffer));
  }
}
