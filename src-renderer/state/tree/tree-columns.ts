import { createStore, type StoreApi } from 'zustand/vanilla';
import { z } from 'zod';
import type { SortColumn } from '../../../src-main/contract/model/sorting.ts';
import { MAX_ROW_FIELDS, RowField } from '../../../src-main/contract/model/view.ts';
import type { WebStorage } from './view-memory.ts';

/** Columns beside the topic, in the order in which they are offered. */
export const COLUMN_IDS = ['value', 'messages', 'rate', 'seen', 'size'] as const;
type OwnColumn = (typeof COLUMN_IDS)[number];
/** A field of JSON is called by its path, which is written as JSON. */
export type ColumnId = OwnColumn | `json:${string}`;

/** A way into a JSON value: names of members and places in lists. */
export type FieldPath = readonly (string | number)[];

/** Characters of a path as JSON. */
const MOST_PATH = 2_000;
const FieldColumn = z
  .templateLiteral(['json:', z.string()])
  .refine((id) => id.length <= MOST_PATH && fieldPath(id) !== null);

export function fieldColumn(path: FieldPath): ColumnId {
  return `json:${JSON.stringify(path)}`;
}

/** Null: it is no column of a field. */
export function fieldPath(id: string): FieldPath | null {
  if (!id.startsWith('json:')) return null;
  try {
    return RowField.safeParse(JSON.parse(id.slice('json:'.length))).data ?? null;
  } catch {
    return null;
  }
}

export interface ColumnLook {
  readonly name: string;
  /** Null: it does not sort. */
  readonly sorts: SortColumn | null;
  /** Figures stand at the right. */
  readonly isFigure: boolean;
  /** px, where nobody chose another. */
  readonly width: number;
}

const OWN_LOOKS: Readonly<Record<OwnColumn, ColumnLook>> = {
  value: { name: 'Value', sorts: null, isFigure: false, width: 200 },
  messages: { name: 'Messages', sorts: 'messages', isFigure: true, width: 80 },
  rate: { name: 'Rate', sorts: 'rate', isFigure: true, width: 104 },
  seen: { name: 'Last seen', sorts: 'seen', isFigure: true, width: 80 },
  size: { name: 'Size', sorts: 'size', isFigure: true, width: 80 },
};

export function lookOf(id: ColumnId): ColumnLook {
  const own = COLUMN_IDS.find((one) => one === id);
  if (own !== undefined) return OWN_LOOKS[own];
  const name = String(fieldPath(id)?.at(-1) ?? '');
  return { name, sorts: null, isFigure: true, width: 96 };
}

export const TreeColumn = z.object({
  id: z.union([z.enum(COLUMN_IDS), FieldColumn]),
  /** px; null: as the layout has it. */
  width: z.number().min(1).max(10_000).nullable(),
});
export type TreeColumn = Readonly<z.infer<typeof TreeColumn>>;
export type Columns = readonly TreeColumn[];

export const DEFAULT_COLUMNS: Columns = (['value', 'messages', 'rate', 'seen'] as const).map((id) => ({
  id,
  width: null,
}));

/** px that a column needs to be of use; the topic needs more. */
export const LEAST_WIDTH = 48;
export const MOST_WIDTH = 1_200;
const LEAST_TOPIC = 140;

/** Nothing was chosen: the layout follows the width of the tree. */
export function isDefault(columns: Columns): boolean {
  return (
    columns.length === DEFAULT_COLUMNS.length &&
    columns.every(({ id, width }, at) => id === DEFAULT_COLUMNS[at]?.id && width === null)
  );
}

/** Fields among the columns, in their order. */
export function fieldsOf(columns: Columns): readonly FieldPath[] {
  return columns.map(({ id }) => fieldPath(id)).filter((path) => path !== null);
}

/** A column that is hidden comes last; one that is shown goes. */
export function toggled(columns: Columns, id: ColumnId): Columns {
  return columns.some((one) => one.id === id)
    ? columns.filter((one) => one.id !== id)
    : [...columns, { id, width: null }];
}

/** So many places to the right; the same where there is no such place. */
export function moved(columns: Columns, id: ColumnId, by: number): Columns {
  const from = columns.findIndex((one) => one.id === id);
  const to = from + by;
  const column = columns[from];
  if (column === undefined || to < 0 || to >= columns.length) return columns;
  return columns.filter((one) => one.id !== id).toSpliced(to, 0, column);
}

/** The column stands before another one; null: at the end. */
export function placed(columns: Columns, id: ColumnId, before: ColumnId | null): Columns {
  const column = columns.find((one) => one.id === id);
  if (column === undefined || id === before) return columns;
  const others = columns.filter((one) => one.id !== id);
  const at = before === null ? others.length : others.findIndex((one) => one.id === before);
  if (at < 0 || columns[at]?.id === id) return columns;
  return others.toSpliced(at, 0, column);
}

/** A column from its left edge to its right one, px. */
export interface ColumnEdges {
  readonly id: ColumnId;
  readonly left: number;
  readonly right: number;
}

/**
 * The column before which one is dropped: the first whose middle lies right of the pointer; null: none
 * does.
 *
 * @param drawn from the left to the right
 */
export function dropBefore(drawn: readonly ColumnEdges[], x: number): ColumnId | null {
  return drawn.find(({ left, right }) => x < (left + right) / 2)?.id ?? null;
}

/** @param width px; kept within what is of use */
export function resized(columns: Columns, id: ColumnId, width: number): Columns {
  const kept = Math.round(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width)));
  return columns.map((one) => (one.id === id ? { ...one, width: kept } : one));
}

/** Columns without a width of their own get the one that they are drawn with. */
export function frozen(columns: Columns, widths: ReadonlyMap<ColumnId, number>): Columns {
  return columns.map((one) => ({ ...one, width: one.width ?? widths.get(one.id) ?? null }));
}

/**
 * Tracks of the grid, for `grid-template-columns`: the topic takes what is left, and where there is too
 * little room all others give some.
 */
export function tracksOf(columns: Columns): string {
  const tracks = columns.map(({ id, width }) => {
    if (width !== null) return `minmax(${String(LEAST_WIDTH)}px, ${String(width)}px)`;
    if (id === 'value') return 'minmax(80px, 1fr)';
    return `minmax(${String(LEAST_WIDTH)}px, ${String(lookOf(id).width)}px)`;
  });
  return [`minmax(${String(LEAST_TOPIC)}px, 1.2fr)`, ...tracks].join(' ');
}

const KEY = 'topicscope.columns';
/** Profiles of which columns are remembered; the oldest make room. */
const MOST_PLACES = 50;
const Kept = z.array(z.tuple([z.string(), z.array(TreeColumn).max(COLUMN_IDS.length + MAX_ROW_FIELDS)]));

/** The columns of the tree as a person chose them, remembered by this window for a profile. */
export class TreeColumns {
  readonly store: StoreApi<{ readonly columns: Columns }>;
  readonly #memory: WebStorage | null;
  readonly #place: string;

  /** @param place the profile, or the address where there is none */
  constructor(memory: WebStorage | null, place: string) {
    this.#memory = memory;
    this.#place = place;
    const kept = this.#all().find(([one]) => one === place)?.[1];
    this.store = createStore(() => ({ columns: kept === undefined ? DEFAULT_COLUMNS : unique(kept) }));
  }

  get columns(): Columns {
    return this.store.getState().columns;
  }

  toggle(id: ColumnId): void {
    this.#set(toggled(this.columns, id));
  }

  move(id: ColumnId, by: number): void {
    this.#set(moved(this.columns, id, by));
  }

  place(id: ColumnId, before: ColumnId | null): void {
    this.#set(placed(this.columns, id, before));
  }

  resize(id: ColumnId, width: number): void {
    this.#set(resized(this.columns, id, width));
  }

  freeze(widths: ReadonlyMap<ColumnId, number>): void {
    this.#set(frozen(this.columns, widths));
  }

  reset(): void {
    this.#set(DEFAULT_COLUMNS);
  }

  #set(columns: Columns): void {
    if (columns === this.columns) return;
    this.store.setState({ columns });
    const others = this.#all().filter(([place]) => place !== this.#place);
    const all = isDefault(columns) ? others : [...others, [this.#place, columns]];
    try {
      this.#memory?.setItem(KEY, JSON.stringify(all.slice(-MOST_PLACES)));
    } catch {
      // Storage is full or forbidden: the columns then last as long as the window.
    }
  }

  #all(): z.infer<typeof Kept> {
    try {
      return Kept.safeParse(JSON.parse(this.#memory?.getItem(KEY) ?? '[]')).data ?? [];
    } catch {
      return [];
    }
  }
}

function unique(columns: Columns): Columns {
  return columns.filter(({ id }, at) => columns.findIndex((one) => one.id === id) === at);
}
