import { bytesRows, compareBytes } from '../../../../src-main/core/compare/bytes.ts';
import {
  compareJson,
  differenceRows,
  type Change,
  type DifferenceRow,
  type JsonDifference,
} from '../../../../src-main/core/compare/json.ts';
import { compareLines, type LinesRow } from '../../../../src-main/core/compare/text.ts';
import { asciiOf } from '../../../../src-main/core/payload/hex.ts';
import { hexPairs } from '../../../../src-main/core/payload/hex-text.ts';
import { jsonNodes, type JsonNode } from '../../../../src-main/core/payload/json-nodes.ts';
import { decodeStrict, wholeUnits } from '../../../../src-main/core/payload/utf8.ts';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { writePath } from '../../../../src-main/core/query/grammar/json-path.ts';
import type { JsonStep } from '../../../../src-main/core/query/grammar/query.ts';
import type { Kept } from '../../../state/inspector/comparing.ts';
import { formatCounted, formatDuration, formatSpan, formatCount, plural } from '../../../ui/base/format.ts';

/** How two payloads were compared. */
export type Comparison =
  /** `decoded`: none of the two is JSON as it was sent. */
  | { readonly kind: 'json'; readonly root: JsonDifference; readonly decoded: boolean }
  | { readonly kind: 'lines'; readonly rows: readonly LinesRow[] }
  | { readonly kind: 'bytes'; readonly before: Uint8Array; readonly now: Uint8Array };

/** A row of `treegrid` "Differences". */
export interface DiffRow {
  readonly id: string;
  readonly kind: 'same' | 'changed' | 'added' | 'removed' | 'branch';
  readonly level: number;
  /** Null: nothing below it. */
  readonly open: boolean | null;
  readonly name: string;
  readonly before: string;
  readonly now: string;
  readonly change: string;
  /** For colours. */
  readonly tone: 'string' | 'number' | 'literal' | 'text';
}

export interface DiffRows {
  readonly rows: readonly DiffRow[];
  /** Not all of them: the list is cut. */
  readonly cut: boolean;
}

const MOST_ROWS = 20_000;
/** Of a value as much as a cell can show. */
const MOST_CHARS = 200;
const BYTES_A_ROW = 8;

/** What the decoder made of both where it made something alike of them, else their bytes. */
export function compareKept(before: Compared, now: Compared): Comparison {
  const [was, is] = [before.decoded, now.decoded];
  if (was?.kind === 'tree' && is?.kind === 'tree')
    return { kind: 'json', root: compareJson(was.root, is.root), decoded: true };
  if (was?.kind === 'text' && is?.kind === 'text')
    return { kind: 'lines', rows: compareLines(was.text, is.text) };
  return compare(before.message.bytes, now.message.bytes);
}

type Compared = Pick<Kept, 'decoded'> & { readonly message: Pick<Kept['message'], 'bytes'> };

/**
 * JSON by its fields where both are JSON, else lines where both are text, else bytes.
 *
 * @param linesMs how long lines may be compared, ms
 */
export function compare(before: Uint8Array, now: Uint8Array, linesMs?: number): Comparison {
  const texts = [decodeStrict(before), decodeStrict(now)] as const;
  const [was, is] = texts;
  if (was === null || is === null || was.includes('\0') || is.includes('\0'))
    return { kind: 'bytes', before, now };
  const [left, right] = [jsonNodes(was), jsonNodes(is)];
  if (left !== null && right !== null)
    return { kind: 'json', root: compareJson(left, right), decoded: false };
  return { kind: 'lines', rows: compareLines(was, is, linesMs) };
}

export function diffRows(
  comparison: Comparison,
  onlyChanges: boolean,
  closed: ReadonlySet<string>,
): DiffRows {
  switch (comparison.kind) {
    case 'json':
      return cutRows(jsonRows(comparison.root, onlyChanges, closed));
    case 'lines':
      return cutRows(comparison.rows.filter(({ kind }) => !onlyChanges || kind !== 'same').map(lineRow));
    case 'bytes':
      return cutRows(byteRows(comparison.before, comparison.now, onlyChanges));
  }
}

function cutRows(rows: readonly DiffRow[]): DiffRows {
  return { rows: rows.slice(0, MOST_ROWS), cut: rows.length > MOST_ROWS };
}

function jsonRows(root: JsonDifference, onlyChanges: boolean, closed: ReadonlySet<string>): DiffRow[] {
  const isClosed = (item: JsonDifference) => closed.size > 0 && closed.has(idOf(item.path));
  const most = MOST_ROWS + 1;
  return differenceRows(root, { onlyChanges, isClosed, most }).map((row) => new JsonRow(row));
}

/** Written when it is looked at: of thousands of rows a few are on screen. */
class JsonRow implements DiffRow {
  readonly kind: DiffRow['kind'];
  readonly level: number;
  readonly open: boolean | null;
  readonly #row: DifferenceRow;

  constructor(row: DifferenceRow) {
    this.#row = row;
    this.kind = row.item.kind;
    this.level = row.level;
    this.open = row.open;
  }

  get id(): string {
    return idOf(this.#row.item.path);
  }

  get name(): string {
    const { steps } = this.#row;
    return steps.length === 0 ? 'value' : shortened(escapeUnsafe(stepsText(steps)), MOST_CHARS);
  }

  get before(): string {
    const { before } = this.#row.item;
    return before === null ? '' : nodeText(before);
  }

  get now(): string {
    const { now } = this.#row.item;
    return now === null ? '' : nodeText(now);
  }

  get change(): string {
    const { item } = this.#row;
    if (item.kind !== 'branch') return changeWords(item);
    return `${formatCount(item.differing)} of ${formatCount(item.fields)} differ`;
  }

  get tone(): DiffRow['tone'] {
    const { now, before } = this.#row.item;
    return toneOf(now ?? before);
  }
}

function idOf(path: readonly JsonStep[]): string {
  return JSON.stringify(path);
}

/** A place in a list is its number alone, as in the list itself. */
function stepsText(steps: readonly JsonStep[]): string {
  const [first] = steps;
  return steps.length === 1 && typeof first === 'number' ? String(first) : writePath(steps);
}

function toneOf(node: JsonNode | null): DiffRow['tone'] {
  if (node === null || node.kind === 'object' || node.kind === 'list') return 'text';
  return node.kind;
}

function nodeText(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return node.keys.length === 0 ? '{}' : `{ ${formatCounted(node.keys.length, 'field')} }`;
    case 'list':
      return node.values.length === 0 ? '[]' : `[ ${formatCounted(node.values.length, 'item')} ]`;
    default:
      return cellText(node.text);
  }
}

function cellText(text: string): string {
  return escapeUnsafe(text.length > MOST_CHARS ? `${text.slice(0, wholeUnits(text, MOST_CHARS))}…` : text);
}

function changeWords({ kind, before, now, change }: JsonDifference): string {
  if (kind === 'added' || kind === 'removed') return kind;
  if (kind === 'same') return '';
  const words = movedWords(change);
  if (words !== null) return words;
  const [was, is] = [before?.kind, now?.kind];
  return was === undefined || is === undefined || was === is ? 'changed' : `${NAMES[was]} to ${NAMES[is]}`;
}

const NAMES: Readonly<Record<JsonNode['kind'], string>> = {
  object: 'object',
  list: 'list',
  string: 'text',
  number: 'number',
  literal: 'literal',
};

function movedWords(change: Change): string | null {
  switch (change.kind) {
    case 'number':
      return change.share === null
        ? change.difference
        : `${change.difference}, ${percentWords(change.share)}`;
    case 'time': {
      const ms = Math.abs(change.ms);
      return `${change.ms < 0 ? '−' : '+'}${ms < 60_000 ? formatDuration(ms) : formatSpan(ms)}`;
    }
    case 'spelling':
      return 'written otherwise';
    case 'other':
      return null;
  }
}

function percentWords(share: number): string {
  const percent = Math.abs(share) * 100;
  if (percent >= 1_000) return 'over 1,000 %';
  return percent < 0.05 ? 'under 0.1 %' : `${percent.toFixed(1).replace('.0', '')} %`;
}

function lineRow({ kind, beforeLine, nowLine, before, now }: LinesRow): DiffRow {
  return {
    id: `${beforeLine ?? ''} ${nowLine ?? ''}`,
    kind,
    level: 1,
    open: null,
    name: lineName(beforeLine, nowLine),
    before: before === null ? '' : cellText(before),
    now: now === null ? '' : cellText(now),
    change: kind === 'same' ? '' : kind,
    tone: 'text',
  };
}

function lineName(before: number | null, now: number | null): string {
  if (before === null || now === null || before === now) return `Line ${formatCount(now ?? before ?? 0)}`;
  return `Line ${formatCount(before)} → ${formatCount(now)}`;
}

function byteRows(before: Uint8Array, now: Uint8Array, onlyChanges: boolean): DiffRow[] {
  return bytesRows(before, now, BYTES_A_ROW, onlyChanges, MOST_ROWS + 1).map((row) => {
    const kind = row.same
      ? 'same'
      : row.beforeAt === null
        ? 'added'
        : row.nowAt === null
          ? 'removed'
          : 'changed';
    const was = part(before, row.beforeAt, row.beforeLength);
    const is = part(now, row.nowAt, row.nowLength);
    return {
      id: `${row.beforeAt ?? ''} ${row.nowAt ?? ''}`,
      kind,
      level: 1,
      open: null,
      name: offsetName(row.beforeAt, row.nowAt),
      before: hexPairs(was),
      now: hexPairs(is),
      change: row.same ? '' : `${asciiText(was)} ${asciiText(is)}`.trim(),
      tone: 'text',
    };
  });
}

function offsetName(before: number | null, now: number | null): string {
  const hex = (at: number) => at.toString(16).padStart(4, '0');
  if (before === null || now === null || before === now) return hex(now ?? before ?? 0);
  return `${hex(before)} → ${hex(now)}`;
}

function part(bytes: Uint8Array, at: number | null, length: number): Uint8Array {
  return at === null ? bytes.subarray(0, 0) : bytes.subarray(at, at + length);
}

function asciiText(bytes: Uint8Array): string {
  return [...bytes].map(asciiOf).join('');
}

/** `8 changed`, and the rest: `1 added, 1 removed, 11 equal`. */
export function summaryWords(comparison: Comparison): { readonly main: string; readonly rest: string } {
  if (comparison.kind === 'bytes') {
    const { before, now } = comparison;
    const { differing, start, end } = compareBytes(before, now);
    const main =
      differing === 0
        ? 'Nothing differs'
        : `${formatCounted(differing, 'byte')} ${plural(differing, 'differs', 'differ')}`;
    return { main, rest: `${formatCounted(start + end, 'byte')} at the ends equal` };
  }
  const counts = { same: 0, changed: 0, added: 0, removed: 0 };
  if (comparison.kind === 'json') countLeaves(comparison.root, counts);
  else for (const { kind } of comparison.rows) counts[kind]++;
  const { same, changed, added, removed } = counts;
  const what = comparison.kind === 'json' ? 'field' : 'line';
  if (changed + added + removed === 0)
    return { main: 'Nothing differs', rest: `${formatCounted(same, what)} equal` };
  const rest = [
    ...(added === 0 ? [] : [`${formatCount(added)} added`]),
    ...(removed === 0 ? [] : [`${formatCount(removed)} removed`]),
    `${formatCount(same)} equal`,
  ];
  return { main: `${formatCount(changed)} changed`, rest: rest.join(', ') };
}

function countLeaves(
  item: JsonDifference,
  counts: Record<'same' | 'changed' | 'added' | 'removed', number>,
): void {
  if (item.kind === 'branch') for (const child of item.children) countLeaves(child, counts);
  else counts[item.kind]++;
}
