import { HistoryLog } from '../../history/log.ts';
import { Fate, type RecordOwner } from '../../history/owner.ts';
import { segmentBytesFor } from '../../history/segments.ts';
import { Cold, Flag as FLAG, Hot as HOT, coldRow, hotRow, type HotChunk } from '../columns/columns.ts';
import type { LiveColumns } from '../columns/live-columns.ts';
import { FLAG_QOS, FLAG_RETAIN as RETAIN } from './intake.ts';
import { evictedAddress, NO_RECORD, type Node } from '../columns/nodes.ts';
import type { StoreOptions } from './options.ts';
import { Count as COUNT, type Tally } from './tally.ts';

// Copies: a constant of another module is looked up each time it is used (docs/decisions/0007).
const [Count, Flag, Hot, FLAG_RETAIN] = [COUNT, FLAG, HOT, RETAIN];

/** `lastWords` of a record too large for 16 bits: its size is read from the log instead. */
const LARGE = 0xffff;
/** Words from which on a record may be more than pacing makes room for: a quarter of the smallest segment. */
const BIG = 1_024;
/** Latest record of a topic whose latest message did not fit: below every address, so it reads as evicted. */
const NEVER_KEPT = 4;

/** Knows of every record which topic it belongs to, whether it is still a live value, and counts it. */
export class RecordAccounting implements RecordOwner {
  readonly #columns: LiveColumns;
  readonly #counts: Float64Array;
  readonly log: HistoryLog;
  /** Set while intake lags: the latest record is replaced in place instead of being joined by another. */
  shedding = false;
  /**
   * Of branches that were forgotten as topics: their records before this address. One that is left over does
   * no harm, as whatever has the number later writes at higher addresses.
   */
  readonly #cuts = new Map<Node, number>();
  #cleanAt = 16;

  constructor(
    columns: LiveColumns,
    tally: Tally,
    capacity: number,
    { memoryBytes, readyMemory }: Pick<StoreOptions, 'memoryBytes' | 'readyMemory'>,
  ) {
    this.#columns = columns;
    this.#counts = tally.counts;
    this.log = new HistoryLog(capacity, segmentBytesFor(memoryBytes), this, readyMemory);
  }

  /** Keeps a message as the latest of its topic, whose hot row is given as well. */
  put(
    node: Node,
    hot: HotChunk,
    row: number,
    flags: number,
    size: number,
    view: DataView,
    propertiesStart: number,
    propertiesEnd: number,
    payloadStart: number,
    payloadEnd: number,
  ): void {
    const words = HistoryLog.wordsOf(propertiesEnd - propertiesStart, payloadEnd - payloadStart, flags);
    const double = row << 1;
    const before = hot.u16[double + Hot.lastWords]!;
    const special =
      (flags & FLAG_RETAIN) | (hot.u16[double + Hot.flags]! & Flag.latestRetained) | Number(this.shedding);
    if (special !== 0 || words >= BIG || before === LARGE) {
      this.#putWithCare(node, flags, size, view, propertiesStart, propertiesEnd, payloadStart, payloadEnd);
      return;
    }
    const { log } = this;
    log.liveBytes += (words - before) * 4;
    hot.u16[double + Hot.lastWords] = words;
    hot.i32[row + Hot.kept]!++;
    this.#counts[Count.kept]!++;
    if (size > payloadEnd - payloadStart) this.#counts[Count.shortened]!++;
    log.append(
      words,
      node,
      hot.i32[row + Hot.birth]!,
      hot.f64,
      (row >> 1) + Hot.lastRecord,
      flags,
      size,
      view,
      propertiesStart,
      propertiesEnd,
      payloadStart,
      payloadEnd,
    );
  }

  /** What only some messages need: retained ones, big ones, and all while intake lags. */
  #putWithCare(
    node: Node,
    flags: number,
    size: number,
    view: DataView,
    propertiesStart: number,
    propertiesEnd: number,
    payloadStart: number,
    payloadEnd: number,
  ): void {
    const log = this.log;
    const words = HistoryLog.wordsOf(propertiesEnd - propertiesStart, payloadEnd - payloadStart, flags);
    const retained = (flags & FLAG_RETAIN) !== 0 && size > 0;
    if (words >= BIG && !this.#makeRoom(node, words, retained ? size : 0)) return;
    const hot = this.#columns.ownHot(node);
    const row = hotRow(node);
    const half = row >> 1;
    const double = row << 1;
    let previous = hot.f64[half + Hot.lastRecord]!;
    let address = 0;
    let room = words;
    if (this.shedding && this.#replaceable(node, words, retained)) {
      room = log.wordsAt(previous);
      address = previous;
      previous = log.previousOf(address);
      this.#counts[Count.lag]!++;
    }
    this.#supersede(node, retained);
    if (address === 0) {
      address = log.reserve(words);
      this.#counts[Count.kept]!++;
      hot.i32[row + Hot.kept]!++;
    }
    log.write(
      address,
      room,
      node,
      hot.i32[row + Hot.birth]!,
      previous,
      flags,
      size,
      view,
      propertiesStart,
      propertiesEnd,
      payloadStart,
      payloadEnd,
    );
    log.liveBytes += room * 4;
    hot.f64[half + Hot.lastRecord] = address;
    hot.u16[double + Hot.lastWords] = room < LARGE ? room : LARGE;
    if (size > payloadEnd - payloadStart) this.#counts[Count.shortened]!++;
    if (!retained) return;
    this.#setLastRetained(node, address);
    hot.u16[double + Hot.flags]! |= Flag.latestRetained;
  }

  /**
   * Keeps a message as the last retained one of its topic, beside the latest, which may be newer. So it is in no
   * chain, as a record that was rescued is not.
   *
   * @param bytes the properties, which end at `propertiesEnd`, and the payload
   */
  putRetained(node: Node, flags: number, size: number, bytes: Uint8Array, propertiesEnd: number): void {
    const { log } = this;
    const payloadBytes = bytes.length - propertiesEnd;
    const words = HistoryLog.wordsOf(propertiesEnd, payloadBytes, flags);
    const fits = words * 4 <= log.maxRecord;
    if (fits && words >= BIG) log.makeRoom(words * 4);
    const hot = this.#columns.ownHot(node);
    const row = hotRow(node);
    const double = row << 1;
    if ((hot.u16[double + Hot.flags]! & Flag.latestRetained) === 0) this.#retainedDies(node);
    // What was both stays alive as the latest.
    hot.u16[double + Hot.flags]! &= ~Flag.latestRetained;
    const address = fits ? log.reserve(words) : evictedAddress(size);
    this.#setLastRetained(node, address);
    this.#counts[fits ? Count.kept : Count.budget]!++;
    if (!fits) return;
    hot.i32[row + Hot.kept]!++;
    if (size > payloadBytes) this.#counts[Count.shortened]!++;
    const birth = hot.i32[row + Hot.birth]!;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const end = bytes.length;
    log.write(
      address,
      words,
      node,
      birth,
      NO_RECORD,
      flags,
      size,
      view,
      0,
      propertiesEnd,
      propertiesEnd,
      end,
    );
    log.markStored(address);
    if ((flags & FLAG_QOS) !== 0) log.markPacketId(address, 0);
    log.liveBytes += words * 4;
  }

  /** Counts a topic's records out of the log; they stay readable until their segment is reclaimed. */
  forget(node: Node): void {
    const hot = this.#columns.ownHot(node);
    const row = hotRow(node);
    this.#supersede(node, true);
    const kept = hot.i32[row + Hot.kept]!;
    hot.i32[row + Hot.kept] = 0;
    this.#counts[Count.kept]! -= kept;
    this.#counts[Count.forgotten]! += kept;
  }

  /** A topic was forgotten that stays as a branch: the records it has so far are no one's any more. */
  cut(node: Node): void {
    const { end, tail } = this.log;
    if (this.#cuts.size >= this.#cleanAt) {
      for (const [other, until] of this.#cuts) if (until <= tail) this.#cuts.delete(other);
      this.#cleanAt = 2 * this.#cuts.size + 16;
    }
    this.#cuts.set(node, end);
    const hot = this.#columns.ownHot(node);
    const row = hotRow(node);
    hot.f64[(row >> 1) + Hot.lastRecord] = NO_RECORD;
    hot.u16[(row << 1) + Hot.lastWords] = 0;
    this.#setLastRetained(node, NO_RECORD);
  }

  /** The record of a node was not forgotten while the node stayed. */
  holds(node: Node, address: number): boolean {
    return this.#cuts.size === 0 || !(address < (this.#cuts.get(node) ?? 0));
  }

  fate(node: number, birth: number, address: number, words: number, retained: boolean): number {
    const chunk = this.#columns.hotChunk(node);
    const row = hotRow(node);
    if (!this.holds(node, address)) return Fate.dead;
    if (chunk.i32[row + Hot.birth] !== birth || (chunk.u16[(row << 1) + Hot.flags]! & Flag.alive) === 0) {
      return Fate.dead;
    }
    const latest = chunk.f64[(row >> 1) + Hot.lastRecord] === address;
    const isHeld = retained && this.#columns.lastRetained(node) === address;
    const live = latest || isHeld;
    if (live && !this.log.crowded) return Fate.rescue;
    if (isHeld) this.#setLastRetained(node, evictedAddress(this.log.sizeAt(address)));
    const hot = this.#columns.ownHot(node);
    hot.i32[row + Hot.kept]!--;
    this.#counts[Count.kept]!--;
    this.#counts[Count.evicted]!++;
    if (live) this.log.liveBytes -= words * 4;
    if (latest) {
      hot.u16[(row << 1) + Hot.lastWords] = 0;
      hot.u16[(row << 1) + Hot.flags]! &= ~Flag.latestRetained;
    }
    return Fate.evict;
  }

  touch(node: number): number {
    return this.#columns.hotChunk(node).i32[hotRow(node) + Hot.birth]!;
  }

  moved(node: number, from: number, to: number, retained: boolean): void {
    const hot = this.#columns.ownHot(node);
    const at = (hotRow(node) >> 1) + Hot.lastRecord;
    if (hot.f64[at] === from) hot.f64[at] = to;
    if (!retained || this.#columns.lastRetained(node) !== from) return;
    this.#setLastRetained(node, to);
  }

  /** The records that a newer one takes the place of are no live values any more. */
  #supersede(node: Node, retained: boolean): void {
    const hot = this.#columns.ownHot(node);
    const row = hotRow(node);
    const flags = hot.u16[(row << 1) + Hot.flags]!;
    if ((flags & Flag.latestRetained) !== 0) {
      hot.u16[(row << 1) + Hot.flags] = flags & ~Flag.latestRetained;
      // Still the last retained one: alive in that place.
      if (!retained) return;
    } else if (retained) this.#retainedDies(node);
    const words = hot.u16[(row << 1) + Hot.lastWords]!;
    const latest = hot.f64[(row >> 1) + Hot.lastRecord]!;
    this.log.liveBytes -= (words === LARGE ? this.log.wordsAt(latest) : words) * 4;
  }

  /** The last retained record, which is not the latest as well, is no live value any more. */
  #retainedDies(node: Node): void {
    const old = this.#columns.lastRetained(node);
    if (old >= this.log.tail) this.log.liveBytes -= this.log.wordsAt(old) * 4;
  }

  #replaceable(node: Node, words: number, retained: boolean): boolean {
    const hot = this.#columns.hotChunk(node);
    const row = hotRow(node);
    const latest = hot.f64[(row >> 1) + Hot.lastRecord]!;
    if (latest === NO_RECORD || latest < this.log.tail || this.log.wordsAt(latest) < words) return false;
    return retained || (hot.u16[(row << 1) + Hot.flags]! & Flag.latestRetained) === 0;
  }

  /**
   * For big records only. False: it does not fit the budget and is counted as dropped.
   *
   * @param retained payload bytes of a message that is retained; 0: it is not
   */
  #makeRoom(node: Node, words: number, retained: number): boolean {
    if (words * 4 <= this.log.maxRecord) {
      this.log.makeRoom(words * 4);
      return true;
    }
    // The old value is not the latest any more, so it must not be shown as such.
    this.#supersede(node, retained > 0);
    if (retained > 0) this.#setLastRetained(node, evictedAddress(retained));
    const hot = this.#columns.ownHot(node);
    hot.f64[(hotRow(node) >> 1) + Hot.lastRecord] = NEVER_KEPT;
    hot.u16[(hotRow(node) << 1) + Hot.lastWords] = 0;
    this.#counts[Count.budget]!++;
    return false;
  }

  #setLastRetained(node: Node, address: number): void {
    this.#columns.ownCold(node).f64[(coldRow(node) >> 1) + Cold.lastRetained] = address;
  }
}
