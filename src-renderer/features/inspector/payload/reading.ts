import { createStore, type StoreApi } from 'zustand/vanilla';

/** How values are read; it stays for other messages and topics. */
export interface Reading {
  /** Long lines go on below, instead of to the right. */
  readonly wrap: boolean;
  readonly sorted: boolean;
  /** JSON on one line, as little as it can be. */
  readonly compact: boolean;
  /** What is looked for. */
  readonly query: string;
  /** Ways to parts of JSON that are closed. */
  readonly closed: ReadonlySet<string>;
  /** The way to what is to be shown next; null: nothing. */
  readonly goTo: string | null;
}

export function createReading(): StoreApi<Reading> {
  return createStore<Reading>(() => ({
    wrap: false,
    sorted: false,
    compact: false,
    query: '',
    closed: new Set(),
    goTo: null,
  }));
}

/** Closes what stands at a path, or opens it. */
export function toggledPath(closed: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const next = new Set(closed);
  if (!next.delete(path)) next.add(path);
  return next;
}
