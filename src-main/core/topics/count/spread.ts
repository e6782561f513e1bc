import { ROOT, type Node, type TopicSource } from '../columns/nodes.ts';

/**
 * Each node number once, spread over the whole tree from the start, so that the first part is a fair sample.
 * The caller checks whether a node has that number.
 */
export function* spread({ end }: TopicSource): Generator<Node, void> {
  const first = ROOT + 1;
  const count = end - first;
  const stride = strideOf(count);
  for (let looked = 0, at = 0; looked < count; looked++, at = (at + stride) % count) yield first + at;
}

/** A way through so many numbers that meets each once and comes from all of them early. */
function strideOf(count: number): number {
  let stride = Math.max(1, Math.floor(count * 0.618));
  while (dividesBoth(stride, count)) stride++;
  return stride;
}

/** Whether both have a divisor but 1. */
function dividesBoth(a: number, b: number): boolean {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return x > 1;
}
