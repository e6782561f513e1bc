/** The tab panel around an element: what scrolls in the inspector. */
export function panelOf(element: Element | null): HTMLElement | null {
  return element?.closest<HTMLElement>('[role=tabpanel]') ?? null;
}
