import { lastingBuffer } from '../../memory.ts';

/**
 * A piece of the ring's memory, taken and let go as a whole. Small, so that a quiet connection costs
 * little and what is let go at once is a small part of 16 MB.
 */
export const SEGMENT_BYTES = 262_144;

/** Most bytes kept of one packet; its full size is still recorded. */
export const MOST_KEPT = 65_535;

const HEADER = 18;
const SLOT = 4;
const SIZE_AT = 8;
const KEPT_AT = 12;
const LINK_AT = 14;
const FLAGS_AT = 16;
const RULE_AT = 17;

interface Segment {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Of the first record. */
  firstSeq: number;
  count: number;
  used: number;
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
 * are a few dozen objects. Within a segment records grow from the front and their offsets from the
 * back, so that any record is found at once.
 */
export class PacketRing {
  #segments: Segment[] = [];
  #most: number;
  #lastSeq = 0;
  #evicted = 0;

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

  get evicted(): number {
    return this.#evicted;
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
    for (const { count } of this.#segments) this.#evicted += count;
    this.#segments = [];
  }

  /** Copies [start, end) of `source`, at most `MOST_KEPT` bytes of it. */
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
    const segment = this.#room(HEADER + kept);
    const { view, bytes, used } = segment;
    view.setFloat64(used, at);
    view.setUint32(used + SIZE_AT, size);
    view.setUint16(used + KEPT_AT, kept);
    view.setUint16(used + LINK_AT, link & 0xffff);
    view.setUint8(used + FLAGS_AT, flags);
    view.setUint8(used + RULE_AT, rule);
    const from = used + HEADER;
    copy(source, start, start + kept, bytes, from);
    segment.count++;
    segment.used = from + kept;
    view.setUint32(SEGMENT_BYTES - SLOT * segment.count, used);
    this.#lastSeq++;
  }

  /** Reads record `seq` into `into`; false if it is not held. */
  read(seq: number, into: RingEntry): boolean {
    const segment = this.#find(seq);
    if (segment === null) return false;
    const { view } = segment;
    const at = view.getUint32(SEGMENT_BYTES - SLOT * (seq - segment.firstSeq + 1));
    into.seq = seq;
    into.at = view.getFloat64(at);
    into.size = view.getUint32(at + SIZE_AT);
    into.link = view.getUint16(at + LINK_AT);
    into.flags = view.getUint8(at + FLAGS_AT);
    into.rule = view.getUint8(at + RULE_AT);
    into.bytes = segment.bytes;
    into.start = at + HEADER;
    into.end = into.start + view.getUint16(at + KEPT_AT);
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
    if (last && last.used + bytes + SLOT * (last.count + 1) <= SEGMENT_BYTES) return last;
    const reused = this.#segments.length >= this.#most ? this.#letGo() : null;
    const memory = reused?.bytes ?? new Uint8Array(lastingBuffer(SEGMENT_BYTES));
    const segment: Segment = {
      bytes: memory,
      view: reused?.view ?? new DataView(memory.buffer),
      firstSeq: this.#lastSeq + 1,
      count: 0,
      used: 0,
    };
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

/** Byte by byte where a view for `set` would cost more than it saves. */
function copy(source: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void {
  if (end - start > 128) {
    into.set(source.subarray(start, end), at);
    return;
  }
  for (let from = start, to = at; from < end; from++, to++) into[to] = source[from] as number;
}
