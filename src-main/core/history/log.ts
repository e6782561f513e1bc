import type { ReadyMemory } from '../memory.ts';
import type { HistoryRecord } from './record.ts';
import { Fate, type RecordOwner } from './owner.ts';
import { Segment, SegmentRing, SLOT } from './segments.ts';
import { SegmentSupply } from './segment-supply.ts';
import { LogSearch } from './log-search.ts';
import { moveWords } from './words.ts';
import {
  HEADER_WORDS,
  SIZE_WORD,
  STORED,
  STORED_WORD,
  linkTo,
  lookAt,
  readRecord,
  trailerBytes,
  writeContents,
  writePacketId,
} from './layout.ts';
import { pieceBefore, walkRecords, type LogPiece, type RecordLook, type RecordNeedle } from './look.ts';
import type { RecordReader, RecordSearch, RecordWalk } from './look.ts';

/** Records of more than this share of a segment get one of their own, so little is lost at its end. */
const OWN_SEGMENT_SHARE = 4;
/** Bytes appended between two rounds of reclaiming: rounds amortise their start, and stay below 1 ms. */
const PACE_BYTES = 8_192;
/** Most bytes of records looked at in a round that a message pays for. */
const MAX_ROUND = 256 * 1024;
/** Bytes of records whose rows are read ahead: some 30 usual messages. */
const TOUCH_BYTES = 4_096;

/**
 * The history of all topics: records one after another in segments, the oldest reclaimed for the
 * newest. Addresses are byte positions that only grow, so an address below `tail` is known to be dead.
 * Reclaiming is paid for by appending, in proportion: while less than a reserve is free, each byte
 * appended looks at 1 to 33 bytes of the oldest segment, enough to go round the whole log before the
 * reserve is used up even if all the rest of it must be rescued first.
 */
export class HistoryLog implements RecordReader {
  readonly #owner: RecordOwner;
  readonly #ring = new SegmentRing();
  readonly #supply: SegmentSupply;
  #head: Segment;
  #segmentBytes: number;
  #capacity: number;
  #inUse = 0;
  #cursor = 0;
  #debt = 0;
  #wanted = 0;
  /** Keeps the reads ahead from being optimised away. */
  prefetched = 0;
  #seqLow = 0;
  #seqHigh = 0;
  #timeLow = 0;
  #timeHigh = 0;
  /** Addresses below are dead. */
  tail = SLOT;
  /** Bytes of records that are some topic's latest or last retained one; kept by the owner. */
  liveBytes = 0;

  constructor(capacity: number, segmentBytes: number, owner: RecordOwner, ready?: ReadyMemory) {
    this.#owner = owner;
    this.#supply = new SegmentSupply(segmentBytes, ready);
    this.#capacity = capacity;
    this.#segmentBytes = segmentBytes;
    this.#head = this.#open(segmentBytes);
  }

  /** Bytes of memory held. */
  get bytes(): number {
    return this.#inUse + this.#supply.bytes;
  }

  /** Live values may take three quarters; beyond, the oldest give way. */
  get crowded(): boolean {
    return this.liveBytes + this.#wanted > this.#capacity * 0.75;
  }

  /** Bytes a record may have. */
  get maxRecord(): number {
    return Math.floor(this.#capacity * 0.75);
  }

  resize(capacity: number, segmentBytes: number): void {
    this.#capacity = capacity;
    this.#segmentBytes = segmentBytes;
    this.#supply.resize(segmentBytes, capacity - this.#inUse);
  }

  static wordsOf(propertyBytes: number, payloadBytes: number, flags: number): number {
    return HEADER_WORDS + ((propertyBytes + payloadBytes + trailerBytes(flags) + 3) >>> 2);
  }

  /** Makes room for a record of its own segment; only such a record is worth more than pacing. */
  makeRoom(bytes: number): void {
    if (bytes <= this.#segmentBytes / OWN_SEGMENT_SHARE) return;
    // A sixteenth may be overdrawn and is paid back by pacing, so one big record is no stall.
    const target = bytes - this.#capacity / 16;
    // Live values give way to it as if it was one of them already, so a round of the log suffices.
    this.#wanted = bytes;
    let left = this.#capacity * 2;
    for (; this.#free < target && left > 0 && this.#scan(MAX_ROUND); left -= MAX_ROUND) continue;
    this.#wanted = 0;
  }

  /** Address of room for a record; the caller writes it by `write`. */
  reserve(words: number): number {
    const bytes = words * 4;
    if (this.#head.used + bytes > this.#head.capacity) this.#head = this.#roomFor(bytes);
    const head = this.#head;
    const address = head.base + head.used;
    head.used += bytes;
    this.#debt += bytes;
    return address;
  }

  /** The messages written from now on were received at `at`, ms since the epoch. */
  setTime(at: number): void {
    const high = Math.floor(at / 0x1_0000_0000);
    this.#timeHigh = high << 16;
    this.#timeLow = (at - high * 0x1_0000_0000) | 0;
  }

  /** Numbers the next message, from 1. */
  nextSeq(): void {
    this.#seqLow = (this.#seqLow + 1) | 0;
    if (this.#seqLow === 0) this.#seqHigh++;
  }

  get seq(): number {
    return this.#seqHigh * 0x1_0000_0000 + (this.#seqLow >>> 0);
  }

  /**
   * Adds the current message to a topic's chain: reads the address of the message before from
   * `chain[link]` and leaves its own there. The addresses stay in arrays, as a double handed to a
   * function may cost an allocation.
   */
  append(
    words: number,
    node: number,
    birth: number,
    chain: Float64Array,
    link: number,
    flags: number,
    size: number,
    view: DataView,
    propertiesStart: number,
    propertiesEnd: number,
    payloadStart: number,
    payloadEnd: number,
  ): void {
    const bytes = words * 4;
    if (this.#head.used + bytes > this.#head.capacity) this.#head = this.#roomFor(bytes);
    const head = this.#head;
    const offset = head.used;
    const address = head.base + offset;
    const previous = chain[link]!;
    head.used = offset + bytes;
    this.#debt += bytes;
    chain[link] = address;
    const at = offset >> 2;
    this.#header(head.words, at, words, node, birth, linkTo(address, previous), flags, size);
    writeContents(head, at, view, propertiesStart, propertiesEnd, payloadStart, payloadEnd);
  }

  /**
   * Writes the current message. Properties and payload that follow each other in the chunk, as they
   * do on the wire, are copied at once.
   */
  write(
    address: number,
    words: number,
    node: number,
    birth: number,
    previous: number,
    flags: number,
    size: number,
    view: DataView,
    propertiesStart: number,
    propertiesEnd: number,
    payloadStart: number,
    payloadEnd: number,
  ): void {
    const segment = address >= this.#head.base ? this.#head : this.#ring.at(address)!;
    const at = (address - segment.base) >> 2;
    this.#header(segment.words, at, words, node, birth, linkTo(address, previous), flags, size);
    writeContents(segment, at, view, propertiesStart, propertiesEnd, payloadStart, payloadEnd);
  }

  #header(
    w: Int32Array,
    at: number,
    words: number,
    node: number,
    birth: number,
    back: number,
    flags: number,
    size: number,
  ): void {
    w[at] = words;
    w[at + 1] = node;
    w[at + 2] = birth;
    w[at + 3] = back;
    w[at + 4] = this.#seqLow;
    w[at + 5] = this.#timeLow;
    w[at + 6] = (this.#seqHigh & 0xffff) | this.#timeHigh;
    w[at + SIZE_WORD] = size;
    w[at + 8] = flags << 28;
  }

  /** Words of the record at a live address. */
  wordsAt(address: number): number {
    return this.#word(address, 0);
  }

  /** Address of the message before the one at a live address, 0 if there is none. */
  previousOf(address: number): number {
    const segment = this.#segmentOf(address);
    const back = segment === null ? 0 : segment.words[((address - segment.base) >> 2) + 3]! >>> 0;
    return back === 0 ? 0 : address - back * 4;
  }

  /** The record at an address, if it is live, was delivered as a stored message. */
  markStored(address: number): void {
    const segment = this.#segmentOf(address);
    if (segment !== null) segment.words[((address - segment.base) >> 2) + STORED_WORD]! |= STORED;
  }

  /** The record at an address, if it is live, came in a PUBLISH at QoS 1 or 2; 0: its identifier is not known. */
  markPacketId(address: number, packetId: number): void {
    const segment = this.#segmentOf(address);
    if (segment !== null) writePacketId(segment, address, packetId);
  }

  read(address: number): HistoryRecord | null {
    const segment = this.#segmentOf(address);
    return segment === null ? null : readRecord(segment, address);
  }

  look(address: number, into: RecordLook): boolean {
    const segment = this.#segmentOf(address);
    if (segment !== null) lookAt(segment, address, into);
    return segment !== null;
  }

  sizeAt(address: number): number {
    return this.#word(address, SIZE_WORD);
  }

  touch(address: number): number {
    return this.#word(address, HEADER_WORDS);
  }

  get end(): number {
    return this.#head.base + this.#head.used;
  }

  walk(walk: RecordWalk): void {
    walkRecords(walk, this.tail, this.#head, this.#ring);
  }

  pieceBefore(until: number): LogPiece | null {
    return pieceBefore(until, this.tail, this.#head, this.#ring);
  }

  search(needles: readonly RecordNeedle[]): RecordSearch {
    return new LogSearch(needles, this, (address) => this.#segmentOf(address));
  }

  /** Reclaims what the appended bytes since the last round owe. Called once a message. */
  pace(): void {
    if (this.#debt >= PACE_BYTES) this.#round();
  }

  /** Whether the reserve is used up in part, so that idle time is well spent on reclaiming. */
  get behind(): boolean {
    return this.#free < this.#reserve * 0.9 && this.#ring.oldest !== this.#head;
  }

  /** One bounded round of reclaiming, about 0.2 ms. Returns false if there was nothing to reclaim. */
  reclaim(): boolean {
    return this.behind && this.#scan(64 * 1024);
  }

  get #free(): number {
    return this.#capacity - this.#inUse + (this.#head.capacity - this.#head.used);
  }

  get #reserve(): number {
    return this.#capacity / 16 + 2 * this.#segmentBytes;
  }

  #round(): void {
    const reserve = this.#reserve;
    const short = (reserve - this.#free) / reserve;
    if (short > 0) this.#scan(Math.min(MAX_ROUND, this.#debt * (1 + 32 * Math.min(short, 2))));
    this.#debt = 0;
  }

  /** Looks at so many bytes of the oldest records. Returns false when only the head is left. */
  #scan(bytes: number): boolean {
    let left = bytes;
    while (left > 0) {
      const segment = this.#ring.oldest;
      if (segment === null) return false;
      if (segment === this.#head) {
        if (segment.capacity <= this.#segmentBytes) return false;
        // A big record is the newest and the oldest at once: it is no reason to outgrow the budget.
        this.#head = this.#open(this.#segmentBytes);
      }
      left -= this.#sweep(segment, left);
      if (this.#cursor >= segment.used) this.#release(segment);
    }
    return true;
  }

  #sweep(segment: Segment, bytes: number): number {
    const w = segment.words;
    const start = this.#cursor;
    const end = Math.min(segment.used, start + bytes);
    let at = start;
    let ahead = start;
    let prefetched = 0;
    while (at < end) {
      if (at >= ahead) {
        // The rows of the next records are cache misses; without a branch between they overlap.
        const until = Math.min(end, at + TOUCH_BYTES);
        for (; ahead < until; ahead += w[ahead >> 2]! * 4)
          prefetched ^= this.#owner.touch(w[(ahead >> 2) + 1]!);
      }
      const at0 = at >> 2;
      const words = w[at0]!;
      const address = segment.base + at;
      const node = w[at0 + 1]!;
      const retained = (w[at0 + 8]! & 0x1000_0000) !== 0 && w[at0 + SIZE_WORD]! > 0;
      const fate = this.#owner.fate(node, w[at0 + 2]!, address, words, retained);
      at += words * 4;
      if (fate === Fate.rescue) this.#rescue(segment, address, words, node, retained);
    }
    this.#cursor = at;
    this.prefetched = prefetched;
    this.tail = segment.base + at;
    return at - start;
  }

  #rescue(from: Segment, address: number, words: number, node: number, retained: boolean): void {
    const debt = this.#debt;
    const to = this.reserve(words);
    this.#debt = debt;
    const segment = this.#head;
    const target = (to - segment.base) >> 2;
    moveWords(from.words, (address - from.base) >> 2, words, segment.words, target);
    // Everything before it is older than the tail and so dead.
    segment.words[target + 3] = 0;
    this.#owner.moved(node, address, to, retained);
  }

  /** Size of a record; 0 if it is dead. */
  #word(address: number, at: number): number {
    const segment = this.#segmentOf(address);
    return segment === null ? 0 : (segment.words[((address - segment.base) >> 2) + at] ?? 0);
  }

  #segmentOf(address: number): Segment | null {
    if (address < this.tail) return null;
    const head = this.#head;
    return address >= head.base ? (address < head.base + head.used ? head : null) : this.#ring.at(address);
  }

  #roomFor(bytes: number): Segment {
    const own = bytes > this.#segmentBytes / OWN_SEGMENT_SHARE;
    return this.#open(own ? Math.ceil(bytes / SLOT) * SLOT : this.#segmentBytes);
  }

  #open(capacity: number): Segment {
    this.#inUse += capacity;
    const at = (this.#timeHigh >>> 16) * 0x1_0000_0000 + (this.#timeLow >>> 0);
    const buffer = this.#supply.take(capacity, at, this.#capacity - this.#inUse);
    const segment = new Segment(this.#ring.nextBase, buffer);
    this.#ring.add(segment);
    return segment;
  }

  #release(segment: Segment): void {
    const { capacity } = segment;
    this.#ring.drop(segment);
    this.#inUse -= capacity;
    this.#cursor = 0;
    this.tail = segment.base + capacity;
    this.#supply.give(segment.bytes.buffer, this.#capacity - this.#inUse);
  }
}
