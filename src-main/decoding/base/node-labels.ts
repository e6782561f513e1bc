import { formatCounted } from '../../core/text/amounts.ts';
import type { TreeNode } from './tree.ts';

/** `10 entries`, `3 items`, `one value` */
export function countWords(node: TreeNode | undefined): string {
  if (node?.shape === 'object') return formatCounted(node.children, 'entry', 'entries');
  return node?.shape === 'list' ? formatCounted(node.children, 'item') : 'one value';
}

export function sizeWords(bytes: number): string {
  return formatCounted(bytes, 'byte');
}

/** What is to be known of a value, without what says nothing. */
export function joined(...notes: readonly string[]): string {
  return notes.filter((note) => note !== '').join(', ');
}
