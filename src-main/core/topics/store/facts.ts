import type { RetainedBy, RetainedFact, RetainedState } from '../../../contract/model/retained.ts';
import { careTable, judge, type Evidence } from '../../retained/evidence.ts';
import { RETAINED_CODE, SETTLE_MS, SOURCES, STATES } from '../../retained/evidence.ts';
import type { ClockHand } from '../columns/clock-hand.ts';
import { CHUNK_MASK, CHUNK_ROWS, Cold, Flag, Hot, coldRow, hotRow } from '../columns/columns.ts';
import type { Columns } from '../columns/columns.ts';
import type { LiveColumns } from '../columns/live-columns.ts';
import type { Node } from '../columns/nodes.ts';
import { Count, type Tally } from './tally.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Session of a fact about a topic that no subscription covers any more. */
const UNCOVERED = -1;
/** The bits of `Hot.flags` that say what is known and from where, and those of what only a live message says. */
const STATE_AND_SOURCE = Flag.stateMask | Flag.byMask;
const UNKNOWN_LIVE =
  (STATES.indexOf('unknown') << Flag.stateShift) | (SOURCES.indexOf('live') << Flag.byShift);
/** Four bits identify a scan; 0 is none. */
const MARKS = 15;

/** When a fact expires, in whole seconds after the store's start; 0 is never. */
const expiryOf = (columns: Columns, node: Node): number => {
  const at = columns.coldAt(node);
  return columns.coldChunk(at).i32[coldRow(at) + Cold.expires]! >>> 0;
};

const stateOf = (flags: number): RetainedState => STATES[(flags & Flag.stateMask) >> Flag.stateShift]!;
const sourceOf = (flags: number): RetainedBy => SOURCES[(flags & Flag.byMask) >> Flag.byShift]!;

/** What is known of a topic's stored message at `now`, from the live columns or a snapshot's. */
export function readFact(
  columns: Columns,
  node: Node,
  now: number,
  startedAt: number,
  session: number,
): RetainedFact {
  const flags = columns.flags(node);
  const state = stateOf(flags);
  const by = sourceOf(flags);
  const at = columns.coldAt(node);
  const cold = columns.coldChunk(at);
  const row = coldRow(at);
  const expires = expiryOf(columns, node);
  const expiresAt = startedAt + expires * 1_000;
  if (state === 'retained' && expires > 0 && now >= expiresAt) {
    return { state: 'unknown', by: 'expiry', at: expiresAt, stale: false };
  }
  const stale = by !== 'none' && by !== 'expiry' && cold.i32[row + Cold.session]! < session;
  return { state, by, at: cold.f64[(row >> 1) + Cold.factAt]!, stale };
}

/** How the broker may set the retain flag of live messages on this connection. */
export interface LiveRetain {
  /** Retain = 1 may be a live message: on MQTT 5, where retain-as-published was asked for. */
  readonly possible: boolean;
  /** It was asked for with every subscription, so once it was seen it holds for every live message. */
  readonly everywhere: boolean;
  /**
   * Whether what a message of this topic proves holds for all subscriptions. Artemis keeps the flag for
   * exact topics and not for wildcards.
   */
  readonly vouches: (topic: Uint8Array) => boolean;
}

/**
 * Writes the retained facts into the columns, by the table in `core/retained/evidence.ts`, and keeps
 * their count honest when they expire. Sessions and scans are numbered in the order of the wire by one
 * `epoch`: a fact carries the number at which it was learnt.
 */
export class RetainedFacts {
  readonly #columns: LiveColumns;
  readonly #tally: Tally;
  /** Expiries are counted from here, ms since the epoch: the start, moved along when the clock is set back. */
  #origin: number;
  readonly #hand: ClockHand;
  readonly #path: (node: Node) => Uint8Array;
  /** Per chunk of rows: the earliest expiry in it, seconds after the start. */
  readonly #due: number[] = [];
  #epoch = 0;
  /** Facts of an earlier epoch than this are as of then. */
  session = 0;
  /** The epoch of the last SUBSCRIBE. */
  #scan = 0;
  #scanning = false;
  /** A scan runs, or what it did not bring is still to be judged: what came live meanwhile is marked. */
  #marking = false;
  #mark = 0;
  /** Scans that run bring each topic once, so what comes again was published meanwhile. */
  #once = true;
  #live: LiveRetain = { possible: true, everywhere: false, vouches: () => true };
  #proven = false;
  /** Topics that came with retain = 1 and had neither come nor been cleared since the last SUBSCRIBE; never shrinks. */
  fresh = 0;
  /** When a topic was last found not to be retained any more, ms since the epoch. */
  lostAt = 0;
  /** What comes now was brought by a probe: stored, though live messages look the same, and part of no scan. */
  probing = false;
  /** Topics that were retained until their expiry, and of which nothing is known since. */
  expired = 0;
  /** Facts that were written; only ever grows. */
  written = 0;
  /** By state and source (the bits of `Hot.flags`): which live messages change the fact; see `Care`. */
  care = careTable(false, false);

  constructor(
    columns: LiveColumns,
    tally: Tally,
    startedAt: number,
    hand: ClockHand,
    path: (node: Node) => Uint8Array,
  ) {
    this.#path = path;
    this.#columns = columns;
    this.#tally = tally;
    this.#origin = startedAt;
    this.#hand = hand;
  }

  /**
   * The clock was set back by so many ms. A broker counts on, so what expires does when it would have.
   *
   * @returns from when expiries are counted now, ms since the epoch
   */
  setBack(ms: number): number {
    this.#origin -= ms;
    return this.#origin;
  }

  /** A SUBSCRIBE was written and what it brings may still be coming. */
  get scanning(): boolean {
    return this.#scanning;
  }

  /** This broker is known to keep the retain flag of live messages. */
  get proven(): boolean {
    return this.#proven;
  }

  /** What was known is "as of" then, until it is seen again or a scan is complete. */
  sessionChanged(): void {
    this.session = ++this.#epoch;
    this.#scan = this.#epoch;
    this.#scanning = this.#marking = this.#proven = false;
    this.#take();
  }

  /** What the subscriptions of this connection asked for, whenever that changes. */
  setLiveRetain(live: LiveRetain): void {
    this.#live = live;
    if (!live.everywhere) this.#proven = false;
    this.#take();
  }

  /**
   * A SUBSCRIBE was written; called in the order of the wire.
   *
   * @param once no other scan that runs may bring the same topics
   * @returns the number by which `FactSweep` knows what came before
   */
  scanBegan(once = true): number {
    this.#scan = ++this.#epoch;
    this.#once = this.#scanning ? this.#once && once : once;
    if (!this.#marking) this.#mark = (this.#mark % MARKS) + 1;
    this.#scanning = this.#marking = true;
    this.#take();
    return this.#scan;
  }

  /** No more stored messages are expected; what did not come is judged later. */
  scanEnded(): void {
    this.#scanning = false;
  }

  /** What the scans did not bring has been judged, or will not be. */
  scanJudged(): void {
    if (this.#scanning) return;
    this.#marking = false;
    this.#take();
  }

  /**
   * A message with retain = 1; true if it was delivered as a stored one.
   *
   * @param expiry seconds, -1 if none
   */
  flagged(node: Node, payload: boolean, expiry: number, at: number): boolean {
    this.#expireDue(node, at);
    if (!payload) {
      // Brokers store no empty message, so it is a live one and the flag was kept. mica-mqtt does: a scan brings it.
      if (!this.#marking) this.#prove(node);
      this.learn(node, 'live-cleared', 'live', -1, at);
      return false;
    }
    if (this.probing) {
      this.learn(node, 'stored', 'probe', expiry, at);
      return true;
    }
    const again = this.#cameBefore(node);
    if (!again && !this.#isNewAgain(node)) this.fresh++;
    const live = this.#live.possible && (this.#scanning ? again && this.#once : true);
    if (!live) {
      this.learn(node, this.#wasEmptied(node, at) ? 'stored-soon' : 'stored', 'subscribe', expiry, at);
      return true;
    }
    // A stored message comes once. Another one is proof, unless the first was late itself.
    if (again && !this.#marking) this.#prove(node);
    this.learn(node, 'live-retained', 'live', expiry, at);
    return false;
  }

  /** A message with retain = 0 where `care` says that it may change the fact. */
  unflagged(node: Node, payload: boolean, expiry: number, at: number): void {
    const flags = this.#columns.flags(node);
    // Already noted, and what is unknown does not expire; while a scan runs, this may be every message.
    if (payload && this.#marked(flags) && (flags & STATE_AND_SOURCE) === UNKNOWN_LIVE) return;
    this.#expireDue(node, at);
    this.learn(node, payload ? 'live' : 'live-empty', payload ? 'live' : 'emptied', -1, at);
    if (payload && this.#marking) this.#markLive(node);
    if (!payload || this.#proven) return;
    // It may be the new stored message, and last only as long as it says.
    if (expiry >= 0 && this.#state(node) === 'retained') this.#expireAt(node, at + expiry * 1_000);
  }

  /**
   * @param expiry seconds, -1 if none
   * @param epoch when it was learnt, if it was not now
   */
  learn(
    node: Node,
    evidence: Evidence,
    by: RetainedBy,
    expiry: number,
    at: number,
    epoch = this.#epoch,
  ): void {
    const before = this.#state(node);
    const state = judge(before, evidence, this.#proven);
    if (state !== 'same') this.#write(node, before, state, by, expiry, at, epoch);
  }

  /** Nothing was learnt of the topic since `epoch`. */
  isBefore(node: Node, epoch: number): boolean {
    return this.#columns.factEpoch(node) < epoch;
  }

  /** A complete scan, which began at `scan`, did not bring the topic. */
  absent(node: Node, scan: number, at: number): void {
    if (this.#columns.factEpoch(node) >= scan) return;
    this.#expireDue(node, at);
    if (this.#marked(this.#columns.flags(node))) this.learn(node, 'absent-live', 'live', -1, at, scan);
    else this.learn(node, 'absent', 'scan', -1, at, scan);
  }

  /** No subscription covers the topic any more. */
  uncovered(node: Node): void {
    if (sourceOf(this.#columns.flags(node)) === 'none') return;
    this.#columns.ownCold(node).i32[coldRow(node) + Cold.session] = UNCOVERED;
  }

  /** Nothing is known of the topic any more: it is forgotten. */
  forget(node: Node): void {
    const before = this.#state(node);
    if (sourceOf(this.#columns.flags(node)) === 'none') return;
    this.written++;
    const cold = this.#columns.ownCold(node);
    const row = coldRow(node);
    cold.f64[(row >> 1) + Cold.factAt] = 0;
    cold.i32[row + Cold.session] = 0;
    cold.i32[row + Cold.expires] = 0;
    this.#set(node, before, 'unknown', 'none');
    const hot = this.#columns.ownHot(node);
    hot.u16[(hotRow(node) << 1) + Hot.flags]! &= ~Flag.markMask;
  }

  /** Retained facts that were reached by their expiry become unknown. Bounded; true if more are due. */
  sweep(now: number, chunks: number): boolean {
    const seconds = (now - this.#origin) / 1_000;
    let left = chunks;
    for (let chunk = 0; chunk < this.#due.length; chunk++) {
      if ((this.#due[chunk] ?? NEVER) > seconds) continue;
      if (left-- === 0) return true;
      this.#sweepChunk(chunk, seconds);
    }
    return false;
  }

  #prove(node: Node): void {
    if (!this.#live.everywhere || this.#proven || !this.#live.vouches(this.#path(node))) return;
    this.#proven = true;
    this.#take();
  }

  #take(): void {
    this.care = careTable(this.#proven, this.#marking);
  }

  /** The fact may have expired since it was last read. */
  #expireDue(node: Node, at: number): void {
    const expires = expiryOf(this.#columns, node);
    const time = this.#origin + expires * 1_000;
    if (expires > 0 && at >= time) this.learn(node, 'expired', 'expiry', -1, time);
  }

  #state(node: Node): RetainedState {
    return stateOf(this.#columns.flags(node));
  }

  /** It was delivered with retain = 1 since the last SUBSCRIBE. */
  #cameBefore(node: Node): boolean {
    const flags = this.#columns.flags(node);
    if (stateOf(flags) !== 'retained' || this.#columns.factEpoch(node) < this.#scan) return false;
    const by = sourceOf(flags);
    return by === 'subscribe' || by === 'live';
  }

  /** An empty message came since the last SUBSCRIBE. Others may clear and publish without end, which is no scan. */
  #isNewAgain(node: Node): boolean {
    const isKnown = this.#state(node) === 'cleared' || sourceOf(this.#columns.flags(node)) === 'subscribe';
    return isKnown && this.#columns.factEpoch(node) >= this.#scan;
  }

  /** Shortly before, an empty message came: an eventually consistent broker does not know it everywhere. */
  #wasEmptied(node: Node, at: number): boolean {
    const flags = this.#columns.flags(node);
    if (sourceOf(flags) !== 'emptied' && stateOf(flags) !== 'cleared') return false;
    return at - this.#columns.factAt(node) < SETTLE_MS;
  }

  #marked(flags: number): boolean {
    return this.#marking && (flags & Flag.markMask) >> Flag.markShift === this.#mark;
  }

  #markLive(node: Node): void {
    const hot = this.#columns.ownHot(node);
    const at = (hotRow(node) << 1) + Hot.flags;
    hot.u16[at] = (hot.u16[at]! & ~Flag.markMask) | (this.#mark << Flag.markShift);
  }

  #write(
    node: Node,
    before: RetainedState,
    state: RetainedState,
    by: RetainedBy,
    expiry: number,
    at: number,
    epoch: number,
  ): void {
    this.written++;
    const cold = this.#columns.ownCold(node);
    const row = coldRow(node);
    cold.f64[(row >> 1) + Cold.factAt] = at;
    cold.i32[row + Cold.session] = epoch;
    cold.i32[row + Cold.expires] = 0;
    if (state === 'retained' && expiry >= 0) this.#expireAt(node, at + expiry * 1_000);
    if (before === 'retained' && state !== 'retained') this.lostAt = Math.max(this.lostAt, at);
    this.#set(node, before, state, by);
  }

  #set(node: Node, before: RetainedState, state: RetainedState, by: RetainedBy): void {
    const forgettable = this.#hand.isForgettable(node);
    const hot = this.#columns.ownHot(node);
    const at = (hotRow(node) << 1) + Hot.flags;
    this.expired += Number(by === 'expiry') - Number(sourceOf(hot.u16[at]!) === 'expiry');
    hot.u16[at] =
      (hot.u16[at]! & ~(Flag.stateMask | Flag.byMask)) |
      (STATES.indexOf(state) << Flag.stateShift) |
      (SOURCES.indexOf(by) << Flag.byShift);
    if ((before === 'retained') === (state === 'retained')) return;
    this.#tally.counts[Count.retained]! += state === 'retained' ? 1 : -1;
    this.#hand.changed(node, forgettable);
  }

  /** At `time`, or before where it expires sooner already. */
  #expireAt(node: Node, time: number): void {
    const wanted = Math.min(0xffff_ffff, Math.max(1, Math.ceil((time - this.#origin) / 1_000)));
    const cold = this.#columns.ownCold(node);
    const before = cold.i32[coldRow(node) + Cold.expires]! >>> 0;
    const seconds = before === 0 ? wanted : Math.min(before, wanted);
    cold.i32[coldRow(node) + Cold.expires] = seconds;
    const chunk = (node - (node & CHUNK_MASK)) / CHUNK_ROWS;
    while (this.#due.length <= chunk) this.#due.push(NEVER);
    this.#due[chunk] = Math.min(this.#due[chunk]!, seconds);
  }

  #sweepChunk(chunk: number, seconds: number): void {
    let next = NEVER;
    const end = Math.min(this.#columns.end, (chunk + 1) * CHUNK_ROWS);
    for (let node = chunk * CHUNK_ROWS; node < end; node++) {
      const expires = expiryOf(this.#columns, node);
      const flags = this.#columns.flags(node);
      const retained = (flags & Flag.stateMask) >> Flag.stateShift === RETAINED_CODE;
      if (expires === 0 || !retained || (flags & Flag.alive) === 0) continue;
      if (expires > seconds) next = Math.min(next, expires);
      else this.learn(node, 'expired', 'expiry', -1, this.#origin + expires * 1_000);
    }
    this.#due[chunk] = next;
  }
}
