import { ROOT, type Node } from '../columns/nodes.ts';
import type { TopicHash } from './topic-hash.ts';
import type { TopicIndex } from './topic-index.ts';
import type { UsualOrder } from './usual-order.ts';

/** Messages looked up together: their cache misses then overlap instead of adding up. */
const DEPTH = 16;
/** Longer topics are rare, and hashing them for a guess is not worth it. */
const LONGEST = 256;
const PUBLISH = 0x30;
/** Nodes from which on their rows and names are beyond the second-level cache (2 MB). */
const WORTH_IT = 16_384;

/**
 * Reads ahead in the chunk a message came from. The next packets follow it there; where they are
 * PUBLISH, their topics are hashed now, and the index, rows and names they will need are fetched, all
 * of them at once. Beyond ten thousand topics a lookup is little else than waiting for memory, and
 * this halves it. It is a guess: whatever it misreads costs time, never truth.
 */
export class LookAhead {
  readonly #hash: TopicHash;
  readonly #index: TopicIndex;
  readonly #order: UsualOrder;
  readonly #starts = new Int32Array(DEPTH);
  readonly #ends = new Int32Array(DEPTH);
  readonly #hashes = new Int32Array(DEPTH);
  readonly #nodes = new Int32Array(DEPTH);
  #count = 0;
  #next = 0;
  /** What the topic hashed last is likely to be; 0 if nothing is known of it. */
  likely: Node = ROOT;

  constructor(hash: TopicHash, index: TopicIndex, order: UsualOrder) {
    this.#hash = hash;
    this.#index = index;
    this.#order = order;
  }

  /** To be called when the chunk is another one. */
  reset(): void {
    this.#count = 0;
    this.#next = 0;
  }

  /** The hash of a topic in the chunk. `packetEnd` is where the next packet may start. */
  hashOf(view: DataView, start: number, end: number, packetEnd: number): number {
    const next = this.#next;
    if (next < this.#count && this.#starts[next] === start && this.#ends[next] === end) {
      this.#next = next + 1;
      this.likely = this.#nodes[next]!;
      return this.#hashes[next]!;
    }
    this.likely = ROOT;
    if (this.#index.size > WORTH_IT && !this.#order.isSure) this.#read(view, packetEnd);
    return this.#hash.of(view, start, end);
  }

  #read(view: DataView, from: number): void {
    const size = view.byteLength;
    let at = from;
    let count = 0;
    while (count < DEPTH && at + 5 < size && (view.getUint8(at) & 0xf0) === PUBLISH) {
      let length = view.getUint8(at + 1);
      let body = at + 2;
      if (length > 127) {
        const second = view.getUint8(body++);
        // A remaining length of three bytes is 16 kB and more: not worth looking beyond.
        if (second > 127) break;
        length = (length & 127) | (second << 7);
      }
      const start = body + 2;
      const end = start + view.getUint16(body);
      at = body + length;
      if (end > at || at > size || end - start > LONGEST) break;
      this.#starts[count] = start;
      this.#ends[count] = end;
      this.#hashes[count] = this.#hash.of(view, start, end);
      count++;
    }
    this.#count = count;
    this.#next = 0;
    if (count > 1) this.#index.warm(this.#hashes, this.#nodes, count);
    else this.#nodes[0] = ROOT;
  }
}
