import type { PacketField } from '../../../../src-main/contract/session/packets.ts';

/** A field in the flattened tree. */
export interface FieldRow {
  /** Indices from the top, e.g. `3.0`. */
  readonly path: string;
  readonly field: PacketField;
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
}

/** The rows of a tree whose nodes are open unless they are among `closed`. */
export function fieldRows(fields: readonly PacketField[], closed: ReadonlySet<string>): readonly FieldRow[] {
  const rows: FieldRow[] = [];
  const add = (list: readonly PacketField[], prefix: string, level: number): void => {
    for (const [index, field] of list.entries()) {
      const path = prefix === '' ? String(index) : `${prefix}.${index}`;
      rows.push({ path, field, level, position: index + 1, siblings: list.length });
      if (!closed.has(path)) add(field.children, path, level + 1);
    }
  };
  add(fields, '', 1);
  return rows;
}

/** The innermost field of a byte among rows; null where no field claims it. */
export function fieldAt(rows: readonly FieldRow[], at: number): FieldRow | null {
  let found: FieldRow | null = null;
  for (const row of rows) {
    const { offset, length } = row.field;
    if (at >= offset && at < offset + length && (found === null || row.level >= found.level)) found = row;
  }
  return found;
}

/** The path of the parent of a path; null at the top. */
export function parentPath(path: string): string | null {
  const cut = path.lastIndexOf('.');
  return cut < 0 ? null : path.slice(0, cut);
}

/** What a key does in the tree of fields. `stay`: it is a key of the tree that has nothing to do here. */
export type FieldKey = { readonly kind: 'go' | 'toggle'; readonly row: FieldRow } | { readonly kind: 'stay' };

/**
 * @param at place of the row that has the tab stop
 * @returns null where the key means nothing here
 */
export function fieldKey(
  key: string,
  rows: readonly FieldRow[],
  at: number,
  closed: ReadonlySet<string>,
): FieldKey | null {
  const here = rows[at];
  if (here === undefined) return null;
  const isBranch = here.field.children.length > 0;
  const isOpen = isBranch && !closed.has(here.path);
  const go = (row: FieldRow | undefined): FieldKey =>
    row === undefined ? { kind: 'stay' } : { kind: 'go', row };
  const toggle: FieldKey = { kind: 'toggle', row: here };
  switch (key) {
    case 'ArrowDown':
      return go(rows[at + 1]);
    case 'ArrowUp':
      return go(rows[at - 1]);
    case 'Home':
      return go(rows[0]);
    case 'End':
      return go(rows.at(-1));
    case 'ArrowRight':
      if (isOpen) return go(rows[at + 1]);
      return isBranch ? toggle : { kind: 'stay' };
    case 'ArrowLeft':
      if (isOpen) return toggle;
      return go(rows.find(({ path }) => path === parentPath(here.path)));
    default:
      return null;
  }
}
