import type { Node } from '../columns/nodes.ts';

/** Most nodes of one list. */
const MOST = 512;
const ROOM: readonly Node[] = Array.from({ length: MOST }, () => 0);

/**
 * Some nodes as a plain list, at most 512. A copy of a list of that length has its room at once: pushing takes six
 * times as long, and `Array.from` of a typed array twelve times.
 */
export function listed(nodes: Int32Array, from: number, to: number): Node[] {
  const list = ROOM.slice(0, to - from);
  for (let at = from; at < to; at++) list[at - from] = nodes[at]!;
  return list;
}
