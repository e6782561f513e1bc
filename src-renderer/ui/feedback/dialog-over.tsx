// Apart from the dialog itself, which no window starts with.
import { createContext, type ReactNode } from 'react';

/** What lies over a dialog; null: nothing. */
export const Over = createContext<ReactNode>(null);
/** How many dialogs lie below. */
export const Depth = createContext(0);

/**
 * Gives the dialog below a second one to lie over it. It has to be rendered inside the first: only then
 * Escape closes the upper one alone, and focus returns into the lower.
 */
export function DialogOver({ over, children }: { readonly over: ReactNode; readonly children: ReactNode }) {
  return <Over.Provider value={over}>{children}</Over.Provider>;
}
