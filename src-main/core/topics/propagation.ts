import { Flag, Hot, hotRow, type HotChunk, type LiveColumns } from './columns.ts';
import { ROOT, type Node } from './nodes.ts';
import type { RateClock } from './rates.ts';

/** Nodes that wait for their counts to be carried up: 4096 × 8 bytes, flushed in about 0.3 ms. */
const ENTRIES = 4_096;
/** Entries read ahead of their turn: their rows and their parents' fit the second-level cache. */
const TOUCHED = 256;
const NONE = -1;
/** Deeper levels are folded into the last name, see `MAX_LEVELS` of the store; root is level 0. */
const LEVELS = 513;
/** A flush that a message pays for: 0.3 ms; deep trees are flushed more often instead of longer. */
export const FLUSH_STEPS = 16_384;

/**
 * Carries counts, rates and times of messages up the tree, later and together. A message adds to its
 * node and to the branch above; that branch then waits on a list of its level for a flush. The
 * deepest lists go first, so a branch is visited once a flush however much was added to it. Each
 * visited entry is handed on to its parent, so there are never more entries than branches that
 * waited, and a flush may stop after any step.
 */
export class Propagation {
  readonly #columns: LiveColumns;
  readonly #rates: RateClock;
  readonly #nodes = new Int32Array(ENTRIES);
  readonly #next = new Int32Array(ENTRIES);
  readonly #heads = new Int32Array(LEVELS).fill(NONE);
  #free = 0;
  #deepest = 0;
  waiting = 0;
  /** Keeps the reads ahead from being optimised away. */
  touched = 0;

  constructor(columns: LiveColumns, rates: RateClock) {
    this.#columns = columns;
    this.#rates = rates;
    for (let i = 0; i < ENTRIES; i++) this.#next[i] = i + 1;
    this.#next[ENTRIES - 1] = NONE;
  }

  /** Puts a branch that has to wait on the list of its level. */
  #mark(node: Node, level: number): void {
    if (this.#free === NONE) this.flush(FLUSH_STEPS);
    const entry = this.#free;
    this.#free = this.#next[entry]!;
    this.#nodes[entry] = node;
    this.#next[entry] = this.#heads[level]!;
    this.#heads[level] = entry;
    if (level > this.#deepest) this.#deepest = level;
    this.waiting++;
  }

  flush(steps: number): void {
    let left = steps;
    while (left > 0 && this.waiting > 0) {
      while (this.#deepest > 0 && this.#heads[this.#deepest] === NONE) this.#deepest--;
      const level = this.#deepest;
      const count = Math.min(left, this.#touch(level));
      for (let i = 0; i < count; i++) {
        const entry = this.#heads[level]!;
        this.#heads[level] = this.#next[entry]!;
        this.#step(entry, level);
      }
      left -= count;
    }
  }

  /**
   * Reads what the next entries of a level will need: cache misses without a branch between them
   * overlap, which halves the cost of a flush at a million topics. Returns how many entries.
   */
  #touch(level: number): number {
    const columns = this.#columns;
    let count = 0;
    let touched = 0;
    let entry = this.#heads[level]!;
    for (; entry !== NONE && count < TOUCHED; entry = this.#next[entry]!, count++) {
      const node = this.#nodes[entry]!;
      const parent = columns.hotChunk(node).i32[hotRow(node) + Hot.parent]!;
      if (parent >= 0) touched ^= columns.hotChunk(parent).i32[hotRow(parent) + Hot.pending]!;
    }
    this.touched = touched;
    return count;
  }

  /** Counts one message at a node, received at `at`, and at the branch above it. */
  count(hot: HotChunk, row: number, at: number): void {
    hot.f64[(row >> 1) + Hot.total]!++;
    hot.f64[(row >> 1) + Hot.lastSeen] = at;
    this.#rate(hot, row, 1);
    const parent = hot.i32[row + Hot.parent]!;
    const up = this.#columns.ownHot(parent);
    if (this.#add(up, hotRow(parent), parent, 1, at)) {
      this.#mark(parent, up.u16[(hotRow(parent) << 1) + Hot.level]!);
    }
  }

  /** Adds to a branch. True if it was not waiting for a flush and has to from now on. */
  #add(up: HotChunk, row: number, parent: Node, count: number, seen: number): boolean {
    up.f64[(row >> 1) + Hot.total]! += count;
    if (up.f64[(row >> 1) + Hot.lastSeen]! < seen) up.f64[(row >> 1) + Hot.lastSeen] = seen;
    this.#rate(up, row, count);
    if (parent === ROOT) return false;
    up.i32[row + Hot.pending]! += count;
    const flags = up.u16[(row << 1) + Hot.flags]!;
    if ((flags & Flag.dirty) !== 0) return false;
    up.u16[(row << 1) + Hot.flags] = flags | Flag.dirty;
    return true;
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

  #step(entry: number, level: number): void {
    const columns = this.#columns;
    const node = this.#nodes[entry]!;
    const chunk = columns.hotChunk(node);
    const double = hotRow(node) << 1;
    // Left behind by a node that was settled or forgotten since; its id may be another's by now.
    const valid =
      (chunk.u16[double + Hot.flags]! & Flag.dirty) !== 0 && chunk.u16[double + Hot.level] === level;
    const parent = valid ? this.#carry(node) : NONE;
    if (parent === NONE) {
      this.#next[entry] = this.#free;
      this.#free = entry;
      this.waiting--;
      return;
    }
    this.#nodes[entry] = parent;
    this.#next[entry] = this.#heads[level - 1]!;
    this.#heads[level - 1] = entry;
  }

  /** Moves what a branch has pending to its parent. Returns the parent if that has to wait now. */
  #carry(node: Node): Node {
    const hot = this.#columns.ownHot(node);
    const row = hotRow(node);
    const count = hot.i32[row + Hot.pending]!;
    const seen = hot.f64[(row >> 1) + Hot.lastSeen]!;
    const parent = hot.i32[row + Hot.parent]!;
    hot.i32[row + Hot.pending] = 0;
    hot.u16[(row << 1) + Hot.flags]! &= ~Flag.dirty;
    return this.#add(this.#columns.ownHot(parent), hotRow(parent), parent, count, seen) ? parent : NONE;
  }

  /** Carries everything on the way from a node to the root up now; entries left behind are void. */
  settle(node: Node): void {
    for (let at = node; at !== ROOT; at = this.#columns.parent(at)) {
      const chunk = this.#columns.hotChunk(at);
      if ((chunk.u16[(hotRow(at) << 1) + Hot.flags]! & Flag.dirty) !== 0) this.#carry(at);
    }
  }
}
