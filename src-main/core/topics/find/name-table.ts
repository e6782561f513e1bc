import type { PathLook } from '../path-look.ts';

/** Longer names are rarely shared by topics, so they are read where they are. */
const MAX_BYTES = 64;
/** Most names that get a number: a fleet of 200,000 devices, and what each of them measures. */
const MAX_NAMES = 1 << 18;
const FIRST_BYTES = 1 << 16;

/** It is too long, the table is full, or it is not to be kept. */
export const NOT_KEPT = 2 * MAX_NAMES - 1;
const NUMBER_BITS = 19;
/** Longer topics count as this long. */
const MOST_LENGTH = 4_095;

/**
 * Names of levels by number: a million topics have far fewer of them, so what is found out about one
 * need not be found out again. Bounded: 262,144 names of 64 bytes, some 16 MB at most, 10 MB usually.
 */
export class NameTable {
  /** The bytes of name n are from `starts[n]` to `starts[n + 1]`. */
  bytes = new Uint8Array(FIRST_BYTES);
  readonly starts = new Int32Array(MAX_NAMES + 2);
  /** Twice as many as there are names, so that a search is short. */
  #slots = new Int32Array(2 * MAX_NAMES);
  #count = 0;

  /** Numbers given so far; the first is 1. */
  get count(): number {
    return this.#count;
  }

  /** The number of a topic's last level and the length of the whole in one number, which is never 0. */
  keep({ bytes, start, end }: PathLook, nameOffset: number): number {
    return (
      (Math.min(MOST_LENGTH, end - start) << NUMBER_BITS) | this.numberOf(bytes, start + nameOffset, end)
    );
  }

  /** Likewise of a topic whose name is not to be numbered. */
  lengthOnly({ start, end }: PathLook): number {
    return (Math.min(MOST_LENGTH, end - start) << NUMBER_BITS) | NOT_KEPT;
  }

  /** The number of a name, from 1; NOT_KEPT where it has none. */
  numberOf(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > MAX_BYTES) return NOT_KEPT;
    const mask = this.#slots.length - 1;
    let slot = hash(bytes, from, to) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]!;
      if (number === 0) break;
      if (this.#is(number, bytes, from, to)) return number;
    }
    if (this.#count === MAX_NAMES) return NOT_KEPT;
    return (this.#slots[slot] = this.#add(bytes, from, to));
  }

  #is(number: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.starts[number]!;
    const length = to - from;
    if (this.starts[number + 1]! - start !== length) return false;
    const mine = this.bytes;
    for (let at = 0; at < length; at++) if (mine[start + at] !== bytes[from + at]) return false;
    return true;
  }

  #add(bytes: Uint8Array, from: number, to: number): number {
    const number = ++this.#count;
    const start = this.starts[number]!;
    const end = start + to - from;
    if (end > this.bytes.length) {
      const larger = new Uint8Array(2 * this.bytes.length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    for (let at = from; at < to; at++) this.bytes[start + at - from] = bytes[at]!;
    this.starts[number + 1] = end;
    return number;
  }
}

export function numberIn(kept: number): number {
  return kept & NOT_KEPT;
}

/** Bytes of the topic, 4,095 at most. */
export function lengthIn(kept: number): number {
  return kept >>> NUMBER_BITS;
}

/** FNV-1a, 32 bits, its high bits mixed into the low ones. */
function hash(bytes: Uint8Array, from: number, to: number): number {
  let state = 0x811c9dc5;
  for (let at = from; at < to; at++) state = Math.imul(state ^ bytes[at]!, 0x01000193);
  return state ^ (state >>> 15);
}
