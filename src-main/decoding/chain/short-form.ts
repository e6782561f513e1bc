import type { Preview } from '../../contract/model/message.ts';
import { preview } from '../../core/payload/preview.ts';
import { escapeUnsafe } from '../../core/payload/visible.ts';
import { scalarText } from '../base/notation.ts';
import type { TreeNode } from '../base/tree.ts';
import type { Ran } from './run.ts';

/** A row of the tree has room for about so many characters. */
const PREVIEW_CHARS = 120;
/** Of a long text so many characters are looked at. */
const TEXT_CHARS = 4_096;
const encoder = new TextEncoder();

/**
 * What a decoded payload says in one short line, in the same form as JSON has. Null: nothing was found in it
 * that its bytes do not say as well.
 */
export function shortForm(ran: Ran): Preview | null {
  const { stages, failure } = ran;
  if (failure !== null || (stages.length === 1 && stages[0]?.decoder === 'bytes')) return null;
  const isSparkplug = stages.at(-1)?.decoder === 'sparkplug';
  return leafForm(ran, isSparkplug ? metricsIn(ran.tree.nodes) : 0);
}

/** @param parent the place of the value whose members say something */
function leafForm({ leaf, tree, buffers }: Ran, parent: number): Preview {
  const [root] = tree.nodes;
  if (leaf.view === 'image') return shortText(`${leaf.label}, ${leaf.detail}`);
  // What a time says to a person, not how it was sent.
  if (root?.shape === 'date') return shortText(root.text);
  if (leaf.view === 'text' && leaf.text !== null) return previewOfText(leaf.text);
  if (leaf.view === 'tree' && root !== undefined)
    return root.shape === 'object' || root.shape === 'list' ? members(tree.nodes, parent) : single(root);
  const bytes = buffers.at(-1) ?? new Uint8Array();
  return preview(bytes, bytes.length, PREVIEW_CHARS);
}

function single(node: TreeNode): Preview {
  if (node.shape === 'number') return { kind: 'number', text: node.text };
  return shortText(escapeUnsafe(node.shape === 'bytes' ? scalarText(node) : node.text));
}

function shortText(text: string): Preview {
  return { kind: 'text', text: text.slice(0, PREVIEW_CHARS), cut: text.length > PREVIEW_CHARS };
}

function previewOfText(text: string): Preview {
  const bytes = encoder.encode(text.slice(0, TEXT_CHARS));
  return preview(bytes, text.length > TEXT_CHARS ? bytes.length + 1 : bytes.length, PREVIEW_CHARS);
}

/** Of Sparkplug B its metrics say something, not the envelope; the place of what holds them. */
function metricsIn(nodes: readonly TreeNode[]): number {
  const at = nodes.findIndex(({ depth, key, children }) => depth === 1 && key === 'metrics' && children > 0);
  return Math.max(0, at);
}

function members(nodes: readonly TreeNode[], parent: number): Preview {
  const root = nodes[parent];
  const parts: [string, string][] = [];
  let room = PREVIEW_CHARS;
  const end = parent + (root?.descendants ?? 0);
  for (let at = parent + 1; at <= end && room > 0;) {
    const node = nodes[at];
    if (node === undefined) break;
    const value = partText(node);
    parts.push([escapeUnsafe(node.key ?? ''), value]);
    room -= value.length + (node.key?.length ?? 0) + 3;
    at += node.descendants + 1;
  }
  return {
    kind: 'json',
    shape: root?.shape === 'list' ? 'list' : 'object',
    parts,
    left: (root?.children ?? 0) - parts.length,
    atLeast: false,
  };
}

function partText(node: TreeNode): string {
  if (node.shape === 'object') return node.children === 0 ? '{}' : '{…}';
  if (node.shape === 'list') return node.children === 0 ? '[]' : '[…]';
  const text = escapeUnsafe(scalarText(node));
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
