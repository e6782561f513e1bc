import { NO_NODE, type Node, type TopicNames } from '../columns/nodes.ts';
import type { TreeOrder } from '../order/tree-order.ts';

/** Rows looked at between two pauses, some 0.2 ms. */
const SLICE = 1_024;
/** Bytes of a name that are read for each character that was typed; names are up to 64 kB. */
const BYTES_A_CHARACTER = 4;

const decoder = new TextDecoder();

/**
 * The next row whose own level begins with a text, in either case: from row `from` on, and after the last
 * one from the first. NO_NODE if there is none.
 */
export function* nextRow(
  order: () => TreeOrder,
  names: TopicNames,
  text: string,
  from: number,
): Generator<void, Node> {
  const wanted = text.toLowerCase();
  const first = wanted.codePointAt(0) ?? 0;
  const most = wanted.length * BYTES_A_CHARACTER;
  const begins = (node: Node): boolean => {
    const path = names.pathBytes(node);
    const start = names.nameOffset(node);
    const byte = path[start];
    if (byte === undefined) return false;
    // In ASCII the first letter rules out nearly all names.
    if (first < 0x80 && byte < 0x80 && (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte) !== first)
      return false;
    return decoder
      .decode(path.subarray(start, start + most))
      .toLowerCase()
      .startsWith(wanted);
  };
  const all = order().total;
  for (let seen = 0; seen < all;) {
    const { total } = order();
    if (total === 0) return NO_NODE;
    const rows = order().collect((from + seen) % total, SLICE);
    for (const node of rows) {
      if (begins(node)) return node;
      if (++seen >= all) return NO_NODE;
    }
    yield;
  }
  return NO_NODE;
}
