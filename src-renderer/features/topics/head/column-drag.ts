import { useEffect, useRef, useState, type MouseEvent, type PointerEvent } from 'react';
import { dropBefore, type ColumnId, type TreeColumns } from '../../../state/tree/tree-columns.ts';
import { drawnEdges } from './drawn-widths.ts';

/** A head that was moved less than this is clicked, px. */
const SLIP = 5;

interface Held {
  readonly id: ColumnId;
  readonly x: number;
  dragging: boolean;
}

/** Where a column would go that is dragged. */
export interface ColumnDrop {
  readonly id: ColumnId;
  /** The column that it would stand before; null: it would be the last. */
  readonly before: ColumnId | null;
}

/** What a head that can be dragged listens to. */
export interface DragHandlers {
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerUp: () => void;
  readonly onPointerCancel: () => void;
  readonly onClickCapture: (event: MouseEvent) => void;
}

/** Heads are dragged to another place; Escape leaves them where they are. By the keyboard the menu does it. */
export function useColumnDrag(chosen: TreeColumns): {
  readonly drop: ColumnDrop | null;
  readonly handlers: (id: ColumnId) => DragHandlers;
} {
  const held = useRef<Held | null>(null);
  /** The click that follows a drag sorts nothing. */
  const dragged = useRef(false);
  const [drop, setDrop] = useState<ColumnDrop | null>(null);
  const end = () => {
    held.current = null;
    setDrop(null);
  };
  useEffect(() => {
    if (drop === null) return;
    const escaped = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      held.current = null;
      setDrop(null);
    };
    window.addEventListener('keydown', escaped, true);
    return () => window.removeEventListener('keydown', escaped, true);
  }, [drop]);
  const handlers = (id: ColumnId): DragHandlers => ({
    onPointerDown(event) {
      dragged.current = false;
      if (event.button === 0) held.current = { id, x: event.clientX, dragging: false };
    },
    onPointerMove(event) {
      const from = held.current;
      // Let go of outside the window, or before it was a drag, it is nobody's.
      if (from?.id !== id || (event.buttons & 1) === 0) return;
      if (!from.dragging && Math.abs(event.clientX - from.x) < SLIP) return;
      if (!from.dragging) event.currentTarget.setPointerCapture(event.pointerId);
      from.dragging = true;
      dragged.current = true;
      const head = event.currentTarget.closest<HTMLElement>('[role=row]');
      if (head === null) return;
      const before = dropBefore(drawnEdges(head, chosen.columns), event.clientX);
      setDrop((was) => (was?.id === id && was.before === before ? was : { id, before }));
    },
    onPointerUp() {
      if (held.current?.dragging === true && drop?.id === id) chosen.place(id, drop.before);
      end();
    },
    onPointerCancel: end,
    onClickCapture(event) {
      if (!dragged.current) return;
      dragged.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  });
  return { drop, handlers };
}
