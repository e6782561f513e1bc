import { Flag, Hot, hotRow, type LiveColumns } from './columns.ts';
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
 * Carries counts, rates and times of messages up the tree, later and together: a message only marks
 * its leaf. Entries are lists by level, and the deepest go first, so a branch is visited once a flush
 * however many of its leaves were marked. Each visited entry is handed on to its parent, so there are
 * never more entries than marked leaves, and a flush may stop after any step.
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

  /** Puts a node that just became dirty on its list. */
  mark(node: Node, level: number): void {
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

  #step(entry: number, level: number): void {
    const columns = this.#columns;
    const node = this.#nodes[entry]!;
    const chunk = columns.hotChunk(node);
    const row = hotRow(node);
    const flags = chunk.u16[(row << 1) + Hot.flags]!;
    // Left behind by a node that was settled or forgotten since; its id may be another's by now.
    const valid = (flags & Flag.dirty) !== 0 && chunk.u16[(row << 1) + Hot.level] === level;
    const parent = valid && level > 0 ? this.#carry(node) : NONE;
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

  /** Moves what a node has pending to its parent. Returns the parent if that became dirty by it. */
  #carry(node: Node): Node {
    const columns = this.#columns;
    const rates = this.#rates;
    const own = columns.ownHot(node);
    const row = hotRow(node);
    const count = own.i32[row + Hot.pending]!;
    const seen = own.f64[(row >> 1) + Hot.lastSeen]!;
    const parent = own.i32[row + Hot.parent]!;
    own.i32[row + Hot.pending] = 0;
    own.u16[(row << 1) + Hot.flags]! &= ~Flag.dirty;
    own.f32[row + Hot.rate] =
      rates.carry(own.f32[row + Hot.rate]!, own.u16[(row << 1) + Hot.rateEpoch]!) + count * rates.weight;
    own.u16[(row << 1) + Hot.rateEpoch] = rates.epoch;

    const up = columns.ownHot(parent);
    const upRow = hotRow(parent);
    up.f64[(upRow >> 1) + Hot.total]! += count;
    if (up.f64[(upRow >> 1) + Hot.lastSeen]! < seen) up.f64[(upRow >> 1) + Hot.lastSeen] = seen;
    if (parent === ROOT) {
      up.f32[upRow + Hot.rate] =
        rates.carry(up.f32[upRow + Hot.rate]!, up.u16[(upRow << 1) + Hot.rateEpoch]!) + count * rates.weight;
      up.u16[(upRow << 1) + Hot.rateEpoch] = rates.epoch;
      return NONE;
    }
    up.i32[upRow + Hot.pending]! += count;
    const flags = up.u16[(upRow << 1) + Hot.flags]!;
    if ((flags & Flag.dirty) !== 0) return NONE;
    up.u16[(upRow << 1) + Hot.flags] = flags | Flag.dirty;
    return parent;
  }

  /** Carries everything on the way from a node to the root up now; entries left behind are void. */
  settle(node: Node): void {
    for (let at = node; at !== ROOT; at = this.#columns.parent(at)) {
      const chunk = this.#columns.hotChunk(at);
      if ((chunk.u16[(hotRow(at) << 1) + Hot.flags]! & Flag.dirty) !== 0) this.#carry(at);
    }
  }
}
