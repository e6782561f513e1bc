import { useRef, useState, type KeyboardEvent, type RefObject } from 'react';

export interface Roving {
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly active: number;
  readonly setActive: (at: number) => void;
  /** Moves by arrows, Home and End; answers whether the key was one of these. */
  readonly move: (event: KeyboardEvent) => boolean;
}

/** One tab stop for a list of rows marked with `data-at`. */
export function useRoving(count: number): Roving {
  const grid = useRef<HTMLDivElement>(null);
  const [chosen, setActive] = useState(0);
  const active = Math.max(0, Math.min(chosen, count - 1));
  const move = (event: KeyboardEvent): boolean => {
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: count - 1,
    };
    const target = targets[event.key];
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return false;
    const at = Math.max(0, Math.min(count - 1, target));
    setActive(at);
    grid.current?.querySelector<HTMLElement>(`[data-at="${at}"]`)?.focus();
    event.preventDefault();
    return true;
  };
  return { grid, active, setActive, move };
}
