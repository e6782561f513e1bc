// What a window may show first. Neither is part of what it starts with; which one is wanted is known when
// the engine has answered, and by then it has been fetched.
import { loadInTurn } from './base/load-in-turn.ts';

export const loadFirstRun = () => import('../features/connections/panes/first-run.tsx');
export const loadMainView = () => import('./main-view.tsx');

/**
 * Loads what will most likely be drawn first while the engine is still being asked, and the other later.
 *
 * @param known a connection or profile was selected in this window before
 */
export function loadAhead(known: boolean): void {
  if (known) loadInTurn(loadMainView, loadFirstRun);
  else loadInTurn(loadFirstRun, loadMainView);
}
