import { useRef, type PointerEvent } from 'react';
import { LEAST_WIDTH, type ColumnId, type TreeColumns } from '../../../state/tree/tree-columns.ts';
import { drawnWidths } from './drawn-widths.ts';

interface Drag {
  readonly x: number;
  readonly width: number;
}

/**
 * The line before a column: drawn to the left, it makes the column wider. By the keyboard the menu of the
 * columns does that.
 */
export function ColumnGrip({ id, columns }: { readonly id: ColumnId; readonly columns: TreeColumns }) {
  const drag = useRef<Drag | null>(null);
  const begin = (event: PointerEvent<HTMLElement>) => {
    const head = event.currentTarget.closest<HTMLElement>('[role=row]');
    if (event.button !== 0 || head === null) return;
    event.preventDefault();
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
      onPointerUp={() => (drag.current = null)}
      onPointerCancel={() => (drag.current = null)}
    />
  );
}
