import type { Group } from './groups.ts';

/** Rows between two pauses, some 0.1 ms, and room for some that come meanwhile. */
const SLICE = 16_384;
const ROOM = 1_024;

/**
 * The rows of a family, in slices. Rows added meanwhile may be included or not, and removed ones may be left:
 * the caller learns of both as a follower of the order.
 */
export function* gathered({ blocks, size }: Group): Generator<void, Int32Array> {
  let nodes: Int32Array = new Int32Array(size + ROOM);
  let count = 0;
  let left = SLICE;
  for (let b = 0; b < blocks.length;) {
    const block = blocks[b]!;
    if (count + block.nodes.length > nodes.length) nodes = longer(nodes);
    for (const node of block.nodes) nodes[count++] = node;
    left -= block.nodes.length;
    const next = blocks[++b];
    if (left > 0 || next === undefined) continue;
    left = SLICE;
    yield;
    if (blocks[b] === next) continue;
    // Blocks before it were split or removed. If it was removed itself, everything is gathered again.
    b = Math.max(0, blocks.indexOf(next));
    if (blocks[b] !== next) count = 0;
  }
  return nodes.subarray(0, count);
}

function longer(nodes: Int32Array): Int32Array {
  const larger = new Int32Array(nodes.length + (nodes.length >> 2) + ROOM);
  larger.set(nodes);
  return larger;
}
