import { lastingBuffer } from '../../memory.ts';

/**
 * A piece of the ring's memory, taken and let go as a whole. Small, so that a quiet connection costs
 * little and what is let go at once is a small part of 16 MB.
 */
export const SEGMENT_BYTES = 262_144;

/** Most bytes kept of one packet; its full size is still recorded. */
export const MOST_KEPT = 65_535;

/*
 * The entry of a record: at (f64), size, start in the segment | flags << 24, bytes kept | link << 16, rule.
 * The bytes themselves lie in the order of the records.
 */
const ENTRY = 24;
const ENTRY_WORDS = ENTRY / 4;
const SIZE = 2;
const START = 3;
const KEPT = 4;
const RULE = 5;
const START_MASK = 0xff_ffff;
/**
 * Bytes left empty at most before what is copied, so that it lies in its words as it did where it comes from:
 * what is copied to shared memory otherwise is copied byte by byte.
 */
const GAP = 7;
/** Fewer bytes are copied one by one: a view for `set` would cost more than it saves. */
const FEW = 64;

class Segment {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  /** Of the first record. */
  firstSeq: number;
  count = 0;
  used = 0;

  constructor(memory: ArrayBufferLike, firstSeq: number) {
    this.bytes = new Uint8Array(memory);
    this.words = new Int32Array(memory);
    this.doubles = new Float64Array(memory);
    this.firstSeq = firstSeq;
  }
}

/** A record as it lies in the ring; one object is used again and again. */
export interface RingEntry {
  seq: number;
  /** ms since the epoch, with a fraction. */
  at: number;
  /** Bytes of the packet on the wire. */
  size: number;
  /** Modulo 65,536. */
  link: number;
  flags: number;
  rule: number;
  /** What is kept is [start, end) of `bytes`, which is valid until the next append. */
  bytes: Uint8Array;
  start: number;
  end: number;
}

export function emptyEntry(): RingEntry {
  return {
    seq: 0,
    at: 0,
    size: 0,
    link: 0,
    flags: 0,
    rule: 0,
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
  };
}

/**
 * Records of bytes under a budget, the oldest let go first, in memory of its own: a million records
 * are a few dozen objects. Within a segment the bytes grow from the front and the entries from the
 * back, so that any record is found at once, and the bytes of packets that followed each other still do:
 * they are copied together.
 */
export class PacketRing {
  #segments: Segment[] = [];
  #most: number;
  #lastSeq = 0;
  #evicted = 0;
  #deleted = 0;
  /** What is appended and not copied yet: [from, until) of it, to `to` in the last segment. */
  #pending: Uint8Array | null = null;
  #from = 0;
  #until = 0;
  #to = 0;

  /** @param budget bytes; at least two segments are used */
  constructor(budget: number) {
    this.#most = segmentsIn(budget);
  }

  /** Counts from 1, over everything appended. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get firstSeq(): number {
    return this.#segments[0]?.firstSeq ?? this.#lastSeq + 1;
  }

  /** Let go for want of room. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Let go by `clear`. */
  get deleted(): number {
    return this.#deleted;
  }

  /** Bytes of memory in use. */
  get used(): number {
    return this.#segments.length * SEGMENT_BYTES;
  }

  /** Bytes; what does not fit any more is let go. */
  setBudget(bytes: number): void {
    this.#most = segmentsIn(bytes);
    while (this.#segments.length > this.#most) this.#letGo();
  }

  clear(): void {
    this.#pending = null;
    for (const { count } of this.#segments) this.#deleted += count;
    this.#segments = [];
  }

  /**
   * Adds [start, end) of `source`, at most `MOST_KEPT` bytes of it. They are copied at `settle` and must not change
   * until then.
   */
  append(
    at: number,
    size: number,
    link: number,
    flags: number,
    rule: number,
    source: Uint8Array,
    start: number,
    end: number,
  ): void {
    const kept = Math.min(end - start, MOST_KEPT);
    const segment = this.#room(kept + GAP + ENTRY);
    if (source !== this.#pending || start !== this.#until) {
      this.settle();
      segment.used += (source.byteOffset + start - segment.used) & GAP;
      this.#pending = source;
      this.#from = start;
      this.#to = segment.used;
    }
    const { words, used } = segment;
    this.#until = start + kept;
    segment.used = used + kept;
    segment.count++;
    const entry = (SEGMENT_BYTES >> 2) - ENTRY_WORDS * segment.count;
    segment.doubles[entry >> 1] = at;
    words[entry + SIZE] = size;
    words[entry + START] = used | (flags << 24);
    words[entry + KEPT] = kept | (link << 16);
    words[entry + RULE] = rule;
    this.#lastSeq++;
  }

  /** Copies what was appended and is not copied yet. */
  settle(): void {
    const source = this.#pending;
    if (source === null) return;
    this.#pending = null;
    const into = (this.#segments.at(-1) as Segment).bytes;
    if (this.#until - this.#from > FEW) {
      into.set(source.subarray(this.#from, this.#until), this.#to);
      return;
    }
    for (let from = this.#from, to = this.#to; from < this.#until; from++, to++) {
      into[to] = source[from] as number;
    }
  }

  /** Reads record `seq` into `into`; false if it is not held. */
  read(seq: number, into: RingEntry): boolean {
    const segment = this.#find(seq);
    if (segment === null) return false;
    this.settle();
    const { words } = segment;
    const entry = (SEGMENT_BYTES >> 2) - ENTRY_WORDS * (seq - segment.firstSeq + 1);
    const start = words[entry + START] as number;
    const kept = words[entry + KEPT] as number;
    into.seq = seq;
    into.at = segment.doubles[entry >> 1] as number;
    into.size = (words[entry + SIZE] as number) >>> 0;
    into.link = kept >>> 16;
    into.flags = start >>> 24;
    into.rule = words[entry + RULE] as number;
    into.bytes = segment.bytes;
    into.start = start & START_MASK;
    into.end = into.start + (kept & 0xffff);
    return true;
  }

  #find(seq: number): Segment | null {
    const segments = this.#segments;
    let low = 0;
    let high = segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = segments[middle] as Segment;
      if (seq < segment.firstSeq) high = middle - 1;
      else if (seq >= segment.firstSeq + segment.count) low = middle + 1;
      else return segment;
    }
    return null;
  }

  #room(bytes: number): Segment {
    const last = this.#segments.at(-1);
    if (last && last.used + bytes + ENTRY * last.count <= SEGMENT_BYTES) return last;
    this.settle();
    const reused = this.#segments.length >= this.#most ? this.#letGo() : null;
    const memory = reused?.bytes.buffer ?? lastingBuffer(SEGMENT_BYTES);
    const segment = new Segment(memory, this.#lastSeq + 1);
    this.#segments.push(segment);
    return segment;
  }

  #letGo(): Segment | null {
    const oldest = this.#segments.shift() ?? null;
    this.#evicted += oldest?.count ?? 0;
    return oldest;
  }
}

function segmentsIn(budget: number): number {
  return Math.max(2, Math.floor(budget / SEGMENT_BYTES));
}
