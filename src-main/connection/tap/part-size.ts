/**
 * Bytes of a part at most: of known topics they take a fifth of a millisecond. A small read is one part then.
 */
const MOST = 32_768;
/** At first and at least: while the code of a message's way is still being compiled, it is a hundred times as slow. */
const LEAST = 2_048;
/** What a part may take, ms; after one that took longer they are smaller. */
const SLOW_MS = 1;

/**
 * How much of a read is worked through between two looks at the clock: so much that a part never takes long, also
 * where nothing is compiled yet, memory for new topics is used for the first time, or the processor is slow.
 */
export class PartSize {
  #bytes = LEAST;

  /** Bytes of the next part of so many: equal parts, so that no small one is left at the end. */
  of(bytes: number): number {
    return bytes <= this.#bytes ? bytes : Math.ceil(bytes / Math.ceil(bytes / this.#bytes));
  }

  /** What a part of so many bytes took, ms. */
  took(bytes: number, ms: number): void {
    if (ms > SLOW_MS) this.#bytes = Math.max(LEAST, this.#bytes >> 1);
    // A read smaller than a part does not show how long a larger part takes.
    else if (2 * bytes > this.#bytes) this.#bytes = Math.min(MOST, this.#bytes << 1);
  }
}
