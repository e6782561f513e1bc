import type { ColumnId, Columns } from '../../../state/tree/tree-columns.ts';

/** Widths of the columns as they are drawn, px; those that have no room are left out. */
export function drawnWidths(head: ParentNode, columns: Columns): ReadonlyMap<ColumnId, number> {
  const widths = new Map<ColumnId, number>();
  for (const cell of head.querySelectorAll<HTMLElement>('[data-column]')) {
    const id = columns.find((one) => one.id === cell.dataset.column)?.id;
    const { width } = cell.getBoundingClientRect();
    if (id !== undefined && width > 0) widths.set(id, Math.round(width));
  }
  return widths;
}
