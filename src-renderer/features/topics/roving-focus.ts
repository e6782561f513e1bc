import { useLayoutEffect, useRef } from 'react';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { rowById, type ActiveRow, type SessionState } from '../../state/tree/view-state.ts';
import type { Scroller } from '../../ui/base/scroller.ts';

/** The row that is drawn as the active one. */
const ACTIVE = '[data-active]';

/** The row that an element is drawn for. By its id: rows move, and names are drawn for the eye only. */
export function rowOf(state: SessionState, element: Element): ActiveRow | null {
  const drawn = element.closest<HTMLElement>('[data-row]');
  return drawn === null ? null : rowById(state, Number(drawn.dataset['row']));
}

/** What of an element makes it the tab stop, and takes the focus there. */
export type Stop = Pick<HTMLElement, 'tabIndex' | 'focus'>;

/**
 * Makes another row the tab stop. The one before is none only once it has no focus any more: an element that
 * has it and may lose it is laid out there and then, with all that is still to be drawn beside it.
 *
 * @param takesFocus the focus goes along
 */
export function moveTabStop<S extends Stop>(before: S | null, next: S | null, takesFocus: boolean): S | null {
  if (next !== null && next !== before) next.tabIndex = 0;
  if (takesFocus) next?.focus({ preventScroll: true });
  if (before !== null && before !== next) before.tabIndex = -1;
  return next;
}

export interface RovingFocus {
  readonly inside: () => boolean;
  readonly onFocus: (event: React.FocusEvent) => void;
  readonly onBlur: (event: React.FocusEvent) => void;
}

/** Real focus on the active row, one tab stop for the tree; it comes back when its row was replaced. */
export function useRovingFocus(session: ConnectionSession, scroller: Scroller): RovingFocus {
  const focused = useRef<Element | null>(null);
  const stop = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const row = box.querySelector<HTMLElement>(ACTIVE);
    const takesFocus = focused.current !== null && isOurs(box) && row !== document.activeElement;
    stop.current = moveTabStop(stop.current, row, takesFocus);
    if (takesFocus && row === null) box.focus({ preventScroll: true });
  });
  return {
    inside: () => focused.current !== null,
    onFocus({ target }) {
      if (!(target instanceof HTMLElement) || target instanceof HTMLButtonElement) return;
      focused.current = target;
      session.focus(true);
      // Whoever focuses the tree means its row.
      if (target === scroller.current) return stop.current?.focus();
      const state = session.store.getState();
      const found = rowOf(state, target);
      if (found !== null && state.active?.view.row.id !== found.view.row.id) session.activate(found);
    },
    onBlur({ relatedTarget, target }) {
      // A row that was taken out of the page did not give focus up.
      if (relatedTarget === null && !target.isConnected) return;
      const box = scroller.current;
      if (relatedTarget instanceof Node && box?.contains(relatedTarget) === true) return;
      focused.current = null;
      session.focus(false);
    },
  };
}

/** The focus is on a row or on the tree itself, or went nowhere with a row that is gone: not on a button of the head. */
function isOurs(box: HTMLElement): boolean {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body || activeElement === box) return true;
  return activeElement.hasAttribute('data-row') && box.contains(activeElement);
}
