import { useSyncExternalStore } from 'react';

/** One ticking clock for everything that counts; it stands still while nobody looks. */
const TICK_MS = 500;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const tell of listeners) tell();
    }, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function read(): number {
  return now;
}

/** ms since the epoch, renewed twice a second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}
