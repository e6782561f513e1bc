import { formatCounted } from '../../core/text/amounts.ts';
import type { ByteReader } from './byte-reader.ts';
import { scalarText } from './notation.ts';
import { TreeBuilder, type TreeNode } from './tree.ts';
import { EnoughRead, Unreadable } from './unreadable.ts';

/** Most values in one key. Real keys have few. */
const MAX_IN_KEY = 1_000;

/** The key of a map, which may be any value. Those that are no text are written on one line. */
export function readKey(
  reader: ByteReader,
  tree: TreeBuilder,
  read: (reader: ByteReader, tree: TreeBuilder) => void,
): void {
  const at = reader.at;
  const key = new TreeBuilder(MAX_IN_KEY, tree.depth);
  try {
    read(reader, key);
  } catch (error) {
    if (!(error instanceof EnoughRead)) throw error;
    throw new Unreadable(`has a key of more than ${formatCounted(MAX_IN_KEY, 'value')} at byte ${at}`, at);
  }
  const [first] = key.nodes;
  if (first === undefined) return;
  if (first.shape === 'text') tree.key(first.text);
  else tree.key(first.shape === 'date' ? first.text : compactText(key.nodes, 0), false);
}

/** One of the values and all in it on one line. */
function compactText(nodes: readonly TreeNode[], index: number): string {
  const node = nodes[index];
  if (node === undefined) return '';
  if (node.shape !== 'object' && node.shape !== 'list') return scalarText(node);
  const parts: string[] = [];
  for (let at = index + 1; at <= index + node.descendants; at += (nodes[at]?.descendants ?? 0) + 1) {
    const { key = null, textKey = true } = nodes[at] ?? {};
    const name = key === null ? '' : `${textKey ? JSON.stringify(key) : key}: `;
    parts.push(name + compactText(nodes, at));
  }
  return node.shape === 'list' ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}
