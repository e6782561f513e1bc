import type { Node, TopicNames } from '../columns/nodes.ts';
import { isDigit, nameKey } from './keys.ts';
import { sortByDigits, type Lane } from './radix.ts';

/** Steps between two pauses; one that reads a name counts 4, one that compares names 8. About 0.1 ms. */
const SLICE = 2_048;
const READ_COST = 4;
const NAME_COST = 8;
/** Nodes and keys that are copied in one go. */
const COPIED = 16_384;
/** Stretches this short are sorted by insertion, without a pause. */
const SHORT = 32;
/** Stretches this long are sorted by the digits of their keys; shorter ones are merged. */
const LONG = 8_192;

/** Counts what is done until a pause is due. */
class Budget {
  left = SLICE;

  spend(steps: number): boolean {
    this.left -= steps;
    if (this.left > 0) return false;
    this.left = SLICE;
    return true;
  }
}

/**
 * Sorts siblings in slices: each `next()` does about 0.1 ms of work. Every name gets a key, a number made
 * of what follows the common prefix, and these are sorted. Where many keys are equal, the same is done with
 * what follows there; only where few are, names are compared. Nothing is read of nodes in `removed`, which
 * may grow between slices; some of them may be left in the result.
 */
export function* sortNodes(
  siblings: Int32Array,
  names: TopicNames,
  removed: ReadonlySet<Node>,
): Generator<void, Int32Array> {
  const count = siblings.length;
  const lane: Lane = { nodes: siblings, keys: new Float64Array(count) };
  const spare: Lane = { nodes: new Int32Array(count), keys: new Float64Array(count) };
  const sorter = new Sorter(lane, spare, names, removed);
  const stretches: number[] = [0, count];
  while (stretches.length > 0) {
    const to = stretches.pop() ?? 0;
    const from = stretches.pop() ?? 0;
    if (to - from <= SHORT) {
      if (sorter.insertByName(from, to)) yield;
      continue;
    }
    yield* sorter.makeKeys(from, to);
    const sorted = yield* sorter.lanes.sort(from, to);
    yield* sorter.lanes.copyBack(sorted, from, to);
    yield* sorter.equalStretches(from, to, stretches);
  }
  return lane.nodes;
}

/** Two lanes between which stretches are merged to and fro. */
class Lanes {
  readonly #lane: Lane;
  readonly #spare: Lane;
  readonly #budget: Budget;

  constructor(lane: Lane, spare: Lane, budget: Budget) {
    this.#lane = lane;
    this.#spare = spare;
    this.#budget = budget;
  }

  /**
   * By their keys alone; those with the same key stay in the order they were in.
   *
   * @returns the lane that has the stretch in order
   */
  *sort(from: number, to: number): Generator<void, Lane> {
    if (to - from >= LONG) return yield* sortByDigits(this.#lane, this.#spare, from, to);
    for (let start = from; start < to; start += SHORT) {
      this.#insertByKey(start, Math.min(to, start + SHORT));
      if (this.#budget.spend(SHORT * 8)) yield;
    }
    let source = this.#lane;
    let target = this.#spare;
    for (let width = SHORT; width < to - from; width *= 2) {
      yield* this.#mergeAll(source, target, from, to, width);
      [source, target] = [target, source];
    }
    return source;
  }

  /** Copies a stretch that is in the second lane to the first one. */
  *copyBack(sorted: Lane, from: number, to: number): Generator<void, void> {
    if (sorted === this.#lane) return;
    for (let start = from; start < to; start += COPIED) {
      const until = Math.min(to, start + COPIED);
      this.#lane.nodes.set(sorted.nodes.subarray(start, until), start);
      this.#lane.keys.set(sorted.keys.subarray(start, until), start);
      if (this.#budget.spend((until - start) / 16)) yield;
    }
  }

  #insertByKey(from: number, to: number): void {
    const { nodes, keys } = this.#lane;
    for (let next = from + 1; next < to; next++) {
      const node = nodes[next] ?? 0;
      const key = keys[next] ?? 0;
      let at = next;
      for (; at > from && (keys[at - 1] ?? 0) > key; at--) {
        nodes[at] = nodes[at - 1] ?? 0;
        keys[at] = keys[at - 1] ?? 0;
      }
      nodes[at] = node;
      keys[at] = key;
    }
  }

  /** Merges each two stretches of `width` that lie side by side. The inner loop is where the time goes. */
  *#mergeAll(source: Lane, target: Lane, from: number, to: number, width: number): Generator<void, void> {
    const { nodes, keys } = source;
    for (let start = from; start < to; start += 2 * width) {
      const middle = Math.min(to, start + width);
      const end = Math.min(to, start + 2 * width);
      let a = start;
      let b = middle;
      for (let out = start; out < end;) {
        const pause = Math.min(end, out + SLICE);
        if (this.#budget.spend(pause - out)) yield;
        for (; out < pause; out++) {
          const takeA = a < middle && (b >= end || keys[a]! <= keys[b]!);
          target.keys[out] = keys[takeA ? a : b]!;
          target.nodes[out] = nodes[takeA ? a++ : b++]!;
        }
      }
    }
  }
}

/**
 * Sorts nodes by numbers that were made for them, in slices of about 0.1 ms; those with the same number
 * stay in the order they were in. No number is NaN or -0.
 *
 * @returns the nodes in order; what was given is used for it and says nothing any more
 */
export function* sortByKeys(nodes: Int32Array, keys: Float64Array): Generator<void, Int32Array> {
  const count = nodes.length;
  const spare: Lane = { nodes: new Int32Array(count), keys: new Float64Array(count) };
  const sorted = yield* new Lanes({ nodes, keys }, spare, new Budget()).sort(0, count);
  return sorted.nodes;
}

class Sorter {
  readonly #lane: Lane;
  readonly #spare: Lane;
  readonly #names: TopicNames;
  readonly #removed: ReadonlySet<Node>;
  readonly #budget = new Budget();
  readonly lanes: Lanes;

  constructor(lane: Lane, spare: Lane, names: TopicNames, removed: ReadonlySet<Node>) {
    this.#lane = lane;
    this.#spare = spare;
    this.#names = names;
    this.#removed = removed;
    this.lanes = new Lanes(lane, spare, this.#budget);
  }

  /** Keys of what follows the common beginning of all names of a stretch. */
  *makeKeys(from: number, to: number): Generator<void, void> {
    const { nodes, keys } = this.#lane;
    let common: Uint8Array | null = null;
    for (let at = from; at < to; at++) {
      const node = nodes[at] ?? 0;
      if (!this.#isGone(node)) common = this.#shared(common, node);
      if (this.#budget.spend(READ_COST)) yield;
    }
    const start = beforeDigits(common ?? new Uint8Array(0));
    for (let at = from; at < to; at++) {
      const node = nodes[at] ?? 0;
      const path = this.#isGone(node) ? null : this.#names.pathBytes(node);
      keys[at] = path === null ? -1 : nameKey(path, this.#names.nameOffset(node) + start);
      if (this.#budget.spend(READ_COST)) yield;
    }
  }

  /** Adds the stretches of more than one node with the same key to those still to be sorted. */
  *equalStretches(from: number, to: number, stretches: number[]): Generator<void, void> {
    const { keys } = this.#lane;
    for (let start = from; start < to;) {
      let end = start + 1;
      while (end < to && keys[end] === keys[start]) end++;
      if (end - start === to - from) {
        // All keys are equal here, so the names are compared after all.
        yield* this.#mergeByName(from, to);
      } else if (end - start > 1 && keys[start] !== -1) stretches.push(start, end);
      if (this.#budget.spend((end - start) / 4 + 1)) yield;
      start = end;
    }
  }

  /** Whether a pause is due. */
  insertByName(from: number, to: number): boolean {
    const { nodes } = this.#lane;
    let compared = 0;
    for (let next = from + 1; next < to; next++) {
      const node = nodes[next] ?? 0;
      let at = next;
      for (; at > from && this.#isBefore(node, nodes[at - 1] ?? 0); at--) {
        nodes[at] = nodes[at - 1] ?? 0;
        compared++;
      }
      nodes[at] = node;
      compared++;
    }
    return this.#budget.spend(compared * NAME_COST);
  }

  *#mergeByName(from: number, to: number): Generator<void, void> {
    const { nodes } = this.#lane;
    const spare = this.#spare.nodes;
    // Those that went are put first, because nothing can be said of their names.
    let live = from;
    for (let at = from; at < to; at++) {
      const node = nodes[at] ?? 0;
      if (this.#isGone(node)) {
        nodes[at] = nodes[live] ?? 0;
        nodes[live++] = node;
      }
      if (this.#budget.spend(1)) yield;
    }
    for (let width = 1; width < to - live; width *= 2) {
      for (let start = live; start < to; start += 2 * width) {
        const middle = Math.min(to, start + width);
        const end = Math.min(to, start + 2 * width);
        for (let a = start, b = middle, out = start; out < end; out++) {
          const takeA = a < middle && (b >= end || this.#isBefore(nodes[a] ?? 0, nodes[b] ?? 0));
          spare[out] = (takeA ? nodes[a++] : nodes[b++]) ?? 0;
          if (this.#budget.spend(NAME_COST)) yield;
        }
        nodes.set(spare.subarray(start, end), start);
      }
    }
  }

  /** One that went comes before all others: they are in order whatever is between them. */
  #isBefore(a: Node, b: Node): boolean {
    if (this.#isGone(a)) return true;
    return !this.#isGone(b) && this.#names.compareNames(a, b) < 0;
  }

  #isGone(node: Node): boolean {
    return this.#removed.size > 0 && this.#removed.has(node);
  }

  #shared(common: Uint8Array | null, node: Node): Uint8Array {
    const path = this.#names.pathBytes(node);
    const offset = this.#names.nameOffset(node);
    if (common === null) return path.slice(offset);
    let length = 0;
    while (length < common.length && common[length] === path[offset + length]) length++;
    return length === common.length ? common : common.subarray(0, length);
  }
}

/** A run of digits must not be cut, or its value would be another one. */
function beforeDigits(common: Uint8Array): number {
  let length = common.length;
  while (length > 0 && isDigit(common[length - 1])) length--;
  return length;
}

/** Puts `node` into the sorted nodes; for families that are small. */
export function insertSorted(nodes: Node[], node: Node, compare: (a: Node, b: Node) => number): void {
  const last = nodes[nodes.length - 1];
  let low = last !== undefined && compare(last, node) < 0 ? nodes.length : 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(nodes[middle] ?? 0, node) < 0) low = middle + 1;
    else high = middle;
  }
  nodes.push(node);
  for (let at = nodes.length - 1; at > low; at--) nodes[at] = nodes[at - 1] ?? 0;
  nodes[low] = node;
}
