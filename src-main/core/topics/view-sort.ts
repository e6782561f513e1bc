import type { Node } from './nodes.ts';

/** Compares between two pauses: about 0.1 ms at 200 ns a compare of names spread over memory. */
const SLICE = 512;
/** Runs this short are sorted by insertion, without a pause. */
const RUN = 64;

export interface Sorted {
  readonly nodes: Int32Array;
  readonly count: number;
}

/**
 * Sorts siblings in slices: each `next()` does about 0.1 ms of work. Takes one compare a node where
 * they are sorted already. Nodes of `gone` (it may grow between slices) are never compared,
 * because their names are no longer there; some of them may be left in the result.
 *
 * @param nodes is overwritten
 */
export function* sortNodes(
  nodes: Int32Array,
  count: number,
  compare: (a: Node, b: Node) => number,
  gone: ReadonlySet<Node>,
): Generator<void, Sorted> {
  let source: Int32Array = nodes;
  let target: Int32Array = new Int32Array(count);
  let runs = yield* formRuns(source, count, compare, gone);
  while (runs.length > 2) {
    runs = yield* mergePairs(source, target, runs, compare, gone);
    [source, target] = [target, source];
  }
  return { nodes: source, count: runs[1] ?? 0 };
}

/** Sorts short runs in place. Returns where they start, and at last where the last one ends. */
function* formRuns(
  nodes: Int32Array,
  count: number,
  compare: (a: Node, b: Node) => number,
  gone: ReadonlySet<Node>,
): Generator<void, number[]> {
  const runs: number[] = [];
  let end = 0;
  for (let from = 0; from < count; from += RUN) {
    runs.push(end);
    const start = end;
    const to = Math.min(count, from + RUN);
    for (let at = from; at < to; at++) {
      const node = nodes[at] ?? 0;
      if (gone.size > 0 && gone.has(node)) continue;
      insertSorted(nodes, start, end++, node, compare);
    }
    yield;
  }
  runs.push(end);
  return runs;
}

/** Puts `node` into the sorted range before `end`, which it makes one longer. */
export function insertSorted(
  nodes: Int32Array | Node[],
  start: number,
  end: number,
  node: Node,
  compare: (a: Node, b: Node) => number,
): void {
  let low = start;
  if (end > start && compare(nodes[end - 1] ?? 0, node) < 0) low = end;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(nodes[middle] ?? 0, node) < 0) low = middle + 1;
    else high = middle;
  }
  for (let at = end; at > low; at--) nodes[at] = nodes[at - 1] ?? 0;
  nodes[low] = node;
}

/** Merges neighbouring runs from one array into the other; the runs of the result. */
function* mergePairs(
  from: Int32Array,
  into: Int32Array,
  runs: readonly number[],
  compare: (a: Node, b: Node) => number,
  gone: ReadonlySet<Node>,
): Generator<void, number[]> {
  const merged: number[] = [];
  let out = 0;
  let budget = SLICE;
  for (let run = 0; run + 1 < runs.length; run += 2) {
    merged.push(out);
    let a = runs[run] ?? 0;
    const aEnd = runs[run + 1] ?? 0;
    let b = aEnd;
    const bEnd = runs[run + 2] ?? aEnd;
    // Where one run follows the other as a whole, no more than this one compare is needed.
    const ordered = a < aEnd && b < bEnd && follows(from[aEnd - 1] ?? 0, from[b] ?? 0, compare, gone);
    while (a < aEnd || b < bEnd) {
      if (--budget <= 0) {
        yield;
        budget = SLICE;
      }
      if (gone.size > 0 && a < aEnd && gone.has(from[a] ?? 0)) a++;
      else if (gone.size > 0 && b < bEnd && gone.has(from[b] ?? 0)) b++;
      else if (ordered ? a < aEnd : takeFirst(from, a, aEnd, b, bEnd, compare)) into[out++] = from[a++] ?? 0;
      else into[out++] = from[b++] ?? 0;
    }
  }
  merged.push(out);
  return merged;
}

function takeFirst(
  from: Int32Array,
  a: number,
  aEnd: number,
  b: number,
  bEnd: number,
  compare: (a: Node, b: Node) => number,
): boolean {
  if (a >= aEnd) return false;
  return b >= bEnd || compare(from[a] ?? 0, from[b] ?? 0) < 0;
}

function follows(
  last: Node,
  first: Node,
  compare: (a: Node, b: Node) => number,
  gone: ReadonlySet<Node>,
): boolean {
  return !gone.has(last) && !gone.has(first) && compare(last, first) < 0;
}
