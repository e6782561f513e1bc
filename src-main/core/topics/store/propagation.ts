import { Flag as FLAG, Hot as HOT, hotRow as rowOf, type HotChunk } from '../columns/columns.ts';
import type { LiveColumns } from '../columns/live-columns.ts';
import { ROOT as TOP, type Node } from '../columns/nodes.ts';
import type { RateClock } from '../tree/rates.ts';

// Copies: a constant of another module is looked up each time it is used (docs/decisions/0007).
const [Flag, Hot, ROOT, hotRow] = [FLAG, HOT, TOP, rowOf];

/** Branches that may wait for a flush: 16,384 × 12 bytes, all flushed in some 2 ms. A power of two. */
const WAITING = 16_384;
const MASK = WAITING - 1;
/** Entries read ahead of their turn: their rows and their parents' fit the second-level cache. */
const PREFETCHED = 256;
/** A flush that a message pays for: some 1 ms. */
export const FLUSH_STEPS = 8_192;

/**
 * Carries counts, rates and times of messages up the tree, later and together. A message adds to its
 * node and to the branch above, and that branch waits in a queue. A flush takes branches from the
 * front, adds to each one's parent what came in since it began to wait, and puts the parent at the
 * back: so all branches of a level go before those above, a branch is visited about once a flush
 * however much was added to it, and the queue never grows by a flush, which may stop after any step.
 */
export class Propagation {
  readonly #columns: LiveColumns;
  readonly #rates: RateClock;
  readonly #nodes = new Int32Array(WAITING);
  /** The branch's total before it began to wait. */
  readonly #before = new Float64Array(WAITING);
  #first = 0;
  waiting = 0;
  /** Keeps the reads ahead from being optimised away. */
  prefetched = 0;

  constructor(columns: LiveColumns, rates: RateClock) {
    this.#columns = columns;
    this.#rates = rates;
  }

  /** Counts one message of a branch, received at `at`. */
  countBranch(node: Node, at: number): void {
    this.#add(node, 1, at);
  }

  /** Counts one message at a leaf, received at `at`, and at the branch above it. Leaves never wait. */
  countLeaf(hot: HotChunk, row: number, at: number): void {
    hot.f64[(row >> 1) + Hot.total]!++;
    hot.f64[(row >> 1) + Hot.lastSeen] = at;
    this.#rate(hot, row, 1);
    this.#add(hot.i32[row + Hot.parent]!, 1, at);
  }

  flush(steps: number): void {
    let left = steps;
    while (left > 0 && this.waiting > 0) {
      const count = Math.min(left, this.waiting, PREFETCHED);
      this.#touch(count);
      for (let i = 0; i < count; i++) this.#carry();
      left -= count;
    }
  }

  /** Adds to a branch and has it wait. There is room in the queue. */
  #add(node: Node, count: number, seen: number): void {
    const hot = this.#columns.ownHot(node);
    const row = hotRow(node);
    const total = hot.f64[(row >> 1) + Hot.total]!;
    hot.f64[(row >> 1) + Hot.total] = total + count;
    const last = hot.f64[(row >> 1) + Hot.lastSeen]!;
    // Later than now: the clock was set back since.
    if (last < seen || last > this.#rates.wall) hot.f64[(row >> 1) + Hot.lastSeen] = seen;
    const flags = hot.u16[(row << 1) + Hot.flags]!;
    if ((flags & Flag.waiting) !== 0) return;
    hot.u16[(row << 1) + Hot.flags] = flags | Flag.waiting;
    if (this.waiting === WAITING) this.flush(FLUSH_STEPS);
    const at = (this.#first + this.waiting++) & MASK;
    this.#nodes[at] = node;
    this.#before[at] = total;
  }

  #carry(): void {
    const at = this.#first;
    const node = this.#nodes[at]!;
    const hot = this.#columns.ownHot(node);
    const row = hotRow(node);
    const count = hot.f64[(row >> 1) + Hot.total]! - this.#before[at]!;
    this.#first = (at + 1) & MASK;
    this.waiting--;
    hot.u16[(row << 1) + Hot.flags]! &= ~Flag.waiting;
    this.#rate(hot, row, count);
    if (node !== ROOT) this.#add(hot.i32[row + Hot.parent]!, count, hot.f64[(row >> 1) + Hot.lastSeen]!);
  }

  #rate(hot: HotChunk, row: number, count: number): void {
    const rates = this.#rates;
    const epoch = hot.u16[(row << 1) + Hot.rateEpoch]!;
    const sum = hot.f32[row + Hot.rate]!;
    const added = count * rates.weight;
    if (epoch === rates.epoch) {
      hot.f32[row + Hot.rate] = sum + added;
      return;
    }
    hot.f32[row + Hot.rate] = rates.carry(sum, epoch) + added;
    hot.u16[(row << 1) + Hot.rateEpoch] = rates.epoch;
  }

  /**
   * Reads what the next branches in the queue will need: cache misses without a branch between them
   * overlap, which halves the cost of a flush at a million topics.
   */
  #touch(count: number): void {
    const columns = this.#columns;
    let prefetched = 0;
    for (let i = 0; i < count; i++) {
      const parent = columns.parent(this.#nodes[(this.#first + i) & MASK]!);
      if (parent >= 0) prefetched ^= columns.hotChunk(parent).i32[hotRow(parent)]!;
    }
    this.prefetched = prefetched;
  }
}
