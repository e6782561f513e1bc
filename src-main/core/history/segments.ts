/** Granularity of addresses, bytes: every segment spans whole slots, so an address leads to it directly. */
export const SLOT = 16_384;

const MAX_SEGMENT = 4 * 2 ** 20;

/** Segments are a 128th of the budget, so that reserve and remainders stay small. */
export function segmentBytesFor(budget: number): number {
  let size = SLOT;
  while (size < MAX_SEGMENT && size * 256 <= budget) size *= 2;
  return size;
}

export class Segment {
  readonly base: number;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly capacity: number;
  /** Bytes written. */
  used = 0;

  constructor(base: number, buffer: ArrayBufferLike) {
    this.base = base;
    this.capacity = buffer.byteLength;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
  }
}

/** From a part of the address space to its segment: a ring over slots that grows by doubling. */
export class SegmentRing {
  #slots: (Segment | null)[] = Array.from({ length: 1_024 }, () => null);
  #mask = 1_023;
  #first = 1;
  #end = 1;

  /** Address at which the next segment starts. Slot 0 is never used, so 0 is no address. */
  get nextBase(): number {
    return this.#end * SLOT;
  }

  add(segment: Segment): void {
    const count = segment.capacity / SLOT;
    while (this.#end + count - this.#first > this.#mask) this.#double();
    for (let i = 0; i < count; i++) this.#slots[(this.#end + i) & this.#mask] = segment;
    this.#end += count;
  }

  /** Forgets the oldest segment. */
  drop(segment: Segment): void {
    const count = segment.capacity / SLOT;
    for (let i = 0; i < count; i++) this.#slots[(this.#first + i) & this.#mask] = null;
    this.#first += count;
  }

  get oldest(): Segment | null {
    return this.#first === this.#end ? null : this.#slots[this.#first & this.#mask]!;
  }

  /** The address must not be below the oldest segment's. */
  at(address: number): Segment | null {
    const slot = Math.floor(address / SLOT);
    return slot >= this.#end ? null : this.#slots[slot & this.#mask]!;
  }

  #double(): void {
    const mask = this.#mask * 2 + 1;
    const slots: (Segment | null)[] = Array.from({ length: mask + 1 }, () => null);
    for (let i = this.#first; i < this.#end; i++) slots[i & mask] = this.#slots[i & this.#mask]!;
    this.#slots = slots;
    this.#mask = mask;
  }
}
