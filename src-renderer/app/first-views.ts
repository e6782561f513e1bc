// What a window may show first. Neither is part of what it starts with; which one is wanted is known when
// the engine has answered, and by then it has been fetched.

export const loadFirstRun = () => import('../features/connections/panes/first-run.tsx');
export const loadMainView = () => import('./main-view.tsx');

/**
 * Loads what will most likely be drawn first while the engine is still being asked, and the other when
 * that is done and nothing else is to do.
 *
 * @param known a connection or profile was selected in this window before
 */
export function loadAhead(known: boolean): void {
  const [first, second] = known ? [loadMainView, loadFirstRun] : [loadFirstRun, loadMainView];
  // What cannot be loaded is asked for again when it is drawn, and that fails for all to see.
  const later = () => void second().catch(() => undefined);
  first().then(
    () => requestIdleCallback(later),
    () => undefined,
  );
}
