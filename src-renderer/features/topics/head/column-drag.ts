import { useEffect, useMemo, type MouseEvent, type PointerEvent } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  dropBefore,
  type ColumnEdges,
  type ColumnId,
  type TreeColumns,
} from '../../../state/tree/tree-columns.ts';
import { drawnEdges } from './drawn-widths.ts';

/** A head that was moved less than this is clicked, px. */
const SLIP = 5;
/** Of the main button, in `buttons`. */
const MAIN = 1;

/** Where a column would go that is dragged. */
export interface ColumnDrop {
  readonly id: ColumnId;
  /** The column that it would stand before; null: it would be the last. */
  readonly before: ColumnId | null;
}

/** From the press on a head to its new place: one head at a time. */
export class ColumnDrag {
  /** Null while nothing is dragged. */
  readonly store: StoreApi<ColumnDrop | null> = createStore<ColumnDrop | null>(() => null);
  readonly #place: (id: ColumnId, before: ColumnId | null) => void;
  #held: { readonly id: ColumnId; readonly x: number } | null = null;
  #dragged = false;

  constructor(place: (id: ColumnId, before: ColumnId | null) => void) {
    this.#place = place;
  }

  press(id: ColumnId, x: number, button: number): void {
    this.#dragged = false;
    if (button === 0) this.#held = { id, x };
  }

  /**
   * @param buttons that are down; where a head was let go of outside the window it is nobody's any more
   * @param edges of the columns as they are drawn
   * @returns whether it became a drag by this
   */
  move(id: ColumnId, x: number, buttons: number, edges: () => readonly ColumnEdges[]): boolean {
    const { id: held, x: from } = this.#held ?? {};
    if (held !== id || from === undefined) return false;
    if ((buttons & MAIN) === 0) {
      this.end();
      return false;
    }
    const was = this.store.getState();
    if (was === null && Math.abs(x - from) < SLIP) return false;
    this.#dragged = true;
    const before = dropBefore(edges(), x);
    if (was?.before !== before || was === null) this.store.setState({ id, before }, true);
    return was === null;
  }

  /** It stays where it was dragged to. */
  release(): void {
    const drop = this.store.getState();
    this.end();
    if (drop !== null) this.#place(drop.id, drop.before);
  }

  /** It goes back to where it was. */
  end(): void {
    this.#held = null;
    this.store.setState(null, true);
  }

  /** Whether the click that comes now ends a drag, and sorts nothing. */
  takesClick(): boolean {
    const dragged = this.#dragged;
    this.#dragged = false;
    return dragged;
  }
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
  const drag = useMemo(() => new ColumnDrag((id, before) => chosen.place(id, before)), [chosen]);
  const drop = useStore(drag.store);
  const isDragged = drop !== null;
  useEffect(() => {
    if (!isDragged) return;
    const escaped = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      drag.end();
    };
    window.addEventListener('keydown', escaped, true);
    return () => window.removeEventListener('keydown', escaped, true);
  }, [drag, isDragged]);
  const handlers = (id: ColumnId): DragHandlers => ({
    onPointerDown: ({ clientX, button }) => drag.press(id, clientX, button),
    onPointerMove({ clientX, buttons, currentTarget, pointerId }) {
      const head = currentTarget.closest<HTMLElement>('[role=row]');
      const edges = () => (head === null ? [] : drawnEdges(head, chosen.columns));
      if (drag.move(id, clientX, buttons, edges)) currentTarget.setPointerCapture(pointerId);
    },
    onPointerUp: () => drag.release(),
    onPointerCancel: () => drag.end(),
    onClickCapture(event) {
      if (!drag.takesClick()) return;
      event.preventDefault();
      event.stopPropagation();
    },
  });
  return { drop, handlers };
}
