import { ByteBatch } from '../mqtt/encode.ts';
import { quietFor } from './quiet.ts';
import { hasRoom } from './room.ts';
import type { TopicNames } from './topic-names.ts';

/** The Retain bit in the flags of a PUBLISH. */
const RETAIN = 1;

/** Bits of what is known of a topic that is asked for. */
const GRANTED = 1;
/** Its subscription was refused, or not answered. */
const FAILED = 2;
/** It was delivered with retain = 1 and a payload. */
const STORED = 4;
/** A live message with a payload came since, or an empty one. */
const FILLED = 8;
const EMPTIED = 16;
/** Not all bytes of what was delivered are there. */
const CUT = 32;
/** A message with a payload came without the flag, whenever. */
const UNFLAGGED = 64;
/** Others of the batch left no room for its bytes. */
const CROWDED = 128;

/**
 * A batch of topics of a list that a broker is asked for at once: the same as `ProbeBatch` decides, in a few
 * arrays, for clearing asks for tens of thousands. Indexes are those among the places that were given. Times
 * are ms of one clock.
 */
export class ListedBatch {
  readonly places: Uint32Array;
  readonly #names: TopicNames;
  readonly #keeps: boolean;
  readonly #fenceHolds: boolean;
  readonly #states: Uint8Array;
  readonly #flags: Uint8Array;
  readonly #granted: Uint8Array;
  readonly #at: Float64Array;
  /** For each topic, where its properties and its payload begin in the bytes, and where the payload ends. */
  readonly #from: Float64Array;
  readonly #middle: Float64Array;
  readonly #to: Float64Array;
  readonly #bytes = new ByteBatch(16_384);
  /** Indexes by the hash of their names, each plus one; made when something comes out of order. */
  #table: Int32Array | null = null;
  /** The one that is expected next. */
  #next = 0;
  #waiting: number;
  #open: number;
  readonly settled: Promise<void>;
  #settle: () => void = () => undefined;
  #fence: 'waiting' | 'answered' | 'lost' = 'waiting';
  readonly #began: number;
  #lastAt: number;
  #answerMs = 0;

  /**
   * @param keeps what is delivered is kept
   * @param fenceHolds this broker answers PINGREQ only after what it owed before
   */
  constructor(names: TopicNames, places: Uint32Array, keeps: boolean, fenceHolds: boolean, now: number) {
    const size = places.length;
    const kept = keeps ? size : 0;
    this.#names = names;
    this.places = places;
    this.#keeps = keeps;
    this.#fenceHolds = fenceHolds;
    this.#states = new Uint8Array(size);
    this.#granted = new Uint8Array(size);
    this.#flags = new Uint8Array(kept);
    this.#at = new Float64Array(kept);
    this.#from = new Float64Array(kept);
    this.#middle = new Float64Array(kept);
    this.#to = new Float64Array(kept);
    this.#waiting = this.#open = size;
    this.settled = new Promise((resolve) => (this.#settle = resolve));
    this.#began = this.#lastAt = now;
  }

  /**
   * Takes a message that came. False: its topic is not asked for.
   *
   * @param at ms since the epoch
   */
  message(
    bytes: Uint8Array,
    topicStart: number,
    topicEnd: number,
    propertiesStart: number,
    propertiesEnd: number,
    payloadStart: number,
    payloadEnd: number,
    size: number,
    flags: number,
    at: number,
    now: number,
  ): boolean {
    const index = this.#find(bytes, topicStart, topicEnd);
    if (index < 0) return false;
    const state = this.#states[index] ?? 0;
    if (size === 0) this.#states[index] = state | EMPTIED;
    else if ((flags & RETAIN) === 0) this.#states[index] = state | FILLED | UNFLAGGED;
    else {
      if ((state & STORED) === 0) {
        this.#lastAt = now;
        if ((state & FAILED) === 0) this.#close();
      }
      this.#states[index] = (state & ~(FILLED | EMPTIED | CUT | CROWDED)) | STORED;
      if (!this.#keeps) return true;
      const isCut = payloadEnd - payloadStart < size;
      const whole = !isCut && hasRoom(this.#bytes.length, size);
      if (!whole) this.#states[index] = (this.#states[index] ?? 0) | (isCut ? CUT : CROWDED);
      this.#flags[index] = flags;
      this.#at[index] = at;
      this.#from[index] = this.#bytes.length;
      this.#bytes.append(bytes, propertiesStart, propertiesEnd);
      this.#middle[index] = this.#bytes.length;
      if (whole) this.#bytes.append(bytes, payloadStart, payloadEnd);
      this.#to[index] = this.#bytes.length;
    }
    return true;
  }

  /** What SUBACK says of the filter that asks for those from one to before another; null: it did not come in time. */
  answered(from: number, to: number, code: number | null, now: number): void {
    for (let index = from; index < to; index++) {
      const state = this.#states[index] ?? 0;
      if ((state & (GRANTED | FAILED)) !== 0) continue;
      this.#waiting--;
      const isFailed = code === null || code >= 128;
      this.#states[index] = state | (isFailed ? FAILED : GRANTED);
      if (!isFailed) this.#granted[index] = code;
      else if ((state & STORED) === 0) this.#close();
    }
    this.#lastAt = now;
  }

  /** PINGRESP to a PINGREQ that was sent behind the last SUBSCRIBE, or none in time. */
  fenced(answered: boolean, now: number): void {
    this.#fence = answered ? 'answered' : 'lost';
    this.#answerMs = now - this.#began;
    this.#lastAt = now;
  }

  /** ms for which more may come; 0: the answer is complete. Null while an answer is awaited. */
  rest(now: number): number | null {
    if (this.#waiting > 0 || this.#fence === 'waiting') return null;
    if (this.#fence === 'lost' || this.#fenceHolds || this.isSettled) return 0;
    return Math.max(0, this.#lastAt + quietFor(this.#answerMs) - now);
  }

  /** Every topic was delivered or refused, so nothing can follow. */
  get isSettled(): boolean {
    return this.#open === 0;
  }

  /** The broker holds it, as it was delivered, and nothing came that makes one doubt the QoS. */
  isStored(index: number): boolean {
    return ((this.#states[index] ?? 0) & (STORED | EMPTIED | UNFLAGGED)) === STORED;
  }

  /** The answer was complete and did not bring it. */
  isAbsent(index: number): boolean {
    const state = this.#states[index] ?? 0;
    return (state & (GRANTED | STORED | FILLED)) === GRANTED && this.#fence === 'answered';
  }

  /** Some subscription was refused or not answered. */
  get hasFailed(): boolean {
    return this.#states.some((state) => (state & FAILED) !== 0);
  }

  /** Whether the whole payload of a stored message came, and is there unless it is crowded out. */
  isWhole(index: number): boolean {
    return ((this.#states[index] ?? 0) & CUT) === 0;
  }

  /** Its payload is not there, as others of the batch left no room for it. */
  isCrowded(index: number): boolean {
    return ((this.#states[index] ?? 0) & CROWDED) !== 0;
  }

  /** When a stored message came, ms since the epoch. */
  at(index: number): number {
    return this.#at[index] ?? 0;
  }

  /** The QoS at which a stored message was delivered. */
  qos(index: number): number {
    return Math.min(2, ((this.#flags[index] ?? 0) >> 1) & 3);
  }

  /** The QoS that the broker granted for it; 0 where it did not say. */
  granted(index: number): number {
    return this.#granted[index] ?? 0;
  }

  /** The properties of a stored message, valid until the next message. */
  properties(index: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.bytes.subarray(this.#from[index], this.#middle[index]);
  }

  hasProperties(index: number): boolean {
    return this.#from[index] !== this.#middle[index];
  }

  /** Appends the properties and the payload of a stored message, and writes where each ends to `ends`. */
  copyTo(target: ByteBatch, index: number, ends: Float64Array, end: number): void {
    const { bytes } = this.#bytes;
    target.append(bytes, this.#from[index], this.#middle[index]);
    ends[end] = target.length;
    target.append(bytes, this.#middle[index], this.#to[index]);
    ends[end + 1] = target.length;
  }

  #close(): void {
    if (--this.#open === 0) this.#settle();
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    const next = this.#next;
    if (next < this.places.length && this.#names.isAt(this.places[next] ?? 0, bytes, start, end)) {
      this.#next++;
      return next;
    }
    const table = (this.#table ??= this.#makeTable());
    const mask = table.length - 1;
    for (let slot = hashOf(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const index = (table[slot] ?? 0) - 1;
      if (index < 0) return -1;
      if (!this.#names.isAt(this.places[index] ?? 0, bytes, start, end)) continue;
      this.#next = index + 1;
      return index;
    }
  }

  #makeTable(): Int32Array {
    const names = this.#names;
    const table = new Int32Array(2 ** Math.ceil(Math.log2(2 * this.places.length + 2)));
    const mask = table.length - 1;
    for (let index = 0; index < this.places.length; index++) {
      const place = this.places[index] ?? 0;
      let slot = hashOf(names.bytes, names.start(place), names.end(place)) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = index + 1;
    }
    return table;
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}
