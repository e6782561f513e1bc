import { lastingBuffer, type ReadyMemory } from '../memory.ts';

/** A segment that was full sooner than this, ms: the next one is made ready before it is needed. */
const SOON_MS = 1_000;

/**
 * Memory for segments: what older ones leave, or new memory. The system hands out the pages of new memory when
 * each is first written to, which in a flood is a quarter of the time that a message takes. So where segments
 * fill fast, another thread goes first.
 */
export class SegmentSupply {
  readonly #ready: ReadyMemory | undefined;
  #size: number;
  #pool: ArrayBufferLike[] = [];
  #openedAt = Number.NEGATIVE_INFINITY;
  /** Of the segment that is being made ready; it is nobody's until then. */
  #preparing = false;
  /** Bytes held for segments to come. */
  bytes = 0;

  /** @param size bytes of a usual segment; others are not kept */
  constructor(size: number, ready?: ReadyMemory) {
    this.#size = size;
    this.#ready = ready;
  }

  /**
   * @param at now, ms
   * @param free bytes that may be held beside this segment
   */
  take(size: number, at: number, free: number): ArrayBufferLike {
    if (size !== this.#size) return lastingBuffer(size);
    const kept = this.#pool.pop();
    if (kept !== undefined) this.bytes -= size;
    const isSoon = at - this.#openedAt < SOON_MS;
    this.#openedAt = at;
    if (isSoon) this.#prepare(free);
    return kept ?? lastingBuffer(size);
  }

  /** Takes back the memory of a segment, where it is of use. */
  give(buffer: ArrayBufferLike, free: number): void {
    if (buffer.byteLength !== this.#size || this.bytes + this.#size > free) return;
    this.#pool.push(buffer);
    this.bytes += this.#size;
  }

  /** @param free bytes that may be held */
  resize(size: number, free: number): void {
    if (size !== this.#size) this.#pool = [];
    this.#size = size;
    while (this.#pool.length > 0 && this.#pool.length * size > free) this.#pool.pop();
    this.bytes = this.#pool.length * size;
  }

  #prepare(free: number): void {
    if (this.#ready === undefined || this.#preparing || this.#pool.length > 0 || this.#size > free) return;
    this.#preparing = true;
    const buffer = lastingBuffer(this.#size);
    this.#ready(buffer, () => {
      this.#preparing = false;
      this.give(buffer, free);
    });
  }
}
