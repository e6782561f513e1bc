import type { JsonNode, JsonScalar } from '../payload/json-nodes.ts';
import { stringMeant } from '../payload/json-nodes.ts';
import { compareDecimals, readDecimal } from '../query/grammar/decimal.ts';
import type { JsonStep } from '../query/grammar/query.ts';
import { decimalDifference } from '../text/decimal.ts';
import { readIsoTime } from '../text/iso-time.ts';

/** How far a value moved. */
export type Change =
  /** `difference` with its sign, exact; `share` of the value before, 0.036 for 3.6 %, null where that was 0. */
  | { readonly kind: 'number'; readonly difference: string; readonly share: number | null }
  /** Between two times in ISO 8601, ms. */
  | { readonly kind: 'time'; readonly ms: number }
  /** The same value, written otherwise: `1.0` and `1.00`. */
  | { readonly kind: 'spelling' }
  | { readonly kind: 'other' };

/** A field of two documents of JSON. */
export interface JsonDifference {
  readonly kind: 'same' | 'changed' | 'added' | 'removed' | 'branch';
  readonly path: readonly JsonStep[];
  /** Its name below its parent; several steps where only one of what a parent holds differs. */
  readonly steps: readonly JsonStep[];
  /** Null where it is not there, and of a branch. */
  readonly before: JsonNode | null;
  readonly now: JsonNode | null;
  readonly change: Change;
  /** The parts of a branch; empty for a leaf. */
  readonly children: readonly JsonDifference[];
  /** Fields below it, itself included where it is none of a branch: how many differ, and how many there are. */
  readonly differing: number;
  readonly fields: number;
}

const OTHER: Change = { kind: 'other' };

/**
 * Compares field by field: members of an object by their names, the n-th of those that share one with
 * the n-th; elements of a list by their places. Takes time in proportion to the documents.
 */
export function compareJson(before: JsonNode, now: JsonNode): JsonDifference {
  return compared([], [], before, now);
}

function compared(
  path: readonly JsonStep[],
  steps: readonly JsonStep[],
  before: JsonNode,
  now: JsonNode,
): JsonDifference {
  const children = bothHold(before, now, path);
  if (children !== null && children.length > 0) return branch(path, steps, children);
  const same = children !== null || sameScalar(before, now);
  return leaf(same ? 'same' : 'changed', path, steps, before, now);
}

/** How far a value moved is computed when it is shown: of thousands that differ, a few are on screen. */
class Leaf implements JsonDifference {
  readonly kind: Exclude<JsonDifference['kind'], 'branch'>;
  readonly path: readonly JsonStep[];
  readonly steps: readonly JsonStep[];
  readonly before: JsonNode | null;
  readonly now: JsonNode | null;
  readonly children: readonly JsonDifference[] = [];
  readonly differing: number;
  readonly fields = 1;
  #change: Change | null = null;

  constructor(
    kind: Leaf['kind'],
    path: Leaf['path'],
    steps: Leaf['steps'],
    before: Leaf['before'],
    now: Leaf['now'],
  ) {
    this.kind = kind;
    this.path = path;
    this.steps = steps;
    this.before = before;
    this.now = now;
    this.differing = kind === 'same' ? 0 : 1;
  }

  get change(): Change {
    const { kind, before, now } = this;
    const isMoved = kind === 'changed' && before !== null && now !== null;
    return (this.#change ??= isMoved ? changeOf(before, now) : OTHER);
  }
}

function leaf(
  kind: Exclude<JsonDifference['kind'], 'branch'>,
  path: readonly JsonStep[],
  steps: readonly JsonStep[],
  before: JsonNode | null,
  now: JsonNode | null,
): JsonDifference {
  return new Leaf(kind, path, steps, before, now);
}

function branch(
  path: readonly JsonStep[],
  steps: readonly JsonStep[],
  children: readonly JsonDifference[],
): JsonDifference {
  let differing = 0;
  let fields = 0;
  for (const child of children) {
    differing += child.differing;
    fields += child.fields;
  }
  return {
    kind: 'branch',
    path,
    steps,
    before: null,
    now: null,
    change: OTHER,
    children,
    differing,
    fields,
  };
}

/** What two containers of the same kind hold; null where they are no such two. */
function bothHold(before: JsonNode, now: JsonNode, path: readonly JsonStep[]): JsonDifference[] | null {
  if (before.kind === 'list' && now.kind === 'list') {
    const length = Math.max(before.values.length, now.values.length);
    return Array.from({ length }, (_, at) => member(path, at, before.values[at], now.values[at]));
  }
  if (before.kind !== 'object' || now.kind !== 'object') return null;
  const left = byName(before.keys, before.values);
  const found: JsonDifference[] = [];
  for (const [at, key] of now.keys.entries()) {
    found.push(member(path, key, left.get(key)?.shift(), now.values[at]));
  }
  // Removed members come after the others, in their own order.
  for (const [at, key] of before.keys.entries()) {
    const value = before.values[at];
    const rest = left.get(key);
    if (rest?.[0] !== value) continue;
    rest?.shift();
    found.push(member(path, key, value, undefined));
  }
  return found;
}

function byName(keys: readonly string[], values: readonly JsonNode[]): Map<string, (JsonNode | undefined)[]> {
  const found = new Map<string, (JsonNode | undefined)[]>();
  for (const [at, key] of keys.entries()) {
    const known = found.get(key);
    if (known === undefined) found.set(key, [values[at]]);
    else known.push(values[at]);
  }
  return found;
}

function member(
  parent: readonly JsonStep[],
  step: JsonStep,
  before: JsonNode | undefined,
  now: JsonNode | undefined,
): JsonDifference {
  const path = [...parent, step];
  if (before === undefined) return leaf('added', path, [step], null, now ?? null);
  if (now === undefined) return leaf('removed', path, [step], before, null);
  return compared(path, [step], before, now);
}

function sameScalar(before: JsonNode, now: JsonNode): boolean {
  return isScalar(before) && isScalar(now) && before.kind === now.kind && before.text === now.text;
}

function isScalar(node: JsonNode): node is JsonScalar {
  return node.kind !== 'object' && node.kind !== 'list';
}

function changeOf(before: JsonNode, now: JsonNode): Change {
  if (before.kind === 'number' && now.kind === 'number') return numberChange(before.text, now.text);
  if (before.kind !== 'string' || now.kind !== 'string') return OTHER;
  const [from, to] = [stringMeant(before.text), stringMeant(now.text)];
  if (from === to) return { kind: 'spelling' };
  const [left, right] = [readIsoTime(from), readIsoTime(to)];
  const ms = left === null || right === null ? 0 : right.at - left.at;
  return ms === 0 ? OTHER : { kind: 'time', ms };
}

function numberChange(from: string, to: string): Change {
  const [before, now] = [Number(from), Number(to)];
  const exact = decimalDifference(from, to);
  const share = before === 0 ? null : (now - before) / Math.abs(before);
  if (exact !== null) return { kind: 'number', difference: exact, share };
  const [left, right] = [readDecimal(from), readDecimal(to)];
  if (left !== null && right !== null && compareDecimals(left, right) === 0) return { kind: 'spelling' };
  // With exponents, or very long: as exact as a double, or no difference.
  const difference = now - before;
  if (difference === 0 || !Number.isFinite(difference)) return OTHER;
  return { kind: 'number', difference: `${difference < 0 ? '−' : '+'}${Math.abs(difference)}`, share };
}

/** A row of the list of differences. */
export interface DifferenceRow {
  readonly item: JsonDifference;
  /** 1 at the top. */
  readonly level: number;
  /** Names from the row above it in the tree. */
  readonly steps: readonly JsonStep[];
  /** Null: nothing below it. */
  readonly open: boolean | null;
}

export interface RowChoice {
  readonly onlyChanges: boolean;
  readonly isClosed: (item: JsonDifference) => boolean;
  /** At most so many rows; the rest is left out. */
  readonly most: number;
}

/**
 * The rows of a comparison, from the top. With only the changes, a branch in which one thing differs is
 * no row of its own: what differs carries its name, `device.firmware`.
 */
export function differenceRows(root: JsonDifference, choice: RowChoice): DifferenceRow[] {
  const rows: DifferenceRow[] = [];
  if (root.kind === 'branch') for (const child of shown(root, choice)) addRows(rows, child, 1, [], choice);
  else if (root.differing > 0 || !choice.onlyChanges)
    rows.push({ item: root, level: 1, steps: [], open: null });
  return rows;
}

function shown({ children }: JsonDifference, { onlyChanges }: RowChoice): readonly JsonDifference[] {
  return onlyChanges ? children.filter(({ differing }) => differing > 0) : children;
}

function addRows(
  rows: DifferenceRow[],
  item: JsonDifference,
  level: number,
  above: readonly JsonStep[],
  choice: RowChoice,
): void {
  if (rows.length >= choice.most) return;
  const steps = [...above, ...item.steps];
  if (item.kind !== 'branch') return void rows.push({ item, level, steps, open: null });
  const children = shown(item, choice);
  const [only] = children;
  if (choice.onlyChanges && only !== undefined && children.length === 1)
    return addRows(rows, only, level, steps, choice);
  const open = !choice.isClosed(item);
  rows.push({ item, level, steps, open });
  if (open) for (const child of children) addRows(rows, child, level + 1, [], choice);
}
