import type { RecordReader } from '../../history/look.ts';
import { RecordLook } from '../../history/look.ts';
import { CHUNK_ROWS, Flag, Hot as HOT, ROWS_SHIFT, hotRow, type HotChunk } from '../columns/columns.ts';
import type { LiveColumns } from '../columns/live-columns.ts';
import type { Node } from '../columns/nodes.ts';
import type { LateTopics } from './late-topics.ts';
import { MARKED as MARK, isLinked, isRhythmic, learnt, linked, patienceOf, unlinked } from './rhythm.ts';

// Copies: a constant of another module is looked up each time it is used (docs/decisions/0007).
const [Hot, MARKED] = [HOT, MARK];

/** ms. If the time was not read for longer, the computer slept or its clock was set. */
const ABSENT_MS = 5_000;
/** The first scan of retained messages of a connection begins within this time, ms. */
const SCAN_MS = 10_000;
const NEVER = Infinity;

/** What came since the watch began. */
type Watch =
  | { readonly kind: 'off' }
  /** Retained messages may be coming, and live ones behind them. */
  | { readonly kind: 'settling'; readonly until: number; readonly scanned: boolean }
  | { readonly kind: 'on' };

/**
 * Learns how often each topic comes, and marks those that stopped. Four bytes of a topic's row hold the
 * rhythm (`rhythm.ts`). When a topic will be late is known only roughly: for each chunk of rows, the
 * earliest time. Messages only put that off, so the rows of a chunk are looked at now and then while there is
 * traffic, and not at all without it. Time that was not watched does not count: intervals and silence
 * begin with the connection, with its first scan, and again after this computer slept.
 */
export class Rhythms {
  /** Called with a topic that became late or stopped being late; null: no topic is late any more. */
  changed: (node: Node | null) => void = () => undefined;
  readonly #late: LateTopics;
  readonly #columns: LiveColumns;
  readonly #log: RecordReader;
  readonly #look = new RecordLook();
  /** By chunk of rows: none is late before, ms since the epoch. */
  readonly #due: number[] = [];
  #watch: Watch = { kind: 'off' };
  /** Intervals and silence are counted from here on, ms since the epoch. */
  #since = NEVER;

  constructor(columns: LiveColumns, log: RecordReader, late: LateTopics) {
    this.#late = late;
    this.#columns = columns;
    this.#log = log;
  }

  /** The connection is there and what it is subscribed to comes. */
  began(at: number): void {
    this.#clear();
    this.#watch = { kind: 'settling', until: at + SCAN_MS, scanned: false };
    this.#since = at;
  }

  /** Nothing can come: nothing is late. */
  ended(): void {
    this.#clear();
    this.#watch = { kind: 'off' };
    this.#since = NEVER;
  }

  /**
   * A message came.
   *
   * @param row of the node in its hot chunk
   * @param before when the one before came, ms since the epoch; NaN if that is not known
   * @param stored the broker had it: it says nothing about when it was published
   */
  heard(node: Node, hot: HotChunk, row: number, before: number, stored: boolean, at: number): void {
    const word = hot.i32[row + Hot.rhythm]!;
    if (word < 0) this.#heardAgain(node);
    const own = word & ~MARKED;
    let next: number;
    if (stored) next = unlinked(own);
    else if (before >= this.#since && at >= before && isLinked(own)) next = learnt(own, at - before);
    else next = linked(own);
    hot.i32[row + Hot.rhythm] = next;
    if (!isRhythmic(next)) return;
    const due = at + patienceOf(next);
    const chunk = node >>> ROWS_SHIFT;
    if (!(this.#due[chunk]! <= due)) this.#dueBy(chunk, due);
  }

  /** When the latest message of a branch itself came, ms since the epoch; NaN if that is not kept. */
  ownSeen(hot: HotChunk, row: number): number {
    const look = this.#look;
    return this.#log.look(hot.f64[(row >> 1) + Hot.lastRecord]!, look) ? look.at : NaN;
  }

  /** Nothing is known of the topic any more: it is forgotten, or no subscription covers it. */
  forget(node: Node): void {
    const hot = this.#columns.ownHot(node);
    const row = hotRow(node);
    if (hot.i32[row + Hot.rhythm]! < 0) this.#heardAgain(node);
    hot.i32[row + Hot.rhythm] = 0;
  }

  /**
   * The time went on.
   *
   * @param scanning retained messages come, and may hold up what is live
   */
  advance(before: number, now: number, scanning: boolean): void {
    if (this.#watch.kind === 'off') return;
    if (Math.abs(now - before) > ABSENT_MS) {
      this.#since = now;
      this.#clear();
    }
    if (this.#watch.kind !== 'settling') return;
    const { until, scanned } = this.#watch;
    if (scanning) {
      this.#since = now;
      this.#watch = { kind: 'settling', until, scanned: true };
    } else if (scanned || now >= until) this.#watch = { kind: 'on' };
  }

  /** Marks what is late, looking at so many chunks of rows at most (some 20 µs each); true if more are due. */
  sweep(now: number, chunks: number, scanning: boolean): boolean {
    if (this.#watch.kind === 'off' || scanning) return false;
    let left = chunks;
    for (let chunk = 0; chunk < this.#due.length; chunk++) {
      if ((this.#due[chunk] ?? NEVER) > now) continue;
      if (left-- === 0) return true;
      this.#due[chunk] = this.#sweepChunk(chunk, now);
    }
    return false;
  }

  /** Returns before when none of the others is late. */
  #sweepChunk(chunk: number, now: number): number {
    const columns = this.#columns;
    const end = Math.min(columns.end, (chunk + 1) * CHUNK_ROWS);
    const hot = columns.hotChunk(chunk * CHUNK_ROWS);
    let next = NEVER;
    for (let node = chunk * CHUNK_ROWS; node < end; node++) {
      const row = hotRow(node);
      const word = hot.i32[row + Hot.rhythm]!;
      if (!isRhythmic(word)) continue;
      const flags = hot.u16[(row << 1) + Hot.flags]!;
      if ((flags & (Flag.alive | Flag.topic)) !== (Flag.alive | Flag.topic)) continue;
      // Most that are not late are found by this alone.
      if (word < 0 && this.#late.has(node)) continue;
      const isBranch = (flags & Flag.branch) !== 0;
      const seen = isBranch ? this.ownSeen(hot, row) : hot.f64[(row >> 1) + Hot.lastSeen]!;
      if (Number.isNaN(seen)) continue;
      // Seen later than now: the clock was set back since.
      const from = seen > now ? this.#since : Math.max(seen, this.#since);
      const due = from + patienceOf(word);
      if (due > now) next = Math.min(next, due);
      else this.#mark(node);
    }
    return next;
  }

  #mark(node: Node): void {
    this.#columns.ownHot(node).i32[hotRow(node) + Hot.rhythm]! |= MARKED;
    this.#late.mark(node, (of) => this.#columns.parent(of));
    this.changed(node);
  }

  #heardAgain(node: Node): void {
    if (!this.#late.has(node)) return;
    this.#late.unmark(node, (of) => this.#columns.parent(of));
    this.changed(node);
  }

  #clear(): void {
    if (this.#late.count(0) > 0) {
      this.#late.clear();
      this.changed(null);
    }
    // Marked topics are not looked for until their rows are read again.
    for (let chunk = 0; chunk < this.#due.length; chunk++) this.#due[chunk] = 0;
  }

  #dueBy(chunk: number, due: number): void {
    while (this.#due.length <= chunk) this.#due.push(NEVER);
    this.#due[chunk] = due;
  }
}
