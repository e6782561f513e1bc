import { useRef, type PointerEvent } from 'react';
import { LEAST_WIDTH, type ColumnId, type TreeColumns } from '../../../state/tree/tree-columns.ts';
import { drawnWidths, fittingWidth } from './drawn-widths.ts';

interface Drag {
  readonly x: number;
  readonly width: number;
}

/**
 * The line before a column: drawn to the left, it makes the column wider; a double click makes it as wide
 * as what it shows. By the keyboard the menu of the columns does that.
 */
export function ColumnGrip({ id, columns }: { readonly id: ColumnId; readonly columns: TreeColumns }) {
  const drag = useRef<Drag | null>(null);
  const begin = (event: PointerEvent<HTMLElement>) => {
    const head = event.currentTarget.closest<HTMLElement>('[role=row]');
    if (event.button !== 0 || head === null) return;
    event.preventDefault();
    // The head itself is dragged to another place.
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    const widths = drawnWidths(head, columns.columns);
    // The others stay as they are while one is drawn.
    columns.freeze(widths);
    drag.current = { x: event.clientX, width: widths.get(id) ?? LEAST_WIDTH };
  };
  return (
    <span
      aria-hidden
      className="tt-grip"
      onPointerDown={begin}
      onPointerMove={({ clientX }) => {
        const from = drag.current;
        if (from !== null) columns.resize(id, from.width + from.x - clientX);
      }}
      onDoubleClick={({ currentTarget }) => {
        const grid = currentTarget.closest<HTMLElement>('[role=treegrid]');
        if (grid !== null) fit(columns, id, grid);
      }}
      onPointerUp={() => (drag.current = null)}
      onPointerCancel={() => (drag.current = null)}
    />
  );
}

/** @param grid the element with the head and the rows */
export function fit(columns: TreeColumns, id: ColumnId, grid: ParentNode): void {
  const width = fittingWidth(grid, columns.columns, id);
  columns.freeze(drawnWidths(grid, columns.columns));
  columns.resize(id, width);
}
