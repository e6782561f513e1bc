import type { Decoded, DecodedNode } from '../../../../src-main/contract/decoding/decoded.ts';
import { wholeUnits } from '../../../../src-main/core/payload/utf8.ts';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { writePath } from '../../../../src-main/core/query/grammar/json-path.ts';
import type { JsonStep } from '../../../../src-main/core/query/grammar/query.ts';

/** Bytes from..to, of which `to` is none. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Characters of a name or a value that a cell has room for. */
const MOST_CHARS = 120;

/** A row of `treegrid` "Fields". */
export interface FieldRow {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  /** Null where it is not known which bytes they are. */
  readonly bytes: ByteRange | null;
  /** 1 at the top. */
  readonly level: number;
}

/** The values that have a row: of an object or list its members, else the value itself. Indices in `nodes`. */
export function firstField(nodes: readonly DecodedNode[]): number {
  return nodes[0]?.shape === 'object' || nodes[0]?.shape === 'list' ? 1 : 0;
}

/** @param inList what stands for it where it has no key: its place in the list */
export function fieldRow(node: DecodedNode, inList: string): FieldRow {
  const { key, type, note, depth } = node;
  return {
    name: escapeUnsafe(shortened(key ?? inList, MOST_CHARS)),
    value: valueText(node),
    type: note === '' ? type : `${type}, ${note}`,
    bytes: rangeOf(node),
    level: Math.max(1, depth),
  };
}

export function rangeOf({ at, length }: DecodedNode): ByteRange | null {
  return at === null || length === null || length === 0 ? null : { from: at, to: at + length };
}

function valueText({ shape, text, children }: DecodedNode): string {
  if (shape === 'object') return children === 0 ? '{}' : `{ ${children} }`;
  if (shape === 'list') return children === 0 ? '[]' : `[ ${children} ]`;
  const shown = escapeUnsafe(
    text.length > MOST_CHARS ? `${text.slice(0, wholeUnits(text, MOST_CHARS))}…` : text,
  );
  if (shape === 'text') return `"${shown}"`;
  return shape === 'bytes' ? `h'${shown}'` : shown;
}

/** The places of values in the list that holds them, by index; empty for members of objects. */
export function placesInLists(nodes: readonly DecodedNode[]): readonly string[] {
  const open: { readonly isList: boolean; count: number }[] = [];
  return nodes.map(({ depth, shape }) => {
    open.length = Math.min(open.length, depth);
    const parent = open.at(-1);
    const place = parent?.isList === true ? String(parent.count++) : '';
    open.push({ isList: shape === 'list', count: 0 });
    return place;
  });
}

/** The smallest value that has all these bytes; null where none has. */
export function fieldOfBytes(nodes: readonly DecodedNode[], { from, to }: ByteRange): number | null {
  let best: number | null = null;
  let size = Infinity;
  for (let at = firstField(nodes); at < nodes.length; at++) {
    const range = nodes[at] === undefined ? null : rangeOf(nodes[at]!);
    // Of two that have the same bytes the inner one comes later.
    if (range === null || range.from > from || range.to < to || range.to - range.from > size) continue;
    best = at;
    size = range.to - range.from;
  }
  return best;
}

/** The way to a value from the whole. */
export function pathOfField(
  nodes: readonly DecodedNode[],
  places: readonly string[],
  index: number,
): readonly JsonStep[] {
  const path: JsonStep[] = [];
  let depth = Infinity;
  for (let at = index; at > 0; at--) {
    const node = nodes[at];
    if (node === undefined || node.depth >= depth) continue;
    depth = node.depth;
    if (depth === 0) break;
    path.unshift(node.key ?? Number(places[at]));
  }
  return path;
}

/** The way to a value as it may be shown; the whole is `value`. */
export function pathWords(nodes: readonly DecodedNode[], places: readonly string[], index: number): string {
  return escapeUnsafe(shortened(writePath(pathOfField(nodes, places, index)))) || 'value';
}

/** The bytes that can be looked at: those received, and what came out of each stage. */
export function stageChoices({ stages }: Pick<Decoded, 'stages'>): readonly string[] {
  return stages.map((_, at) => (at === 0 ? 'As received' : `After ${stages[at - 1]?.label ?? ''}`));
}
