// The control of `bench/store.ts`: the least a store can do. Leaves only, no tree, no subtree counts, no
// rates, no forgetting, no rescue: a hash of the topic's bytes, one array a column, and a ring of records.
const SEGMENT = 4 * 2 ** 20;

export class PlainStore {
  readonly #mask: number;
  readonly #table: Int32Array;
  readonly #hash: Int32Array;
  readonly #offset: Int32Array;
  readonly #length: Int32Array;
  readonly #count: Int32Array;
  readonly #last: Float64Array;
  readonly #seen: Float64Array;
  readonly #arena: Uint8Array;
  readonly #segments: { bytes: Uint8Array; words: Int32Array; used: number }[];
  #nodes = 1;
  #arenaUsed = 0;
  #head = 0;
  #position = 0;
  evicted = 0;

  constructor(topics: number, ringBytes: number) {
    let slots = 1_024;
    while (slots < topics * 2) slots *= 2;
    this.#mask = slots - 1;
    this.#table = new Int32Array(slots);
    this.#hash = new Int32Array(topics + 1);
    this.#offset = new Int32Array(topics + 1);
    this.#length = new Int32Array(topics + 1);
    this.#count = new Int32Array(topics + 1);
    this.#last = new Float64Array(topics + 1);
    this.#seen = new Float64Array(topics + 1);
    this.#arena = new Uint8Array(topics * 64);
    this.#segments = Array.from({ length: ringBytes / SEGMENT }, () => {
      const buffer = new ArrayBuffer(SEGMENT);
      return { bytes: new Uint8Array(buffer), words: new Int32Array(buffer), used: 0 };
    });
  }

  message(bytes: Uint8Array, topic: number, topicEnd: number, payloadEnd: number, at: number): void {
    const node = this.#find(bytes, topic, topicEnd);
    this.#count[node]!++;
    this.#seen[node] = at;
    const size = payloadEnd - topicEnd;
    const words = 8 + ((size + 3) >> 2);
    if (this.#position + words * 4 > SEGMENT) this.#next();
    const segment = this.#segments[this.#head % this.#segments.length]!;
    const w = segment.words;
    const o = this.#position >> 2;
    w[o] = words;
    w[o + 1] = node;
    w[o + 2] = size;
    w[o + 3] = 0;
    w[o + 4] = at | 0;
    w[o + 5] = this.#last[node]! | 0;
    w[o + 6] = 0;
    w[o + 7] = size;
    let to = this.#position + 32;
    for (let i = topicEnd; i < payloadEnd; i++) segment.bytes[to++] = bytes[i]!;
    this.#last[node] = this.#head * SEGMENT + this.#position;
    this.#position += words * 4;
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c_9dc5 | 0;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193);
    hash ^= hash >>> 15;
    const length = end - start;
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const node = this.#table[slot]!;
      if (node === 0) return this.#add(slot, hash, bytes, start, length);
      if (this.#hash[node] !== hash || this.#length[node] !== length) continue;
      const offset = this.#offset[node]!;
      let i = 0;
      while (i < length && this.#arena[offset + i] === bytes[start + i]) i++;
      if (i === length) return node;
    }
  }

  #add(slot: number, hash: number, bytes: Uint8Array, start: number, length: number): number {
    const node = this.#nodes++;
    this.#table[slot] = node;
    this.#hash[node] = hash;
    this.#offset[node] = this.#arenaUsed;
    this.#length[node] = length;
    for (let i = 0; i < length; i++) this.#arena[this.#arenaUsed++] = bytes[start + i]!;
    return node;
  }

  #next(): void {
    const count = this.#segments.length;
    this.#segments[this.#head % count]!.used = this.#position;
    this.#head++;
    this.#position = 0;
    if (this.#head < count) return;
    const { words, used } = this.#segments[this.#head % count]!;
    const base = (this.#head - count) * SEGMENT;
    for (let at = 0; at < used; at += words[at >> 2]! * 4) {
      const node = words[(at >> 2) + 1]!;
      if (this.#last[node] === base + at) this.#last[node] = 0;
      this.evicted++;
    }
  }
}
