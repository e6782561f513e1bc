import type { Preview } from '../../contract/model/message.ts';
import { preview } from '../../core/payload/preview.ts';
import { escapeUnsafe } from '../../core/payload/visible.ts';
import { scalarText } from '../base/notation.ts';
import type { TreeNode } from '../base/tree.ts';
import type { Ran } from './run.ts';

/** Most characters of a value. */
const VALUE_CHARS = 120;
/** Most characters of a long text that are looked at. */
const TEXT_CHARS = 4_096;
/** Most characters of a JSON document that are read; the members after them are counted. */
const JSON_CHARS = 16_384;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LITERALS: ReadonlySet<string> = new Set(['true', 'false', 'null']);
const encoder = new TextEncoder();

/**
 * What a decoded payload says in one short line, in the same form as JSON has. Null: nothing was found in it
 * that its bytes do not say as well.
 * @param chars about how long it may be
 */
export function shortForm(ran: Ran, chars: number): Preview | null {
  const { stages, failure } = ran;
  if (failure !== null || (stages.length === 1 && stages[0]?.decoder === 'bytes')) return null;
  const isSparkplug = stages.at(-1)?.decoder === 'sparkplug';
  return leafForm(ran, isSparkplug ? metricsIn(ran.tree.nodes) : 0, chars);
}

/** @param parent the place of the value whose members say something */
function leafForm({ leaf, tree, buffers }: Ran, parent: number, chars: number): Preview {
  const [root] = tree.nodes;
  if (leaf.view === 'image') return shortText(`${leaf.label}, ${leaf.detail}`, chars);
  // What a time says to a person, not how it was sent.
  if (root?.shape === 'date') return shortText(escapeUnsafe(root.text), chars);
  if (leaf.view === 'text' && leaf.text !== null) return previewOfText(leaf.text, chars);
  if (leaf.view === 'tree' && root !== undefined)
    return root.shape === 'object' || root.shape === 'list'
      ? members(tree.nodes, parent, chars)
      : single(root, chars);
  const bytes = buffers.at(-1) ?? new Uint8Array();
  return preview(bytes, bytes.length, chars);
}

function single(node: TreeNode, chars: number): Preview {
  if (node.shape === 'number') return { kind: 'number', text: node.text };
  return shortText(escapeUnsafe(node.shape === 'bytes' ? scalarText(node) : node.text), chars);
}

function shortText(text: string, chars: number): Preview {
  return { kind: 'text', text: text.slice(0, chars), cut: text.length > chars };
}

function previewOfText(text: string, chars: number): Preview {
  const bytes = encoder.encode(text.slice(0, TEXT_CHARS));
  return preview(bytes, text.length > TEXT_CHARS ? bytes.length + 1 : bytes.length, chars);
}

/** The place of the node that holds the metrics of Sparkplug B: they are shown instead of the envelope. */
function metricsIn(nodes: readonly TreeNode[]): number {
  const at = nodes.findIndex(({ depth, key, children }) => depth === 1 && key === 'metrics' && children > 0);
  return Math.max(0, at);
}

/** As JSON would be: of its members those that say most. */
function members(nodes: readonly TreeNode[], parent: number, chars: number): Preview {
  const text = compactJson(nodes, parent);
  const bytes = encoder.encode(text.slice(0, JSON_CHARS));
  return preview(bytes, text.length > JSON_CHARS ? bytes.length + 1 : bytes.length, chars);
}

/** The values in and below one of them as JSON on one line; what JSON has not is a text. Cut when it is long. */
function compactJson(nodes: readonly TreeNode[], parent: number): string {
  const node = nodes[parent];
  if (node === undefined) return '';
  const isObject = node.shape === 'object';
  if (!isObject && node.shape !== 'list') return scalarJson(node);
  let text = isObject ? '{' : '[';
  for (let at = parent + 1, child = 0; child < node.children; child++) {
    const one = nodes[at];
    if (one === undefined || text.length > JSON_CHARS) return text;
    const key = isObject ? `${JSON.stringify(one.key ?? '')}:` : '';
    text += `${child === 0 ? '' : ','}${key}${compactJson(nodes, at)}`;
    at += one.descendants + 1;
  }
  return `${text}${isObject ? '}' : ']'}`;
}

function scalarJson(node: TreeNode): string {
  const { shape, text } = node;
  const isPlain = shape === 'number' ? JSON_NUMBER.test(text) : shape === 'literal' && LITERALS.has(text);
  if (isPlain) return text;
  return JSON.stringify(shape === 'bytes' ? scalarText(node) : text.slice(0, VALUE_CHARS));
}
