import type { Node } from '../columns/nodes.ts';
import type { SiblingKeys, SiblingOrder } from './sibling-order.ts';

/** A stretch of siblings, sorted unless its group says else. */
export interface Block {
  readonly nodes: Node[];
  /** Numbers that stand for the nodes, and what makes them; null in a small block. */
  keys: number[] | null;
  naming: SiblingKeys | null;
  /** The group of each child that has one; null while none has. */
  subs: (Group | null)[] | null;
  /** Rows of the children and of their open groups. */
  rows: number;
}

/** The children of a node that is, or was until just now, expanded. */
export interface Group {
  readonly node: Node;
  /** Holds only the children that a filter shows. */
  readonly partial: boolean;
  /** The group in which `node` is a row, and its block there; null at the root and when detached. */
  up: Group | null;
  block: Block | null;
  readonly blocks: Block[];
  size: number;
  rows: number;
  /** Its children, of one small block, are sorted when they are first shown. */
  unsorted: boolean;
  /** Its rows count in the groups above. */
  open: boolean;
}

export function emptyGroup(node: Node, partial: boolean): Group {
  return { node, partial, up: null, block: null, blocks: [], size: 0, rows: 0, unsorted: false, open: false };
}

export function pushBlock(group: Group): Block {
  const block: Block = { nodes: [], keys: null, naming: null, subs: null, rows: 0 };
  group.blocks.push(block);
  return block;
}

export function splitBlock(group: Group, block: Block, index: number): Block {
  const half = block.nodes.length >>> 1;
  const keys = block.keys?.splice(half) ?? null;
  const { naming } = block;
  const right: Block = { nodes: block.nodes.splice(half), keys, naming, subs: null, rows: 0 };
  right.rows = right.nodes.length;
  if (block.subs) {
    right.subs = block.subs.splice(half);
    for (const sub of right.subs) {
      if (!sub) continue;
      sub.block = right;
      if (sub.open) right.rows += sub.rows;
    }
  }
  block.rows -= right.rows;
  group.blocks.splice(index + 1, 0, right);
  return right;
}

/** Sorts the children of a group that is of one small block; their groups go with them. */
export function sortGroup(group: Group, siblings: SiblingOrder): void {
  group.unsorted = false;
  const [block] = group.blocks;
  if (!block) return;
  const { nodes, subs } = block;
  for (let next = 1; next < nodes.length; next++) {
    const node = nodes[next]!;
    const sub = subs?.[next] ?? null;
    let at = next;
    for (; at > 0 && siblings.compare(node, nodes[at - 1]!) < 0; at--) {
      nodes[at] = nodes[at - 1]!;
      if (subs) subs[at] = subs[at - 1] ?? null;
    }
    nodes[at] = node;
    if (subs) subs[at] = sub;
  }
}
