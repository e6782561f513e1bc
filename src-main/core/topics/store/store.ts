import type { Counters } from '../../../contract/model/counters.ts';
import type { RecordReader } from '../../history/look.ts';
import type { HistoryRecord } from '../../history/record.ts';
import { segmentBytesFor } from '../../history/segments.ts';
import { concat } from '../../mqtt/encode.ts';
import { Care as CARE } from '../../retained/evidence.ts';
import type { StoredMessage } from '../../retained/probe-batch.ts';
import { Cold, Flag as FLAG, Hot as HOT, coldRow, hotRow, type Columns } from '../columns/columns.ts';
import { FactSweeps, type Sweep } from './fact-sweep.ts';
import { RetainedFacts } from './facts.ts';
import { FLAG_QOS, FLAG_RETAIN, type Intake } from './intake.ts';
import { RecordAccounting } from './record-accounting.ts';
import { NamedReader } from './named-reader.ts';
import type { ReadingTime } from './node-reader.ts';
import { NO_NODE as NONE, type Node, type RecordAddress } from '../columns/nodes.ts';
import type { TopicListener, TopicSnapshot, TopicSource } from '../columns/nodes.ts';
import { Forgetter, type Forgetting, type Forgotten } from './forgetter.ts';
import type { StoreLimits, StoreOptions } from './options.ts';
import { FLUSH_STEPS, Propagation } from './propagation.ts';
import { Rhythms } from './rhythms.ts';
import { LateTopics } from './late-topics.ts';
import { RateClock, SET_BACK } from '../tree/rates.ts';
import { Snapshot } from './snapshot.ts';
import { Count as COUNT, isSystem, Tally } from './tally.ts';
import { Tree } from '../tree/tree.ts';

/** History keeps at least this share of the budget; the index stops growing at the rest. */
const HISTORY_SHARE = 0.25;
/** Topics forgotten for one message beyond those its own levels need: bounds what a message can cost. */
const MAX_FORGOTTEN_PER_MESSAGE = 256;
/** Counts wait at most this long, ms, so that rates are credited to about the right time. */
const FLUSH_EVERY = 200;
/** Chunks of rows swept for expired facts in one go, some 20 µs each. */
const SWEPT_CHUNKS = 8;
/** Steps a reader waits for; enough for every waiting count in trees up to 16 levels deep, some 3 ms. */
const READ_STEPS = 65_536;
const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);
const [Care, Count, Flag, Hot, NO_NODE] = [CARE, COUNT, FLAG, HOT, NONE]; // Why: docs/decisions/0007

/**
 * All topics of a connection and their history under one budget of memory. `message` is where the
 * flood ends: a known topic costs no allocation, and no call does unbounded work. What is left over
 * (rehashing, reclaiming, compaction, forgetting after the limits shrank) is paid for by messages in
 * small parts, or done by `work` while there is time.
 */
export class TopicStore extends NamedReader implements TopicSource, Intake {
  /** How often topics come, and which of them are late. */
  readonly rhythms: Rhythms;
  readonly #tally: Tally;
  readonly #counts: Float64Array;
  readonly #rates: RateClock;
  readonly #tree: Tree;
  readonly #propagation: Propagation;
  readonly #ledger: RecordAccounting;
  readonly #facts: RetainedFacts;
  readonly #sweeps: FactSweeps;
  readonly #forgetter: Forgetter;
  protected readonly columns: Columns;
  protected readonly names: Tree;
  protected readonly lateTopics = new LateTopics();
  protected readonly time: { -readonly [K in keyof ReadingTime]: ReadingTime[K] };
  #limits: StoreLimits;
  #flushedAt: number;
  #at = Number.NaN;
  #bytes: Uint8Array = NO_BYTES;
  #view: DataView = NO_VIEW;
  #indexBytes = 0;
  #sweeping = false;

  constructor(options: StoreOptions) {
    super();
    const { memoryBytes, topicCap, seed, startedAt } = options;
    this.#limits = { memoryBytes, topicCap };
    this.#flushedAt = startedAt;
    this.#tally = new Tally();
    this.#counts = this.#tally.counts;
    this.#rates = new RateClock(startedAt, options.steady);
    this.#tree = new Tree(seed, this.#rates, options.separator);
    this.columns = this.#tree.columns;
    this.names = this.#tree;
    this.#propagation = new Propagation(this.#tree.columns, this.#rates);
    this.#ledger = new RecordAccounting(this.#tree.columns, this.#tally, this.#historyBytes(), options);
    const path = (node: Node): Uint8Array => this.#tree.pathOf(node);
    this.#facts = new RetainedFacts(this.#tree.columns, this.#tally, startedAt, this.#tree.hand, path);
    this.#sweeps = new FactSweeps(this.#tree.columns, path);
    this.rhythms = new Rhythms(this.#tree.columns, this.#ledger.log, this.lateTopics);
    this.rhythms.changed = (node) => {
      for (const listener of this.#tree.listeners) listener.lateChanged?.(node);
    };
    this.#forgetter = new Forgetter({
      tree: this.#tree,
      tally: this.#tally,
      ledger: this.#ledger,
      facts: this.#facts,
      rhythms: this.rhythms,
      late: this.lateTopics,
      flush: () => this.#flushAll(),
    });
    this.time = { now: startedAt, session: 0, rates: this.#rates, startedAt };
  }

  get topicCount(): number {
    return this.#counts[Count.topics]!;
  }

  get lastSeq(): number {
    return this.#ledger.log.seq;
  }

  /** Intake lags: keep latest values, retained states and counters; history is what is given up. */
  get shedding(): boolean {
    return this.#ledger.shedding;
  }

  set shedding(on: boolean) {
    this.#ledger.shedding = on;
  }

  message(
    bytes: Uint8Array,
    topicStart: number,
    topicEnd: number,
    propertiesStart: number,
    propertiesEnd: number,
    payloadStart: number,
    payloadEnd: number,
    payloadSize: number,
    flags: number,
    _subscription: number,
    expiry: number,
    at: number,
    packetId: number,
  ): void {
    if (at !== this.#at) this.#arrivedAt(at);
    const view = bytes === this.#bytes ? this.#view : this.#look(bytes);
    const counts = this.#counts;
    const { log } = this.#ledger;
    log.nextSeq();
    counts[isSystem(bytes, topicStart, topicEnd) ? Count.system : Count.received]!++;
    counts[Count.bytes]! += topicEnd - topicStart + payloadSize;
    let node = this.#tree.findExpected(view, topicStart, topicEnd);
    if (node === NO_NODE) {
      const hash = this.#tree.ahead.hashOf(view, topicStart, topicEnd, payloadEnd);
      node = this.#tree.findAhead(hash, view, topicStart, topicEnd);
      if (node === NO_NODE) node = this.#nodeFor(view, topicStart, topicEnd, hash, at);
      if (node === NO_NODE) {
        counts[Count.topicCap]!++;
        return;
      }
      this.#tree.order.found(node);
    }
    const hot = this.#tree.columns.ownHot(node);
    const row = hotRow(node);
    const was = hot.u16[(row << 1) + Hot.flags]!;
    const isBranch = (was & Flag.branch) !== 0;
    const before = isBranch ? this.rhythms.ownSeen(hot, row) : hot.f64[(row >> 1) + Hot.lastSeen]!;
    if (hot.f64[(row >> 1) + Hot.total]! > 0) hot.u16[(row << 1) + Hot.flags] = was | Flag.seen;
    if (!isBranch) {
      this.#propagation.countLeaf(hot, row, at);
    } else {
      this.#tree.columns.ownCold(node).f64[(coldRow(node) >> 1) + Cold.own]!++;
      this.#propagation.countBranch(node, at);
    }
    this.#ledger.put(
      node,
      hot,
      row,
      flags,
      payloadSize,
      view,
      propertiesStart,
      propertiesEnd,
      payloadStart,
      payloadEnd,
    );
    if ((flags & FLAG_QOS) !== 0) log.markPacketId(hot.f64[(row >> 1) + Hot.lastRecord]!, packetId);
    const isLive = (flags & FLAG_RETAIN) === 0;
    const stored = !isLive && this.#facts.flagged(node, payloadSize > 0, expiry, at);
    if (stored) log.markStored(hot.f64[(row >> 1) + Hot.lastRecord]!);
    if (isLive) {
      const bit = payloadSize === 0 ? Care.empty : expiry < 0 ? Care.payload : Care.expiry;
      const care = this.#facts.care[(was & (Flag.stateMask | Flag.byMask)) >> Flag.stateShift]!;
      if ((care & bit) !== 0) this.#facts.unflagged(node, payloadSize > 0, expiry, at);
    }
    this.rhythms.heard(node, hot, row, before, stored, at);
    log.pace();
  }

  /**
   * Keeps what a probe brought as the stored message of a known topic, for which nothing else changes. It counts
   * as received: it is none of those that came before.
   */
  stored(node: Node, { payload, size, qos, properties, at }: StoredMessage): void {
    // Others came since, and the log is in the order of time.
    this.#arrivedAt(Math.max(at, this.time.now));
    const path = this.pathBytes(node);
    this.#counts[isSystem(path, 0, path.length) ? Count.system : Count.received]!++;
    this.#counts[Count.bytes]! += path.length + size;
    this.#ledger.log.nextSeq();
    const bytes = concat([properties, payload]);
    this.#ledger.putRetained(node, FLAG_RETAIN | (qos << 1), size, bytes, properties.length);
    this.#ledger.log.pace();
  }

  /** Advances the time; call it at least once a second. If the wall clock jumps, the monotonic clock decides. */
  tick(now: number, steady?: number): void {
    this.#bytes = NO_BYTES;
    this.#view = NO_VIEW;
    this.#advance(now, steady);
  }

  #advance(now: number, steady?: number): void {
    const before = this.time.now;
    this.time.now = now;
    this.#rates.advance(now, steady);
    this.#tally.advance(this.#rates.time);
    if (now < before) this.time.startedAt = this.#facts.setBack(before - now);
    if (Math.abs(now - this.#flushedAt) >= FLUSH_EVERY) {
      this.#flushedAt = now;
      this.#propagation.flush(FLUSH_STEPS);
    }
    this.rhythms.advance(before, now, this.#facts.scanning);
    if (this.#sweeping || Math.floor(before / 1_000) !== Math.floor(now / 1_000)) this.#sweep();
  }

  /** What is believed of the messages that the broker stores, for evidence from elsewhere than a message. */
  get facts(): RetainedFacts {
    return this.#facts;
  }

  /** A connection began or ended: what was known is "as of" then until seen again. */
  sessionChanged(): void {
    this.#facts.sessionChanged();
    this.time.session = this.#facts.session;
  }

  /** Goes through the topics that are known now, as `work` has time. */
  sweep(sweep: Sweep): void {
    this.#sweeps.add(sweep);
  }

  /** Forgets what a person has done with, as `work` has time; it comes back with its next message. */
  forget(what: Forgetting, done: (forgotten: Forgotten) => void): void {
    this.#forgetter.add(what, done);
  }

  /** Keeps a topic from making room for others; pins are counted. */
  pin(node: Node): void {
    this.#tree.hand.pin(node);
  }

  unpin(node: Node): void {
    if (!this.#tree.columns.has(node) || !this.#tree.hand.unpin(node)) return;
    this.#flushAll();
    this.#tree.prune(node);
  }

  setLimits(limits: StoreLimits): void {
    this.#limits = { memoryBytes: limits.memoryBytes, topicCap: limits.topicCap };
    this.#indexBytes = this.#bytesOfIndex();
    this.#ledger.log.resize(this.#historyBytes(), segmentBytesFor(limits.memoryBytes));
  }

  /** Does what has been put off, in slices of at most a millisecond. True if some is left. */
  work(until: () => boolean): boolean {
    while (this.#workSlice()) if (until()) return true;
    return false;
  }

  holds(node: Node, birth: number, address: RecordAddress): boolean {
    return this.columns.has(node) && this.columns.birth(node) === birth && this.#ledger.holds(node, address);
  }

  record(address: RecordAddress): HistoryRecord | null {
    return this.#ledger.log.read(address);
  }

  get log(): RecordReader {
    return this.#ledger.log;
  }

  snapshot(): TopicSnapshot {
    this.#flushAll();
    return new Snapshot(
      this.#tree.columns,
      this.lateTopics,
      { ...this.time, session: this.#facts.session },
      this.lastSeq,
      this.topicCount,
    );
  }

  listen(listener: TopicListener): () => void {
    this.#tree.listeners = [...this.#tree.listeners, listener];
    return () => {
      this.#tree.listeners = this.#tree.listeners.filter((other) => other !== listener);
    };
  }

  counters(): Counters {
    return this.#tally.read(this.#bytesOfIndex(), this.#ledger.log.bytes, this.#limits.memoryBytes);
  }

  protected fresh(): void {
    if (this.#propagation.waiting > 0) this.#propagation.flush(READ_STEPS);
  }

  #flushAll(): void {
    while (this.#propagation.waiting > 0) this.#propagation.flush(READ_STEPS);
  }

  /** The node of a topic that was not found, made if need be; NO_NODE if there is no room for it. */
  #nodeFor(view: DataView, start: number, end: number, guess: number, at: number): Node {
    // The guess is of what lay in the chunk then: nothing may be made by what would not be found again.
    const hash = this.#tree.hashOf(view, start, end);
    const node = hash === guess ? NO_NODE : this.#tree.findTopic(hash, view, start, end);
    return node === NO_NODE ? this.#admit(view, start, end, hash, at) : node;
  }

  /** One view a chunk; it lives until the next chunk or tick, so a chunk is not held on to for long. */
  #look(bytes: Uint8Array): DataView {
    this.#bytes = bytes;
    this.#tree.ahead.reset();
    return (this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  }

  #arrivedAt(at: number): void {
    this.#at = at;
    this.#ledger.log.setTime(at);
    if (at > this.time.now || at < this.time.now - SET_BACK) this.#advance(at);
  }

  #admit(view: DataView, start: number, end: number, hash: number, at: number): Node {
    const tree = this.#tree;
    if (!this.#makeRoom(view, start, end)) return NO_NODE;
    let node = tree.find(hash, view, start, end);
    if (node === NO_NODE) node = tree.plant(view, start, end, hash, at);
    else tree.promote(node);
    this.#counts[Count.topics]!++;
    if (tree.arena.wantsCompaction) tree.arena.compact(512);
    this.#fitHistory();
    return node;
  }

  #makeRoom(view: DataView, start: number, end: number): boolean {
    const { topicCap, memoryBytes } = this.#limits;
    const limit = memoryBytes * (1 - HISTORY_SHARE);
    const length = end - start;
    // Levels are counted only where there is not even room for as many as so many bytes may be.
    const levels = this.#tree.hasRoom(length + 1, length, limit) ? 1 : this.#tree.levelsOf(view, start, end);
    for (let left = MAX_FORGOTTEN_PER_MESSAGE + levels; left > 0; left--) {
      const capped = this.#counts[Count.topics]! >= topicCap;
      if (!capped && this.#tree.hasRoom(levels, length, limit)) return true;
      if (!capped && this.#tree.compactNames(length)) continue;
      if (!this.#forgetter.one()) return false;
    }
    return false;
  }

  #workSlice(): boolean {
    const { index, arena } = this.#tree;
    if (index.rehashing) {
      index.rehash(4_096);
      return true;
    }
    // More topics than the cap, after it was lowered. An index above its limit cannot shrink by forgetting.
    if (this.#forgetter.some(256, () => this.#counts[Count.topics]! > this.#limits.topicCap)) return true;
    this.#fitHistory();
    if (this.#ledger.log.reclaim()) return true;
    if (this.#sweeping) this.#sweep();
    if (this.#forgetter.step() || this.#sweeps.step()) return true;
    return (arena.wantsCompaction && arena.compact(16_384)) || this.#sweeping;
  }

  /** Expired facts and topics that are late, some of them. */
  #sweep(): void {
    const { now } = this.time;
    const facts = this.#facts.sweep(now, SWEPT_CHUNKS);
    const late = this.rhythms.sweep(now, SWEPT_CHUNKS, this.#facts.scanning);
    this.#sweeping = facts || late;
  }

  #fitHistory(): void {
    const bytes = this.#bytesOfIndex();
    if (bytes === this.#indexBytes) return;
    this.#indexBytes = bytes;
    this.#ledger.log.resize(this.#historyBytes(), segmentBytesFor(this.#limits.memoryBytes));
  }

  #historyBytes(): number {
    const { memoryBytes } = this.#limits;
    return Math.max(memoryBytes * HISTORY_SHARE, memoryBytes - this.#bytesOfIndex());
  }

  #bytesOfIndex(): number {
    return this.#tree.bytes + this.lateTopics.bytes;
  }
}
