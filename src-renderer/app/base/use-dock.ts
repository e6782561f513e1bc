import { useCallback, useLayoutEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { GridImperativeHandle } from 'react-resizable-panels';
import type { AppState } from '../../state/app/app-state.ts';

/** Height of a pane's head, which is all that is left of the folded dock. px */
export const HEAD_PX = 36;
/** Height of the dock before anyone moved it. px */
export const DOCK_PX = 244;

interface Dock {
  readonly folded: boolean;
  readonly gridRef: (grid: GridImperativeHandle | null) => void;
  /** The line above the dock was moved: to its lower end that folds, from there it unfolds. */
  readonly onMoved: () => void;
}

/** Publish and diagnostics below the tree and the inspector: folded by button, key or the line above. */
export function useDock(app: AppState): Dock {
  const folded = useStore(app.shell.store, (state) => state.folded);
  const [grid, gridRef] = useState<GridImperativeHandle | null>(null);
  useLayoutEffect(() => {
    if (grid === null) return;
    const row = grid.getTrackById('row', 'lower');
    if (folded === row.isCollapsed()) return;
    if (folded) row.collapse();
    else row.expand();
    if (!folded && row.isCollapsed()) row.resize(DOCK_PX);
    keepFocus();
  }, [grid, folded]);
  const onMoved = useCallback(() => {
    if (grid !== null) app.shell.fold(grid.getTrackById('row', 'lower').isCollapsed());
  }, [app, grid]);
  return { folded, gridRef, onMoved };
}

/** Whoever was in the folded part is at the button that unfolds it. */
function keepFocus(): void {
  requestAnimationFrame(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body || isOutOfReach(activeElement))
      document.querySelector<HTMLElement>('[data-folds-dock]')?.focus({ preventScroll: true });
  });
}

function isOutOfReach(element: Element): boolean {
  return !element.checkVisibility({ visibilityProperty: true });
}
