import { lazyPart } from '../ui/base/lazy-part.tsx';

/** What was drawn has this long to itself, ms. */
export const REST_MS = 300;

/** The window once there is a connection or a profile: no part of what a first start waits for. */
export const MainView = lazyPart(() => import('./main-view.tsx').then(({ MainView: View }) => View));

/**
 * Loads a part of the window before it is asked for. It must not fail here: what cannot be loaded is asked
 * for again when it is drawn, and that fails for all to see.
 */
export function loadAhead(load: () => Promise<unknown>): void {
  void load().catch(() => undefined);
}

/** As `loadAhead`, when what is being drawn had its time; returns the function that calls it off. */
export function loadAfterRest(load: () => Promise<unknown>): () => void {
  const timer = setTimeout(() => loadAhead(load), REST_MS);
  return () => clearTimeout(timer);
}
