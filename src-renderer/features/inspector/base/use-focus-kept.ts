import { useLayoutEffect } from 'react';

/** Tabs of the inspector are called by it. */
const SHOWN_TAB = '[aria-label="Inspector views"] [role=tab][aria-selected=true]';

/**
 * Something in one view may show another one, as "Chart" in the menu of a line does. What had the focus goes with
 * its view then, and the focus would be at the start of the page: the tab of the view that came has it instead.
 */
export function useFocusKept(shown: string): void {
  useLayoutEffect(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body)
      document.querySelector<HTMLElement>(SHOWN_TAB)?.focus({ preventScroll: true });
  }, [shown]);
}
