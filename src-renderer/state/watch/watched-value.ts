import type { DecodedNode } from '../../../src-main/contract/decoding/decoded.ts';
import { valueAt } from '../../../src-main/core/message/value-at.ts';
import { preview } from '../../../src-main/core/payload/preview.ts';
import { previewWords } from '../../../src-main/core/payload/preview-notation.ts';
import { BYTE_ORDER_MARK, decodeStrict } from '../../../src-main/core/payload/utf8.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { formatBytes } from '../../../src-main/core/text/amounts.ts';

/** What a watched item shows: a value as it was sent, or why there is none. */
export type WatchedValue =
  | { readonly kind: 'number'; readonly text: string; readonly number: number }
  | { readonly kind: 'text'; readonly text: string }
  /** The message has no such field, or is no JSON. */
  | { readonly kind: 'missing'; readonly text: string };

/** Characters that are shown of a value. */
const MAX_CHARS = 60;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number as it was written: its digits are kept, however many. */
class Written {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseJson = JSON.parse as (text: string, reviver: Reviver) => unknown;

/**
 * @param bytes of the payload, maybe only its beginning
 * @param size bytes of the whole payload
 * @param path to a field of its JSON; null: all of it
 */
export function watchedValue(
  bytes: Uint8Array,
  size: number,
  path: readonly (string | number)[] | null,
): WatchedValue {
  const text = decodeStrict(bytes);
  if (path === null) return wholeValue(bytes, size, text);
  if (bytes.length < size) return missing('too large');
  if (text === null) return missing('no JSON');
  let at: unknown;
  try {
    at = parseJson(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, (_key, value, { source }) =>
      typeof value === 'number' ? new Written(source ?? String(value)) : value,
    );
  } catch (error) {
    return missing(error instanceof RangeError ? 'nested too deep' : 'no JSON');
  }
  for (const step of path) {
    const isThere =
      typeof at === 'object' && at !== null && !(at instanceof Written) && Object.hasOwn(at, step);
    if (!isThere) return missing('no such field');
    at = (at as Record<string | number, unknown>)[step];
  }
  return fieldValue(at);
}

/** Whether a field is found in it only by the decoder. */
export function needsDecoder(bytes: Uint8Array): boolean {
  const text = decodeStrict(bytes);
  return bytes.length > 0 && (text === null || text.includes('\0'));
}

/** The value at a path of a payload that was decoded. */
export function decodedValue(
  nodes: readonly DecodedNode[],
  path: readonly (string | number)[],
): WatchedValue {
  if (nodes.length === 0) return missing('not decoded');
  const node = nodes[valueAt(nodes, path)];
  if (node === undefined) return missing('no such field');
  switch (node.shape) {
    case 'number':
      return numberOf(node.text);
    case 'object':
      return { kind: 'text', text: '{…}' };
    case 'list':
      return { kind: 'text', text: `list of ${String(node.children)}` };
    case 'bytes':
      return { kind: 'text', text: shown(`h'${node.text}'`) };
    default:
      return { kind: 'text', text: shown(node.text) };
  }
}

function wholeValue(bytes: Uint8Array, size: number, text: string | null): WatchedValue {
  if (size === 0) return missing('empty');
  if (text === null) return { kind: 'text', text: `binary, ${formatBytes(size)}` };
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return numberOf(trimmed);
  const short = preview(bytes, size, MAX_CHARS);
  // As in the tree: what says most comes first, and no number is cut.
  return { kind: 'text', text: short.kind === 'json' ? previewWords(short, MAX_CHARS) : shown(trimmed) };
}

function fieldValue(value: unknown): WatchedValue {
  if (value instanceof Written) return numberOf(value.source);
  if (typeof value === 'string') return { kind: 'text', text: shown(value) };
  if (Array.isArray(value)) return { kind: 'text', text: `list of ${String(value.length)}` };
  if (typeof value === 'object' && value !== null) return { kind: 'text', text: '{…}' };
  return { kind: 'text', text: String(value) };
}

function numberOf(text: string): WatchedValue {
  return { kind: 'number', text: text.slice(0, MAX_CHARS), number: Number(text) };
}

function missing(text: string): WatchedValue {
  return { kind: 'missing', text };
}

function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return escapeUnsafe(line.length > MAX_CHARS ? `${line.slice(0, MAX_CHARS - 1)}…` : line);
}
