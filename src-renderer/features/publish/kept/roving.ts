import { useRef, useState, type KeyboardEvent, type RefObject } from 'react';

export interface Roving {
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly active: number;
  readonly setActive: (at: number) => void;
  /** Moves by arrows, Home and End; answers whether the key was one of these. */
  readonly move: (event: KeyboardEvent) => boolean;
}

/** The row that was chosen, and where it stood then. */
interface Chosen {
  readonly key: string;
  readonly at: number;
}

/** Where the chosen row is now; if it is gone, the one in its place. Nothing chosen: the first. */
export function placeOf(keys: readonly string[], chosen: Chosen | null): number {
  if (chosen === null) return 0;
  const at = keys.indexOf(chosen.key);
  return at >= 0 ? at : Math.max(0, Math.min(chosen.at, keys.length - 1));
}

/**
 * One tab stop for a list of rows marked with `data-at`, which stays on its row while others come and go.
 * @param keys of the rows, in their order
 */
export function useRoving(keys: readonly string[]): Roving {
  const grid = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const active = placeOf(keys, chosen);
  const setActive = (at: number) => {
    const key = keys[at];
    if (key !== undefined) setChosen({ key, at });
  };
  const move = (event: KeyboardEvent): boolean => {
    const last = keys.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return false;
    const at = Math.max(0, Math.min(last, target));
    setActive(at);
    grid.current?.querySelector<HTMLElement>(`[data-at="${at}"]`)?.focus();
    event.preventDefault();
    return true;
  };
  return { grid, active, setActive, move };
}
