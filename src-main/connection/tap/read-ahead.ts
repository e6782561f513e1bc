/** Bytes of a block: two full reads of a socket. */
export const BLOCK_BYTES = 262_144;
/** Blocks kept when nothing waits; a broker that is far ahead of us takes more for as long as that lasts. */
const KEPT_BLOCKS = 3;

const NOTHING = new Uint8Array(0);

/**
 * Bytes that were copied out of a socket and wait for their turn, in pieces and in order. The copies lie in
 * blocks that are used again: a buffer for each read stayed until the next collection of the whole heap, which
 * in a flood they set off themselves, some ten milliseconds each.
 */
export class ReadAhead {
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  /** Of each piece: bytes of the read that it is of, negative where more of it follows. */
  #reads: number[] = [];
  #next = 0;
  /** Handed out last: its block may still be read. */
  #last = NOTHING;
  /** Being filled, and up to where. It holds the last piece that waits. */
  #block = NOTHING;
  #used = 0;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes that wait. */
  bytes = 0;
  /** Bytes of the read that the piece handed out last is of, and whether that read ends with it. */
  readBytes = 0;
  isLast = true;
  /** Blocks that were made so far. */
  made = 0;

  get isEmpty(): boolean {
    return this.#next === this.#pieces.length;
  }

  /**
   * @param size of a piece in bytes, at most those of a block; the last one may be shorter
   * @param readBytes of the read whose end the chunk is
   */
  add(chunk: Uint8Array, size: number, readBytes = chunk.length): void {
    if (this.isEmpty) this.#begin();
    for (let at = 0; at < chunk.length; at += size) {
      this.#copy(chunk.subarray(at, at + size));
      this.#reads.push(at + size < chunk.length ? -readBytes : readBytes);
    }
    this.bytes += chunk.length;
  }

  /** The next piece, good until another is asked for or added; null: none waits. */
  shift(): Uint8Array | null {
    const piece = this.#pieces[this.#next];
    if (piece === undefined) return null;
    const read = this.#reads[this.#next] ?? piece.length;
    this.readBytes = Math.abs(read);
    this.isLast = read >= 0;
    this.#pieces[this.#next++] = NOTHING;
    this.bytes -= piece.length;
    if (this.#last.length > 0 && this.#last.buffer !== piece.buffer) {
      this.#free.push(new Uint8Array(this.#last.buffer));
    }
    this.#last = piece;
    if (this.isEmpty && this.#free.length > KEPT_BLOCKS) this.#free.length = KEPT_BLOCKS;
    return piece;
  }

  /** Nothing waits: what is being filled is filled from its start. */
  #begin(): void {
    this.#pieces = [];
    this.#reads = [];
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
}
