import type { Node, TopicNames } from './nodes.ts';
import { NameKeys, sharedStart } from './view-keys.ts';

/** Steps between two pauses; one that compares names counts 8. About 0.1 ms. */
const SLICE = 2_048;
const NAME_COST = 8;
/** Runs this short are sorted by insertion, without a pause. */
const RUN = 64;

/** Nodes with the keys of their names. */
interface Lane {
  nodes: Int32Array;
  keys: Float64Array;
}

export interface Sorted extends Lane {
  readonly count: number;
  /** What the keys were made with. */
  readonly naming: NameKeys;
}

/**
 * Sorts siblings in slices: each `next()` does about 0.1 ms of work. Names are read twice, to
 * make a key of each, and compared only where keys are equal. Of nodes in `gone` (it may grow between slices) nothing
 * is read; some of them may be left in the result.
 *
 * @param nodes is overwritten
 */
export function* sortNodes(
  nodes: Int32Array,
  count: number,
  names: TopicNames,
  gone: ReadonlySet<Node>,
): Generator<void, Sorted> {
  const from: Lane = { nodes, keys: new Float64Array(count) };
  const { live, naming } = yield* makeKeys(from, count, names, gone);
  const before = ordering(names, gone);
  let runs = yield* formRuns(from, live, before, gone);
  const into: Lane = { nodes: new Int32Array(live), keys: new Float64Array(live) };
  const lanes = [from, into] as const;
  let turn: 0 | 1 = 0;
  while (runs.length > 2) {
    runs = yield* mergePairs(lanes[turn], lanes[turn === 0 ? 1 : 0], runs, before);
    turn = turn === 0 ? 1 : 0;
  }
  return { ...lanes[turn], count: live, naming };
}

interface Ordering {
  /** Names compared since the last pause. */
  compared: number;
  before(keyA: number, a: Node, keyB: number, b: Node): boolean;
}

function ordering(names: TopicNames, gone: ReadonlySet<Node>): Ordering {
  return {
    compared: 0,
    before(keyA, a, keyB, b) {
      if (keyA !== keyB) return keyA < keyB;
      // One that went is put out of the way at once: the others are in order whatever is between them.
      if (gone.size > 0 && (gone.has(a) || gone.has(b))) return gone.has(a);
      this.compared++;
      return names.compareNames(a, b) < 0;
    },
  };
}

/** Those that went are taken out, as their names cannot be read. */
function* makeKeys(
  lane: Lane,
  count: number,
  names: TopicNames,
  gone: ReadonlySet<Node>,
): Generator<void, { live: number; naming: NameKeys }> {
  const { nodes, keys } = lane;
  let common: Uint8Array | null = null;
  for (let at = 0; at < count; at++) {
    const node = nodes[at] ?? 0;
    if (gone.size === 0 || !gone.has(node)) {
      common = sharedStart(common, names, node);
    }
    if (at % 512 === 511) yield;
  }
  const naming = new NameKeys(names, common ?? new Uint8Array(0));
  let live = 0;
  for (let at = 0; at < count; at++) {
    const node = nodes[at] ?? 0;
    if (gone.size === 0 || !gone.has(node)) {
      nodes[live] = node;
      keys[live++] = naming.key(node);
    }
    if (at % 512 === 511) yield;
  }
  return { live, naming };
}

/** Sorts short runs in place. Returns where they start, and at last where the last one ends. */
function* formRuns(
  lane: Lane,
  count: number,
  order: Ordering,
  gone: ReadonlySet<Node>,
): Generator<void, number[]> {
  const { nodes, keys } = lane;
  const runs: number[] = [];
  let budget = SLICE;
  for (let from = 0; from < count; from += RUN) {
    runs.push(from);
    const to = Math.min(count, from + RUN);
    if (gone.size > 0) for (let at = from; at < to; at++) if (gone.has(nodes[at] ?? 0)) keys[at] = -1;
    for (let next = from + 1; next < to; next++) {
      const node = nodes[next] ?? 0;
      const key = keys[next] ?? 0;
      let at = next;
      for (; at > from && order.before(key, node, keys[at - 1] ?? 0, nodes[at - 1] ?? 0); at--) {
        nodes[at] = nodes[at - 1] ?? 0;
        keys[at] = keys[at - 1] ?? 0;
      }
      nodes[at] = node;
      keys[at] = key;
      budget -= next - at + 1;
    }
    budget -= NAME_COST * order.compared;
    order.compared = 0;
    if (budget > 0) continue;
    yield;
    budget = SLICE;
  }
  runs.push(count);
  return runs;
}

/** Merges neighbouring runs from one lane into the other; the runs of the result. */
function* mergePairs(
  from: Lane,
  into: Lane,
  runs: readonly number[],
  order: Ordering,
): Generator<void, number[]> {
  const merged: number[] = [];
  let budget = SLICE;
  for (let run = 0; run + 1 < runs.length; run += 2) {
    let a = runs[run] ?? 0;
    const aEnd = runs[run + 1] ?? 0;
    let b = aEnd;
    const bEnd = runs[run + 2] ?? aEnd;
    merged.push(a);
    for (let out = a; out < bEnd; out++) {
      if (--budget <= 0 || order.compared >= SLICE / NAME_COST) {
        yield;
        budget = SLICE;
        order.compared = 0;
      }
      const keyA = from.keys[a] ?? 0;
      const keyB = from.keys[b] ?? 0;
      const takeA =
        a < aEnd && (b >= bEnd || order.before(keyA, from.nodes[a] ?? 0, keyB, from.nodes[b] ?? 0));
      into.keys[out] = takeA ? keyA : keyB;
      into.nodes[out] = (takeA ? from.nodes[a++] : from.nodes[b++]) ?? 0;
    }
  }
  merged.push(runs.at(-1) ?? 0);
  return merged;
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
