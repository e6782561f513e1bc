import type { RecordNeedle, RecordSearch } from './look.ts';
import type { Segment } from './segments.ts';

/** Bytes that are searched between two pauses, about 0.1 ms, and what a find costs of them. */
const SLICE_BYTES = 131_072;
const FOUND_BYTES = 64;

/** Where a log keeps its bytes. */
interface SearchedLog {
  /** Addresses below are dead. */
  readonly tail: number;
  readonly end: number;
}

/**
 * Finds the records that hold one of some texts by going through the bytes of all that are there when it
 * begins, one text after the other: most records are passed without a look at them. What is moved
 * meanwhile, to make room, is written again behind these.
 */
export class LogSearch implements RecordSearch {
  readonly #log: SearchedLog;
  readonly #segmentAt: (address: number) => Segment | null;
  readonly #needles: readonly RecordNeedle[];
  readonly #from: number;
  readonly #until: number;
  #needle = 0;
  /** Where the search goes on, and the record that this is in or behind. */
  #at: number;
  #record: number;

  constructor(
    needles: readonly RecordNeedle[],
    log: SearchedLog,
    segmentAt: (address: number) => Segment | null,
  ) {
    this.#needles = needles;
    this.#log = log;
    this.#segmentAt = segmentAt;
    this.#from = this.#at = this.#record = log.tail;
    this.#until = log.end;
  }

  get searched(): number {
    return this.#needle * (this.#until - this.#from) + Math.min(this.#at, this.#until) - this.#from;
  }

  get all(): number {
    return this.#needles.length * (this.#until - this.#from);
  }

  step(found: (node: number) => void): boolean {
    for (let left = SLICE_BYTES; left > 0;) {
      const needle = this.#needles[this.#needle];
      if (needle === undefined) return false;
      if (this.#at < this.#log.tail) this.#goTo(this.#log.tail);
      const segment = this.#at < this.#until ? this.#segmentAt(this.#at) : null;
      if (segment === null) {
        this.#needle++;
        this.#goTo(this.#from);
        continue;
      }
      const before = this.#at;
      if (this.#searchSome(segment, needle, left, found)) left -= FOUND_BYTES;
      left -= this.#at - before + 1;
    }
    return true;
  }

  #goTo(record: number): void {
    this.#at = this.#record = record;
  }

  /** To the next record that holds it, for so many bytes, or to the end of the segment. */
  #searchSome(segment: Segment, needle: RecordNeedle, bytes: number, found: (node: number) => void): boolean {
    const { base, words } = segment;
    const end = Math.min(this.#until - base, segment.used);
    const start = this.#at - base;
    const until = Math.min(end, start + bytes);
    const hitEnd = needle.endOf(segment.bytes, start, Math.min(end, until + needle.length - 1));
    if (hitEnd < 0) {
      if (until < end) this.#at = base + until;
      else this.#goTo(base + segment.capacity);
      return false;
    }
    const hit = hitEnd - needle.length;
    let record = this.#record - base;
    let next = record + words[record >> 2]! * 4;
    while (next <= hit) {
      record = next;
      next += words[next >> 2]! * 4;
    }
    found(words[(record >> 2) + 1]!);
    this.#goTo(base + next);
    return true;
  }
}
