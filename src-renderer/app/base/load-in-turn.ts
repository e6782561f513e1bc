/** What is drawn first has this long to itself, ms. */
export const REST_MS = 300;

/**
 * Loads one part of the window, and another when that one is there and had its time. Neither may fail here:
 * what cannot be loaded is asked for again when it is drawn, and that fails for all to see.
 */
export function loadInTurn(first: () => Promise<unknown>, second: () => Promise<unknown>): void {
  first().then(
    () => setTimeout(() => void second().catch(() => undefined), REST_MS),
    () => undefined,
  );
}
