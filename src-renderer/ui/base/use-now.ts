import { useSource } from './use-source.ts';

/**
 * One clock for all that counts in the window: it ticks at each whole second, so that everything changes
 * together, and stands still while nobody looks.
 */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setTimeout> | null = null;
let heldAt: number | null = null;

/** Calls the listener at each whole second; the answer ends it. */
export function onSecond(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now();
    document.addEventListener('visibilitychange', shown);
    wait();
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', shown);
    stop();
  };
}

function wait(): void {
  stop();
  if (document.visibilityState === 'hidden') return;
  timer = setTimeout(tick, 1_000 - (Date.now() % 1_000));
}

function stop(): void {
  if (timer !== null) clearTimeout(timer);
  timer = null;
}

function tick(): void {
  now = Date.now();
  wait();
  for (const notify of listeners) notify();
}

/** What was missed is not made up for: the next look shows the time as it is. */
function shown(): void {
  if (document.visibilityState === 'hidden') stop();
  else tick();
}

/**
 * Holds the time of all that is counted from what the engine said: while it says nothing, nobody knows whether
 * a topic is silent or a ping is due.
 * @param at ms since the epoch; null: it goes on, as of now
 */
export function holdClock(at: number | null): void {
  if (heldAt === at) return;
  heldAt = at;
  now = Date.now();
  for (const notify of listeners) notify();
}

/** ms since the epoch, at which the clock is held or as it is now. */
export function shownNow(): number {
  return heldAt ?? Date.now();
}

function read(): number {
  return heldAt ?? now;
}

/** ms since the epoch, of the last whole second or of the time at which somebody began to look. */
export function useNow(): number {
  return useSource(onSecond, read);
}

/** The same where the silence of the engine is what is counted. */
export function useUnheldNow(): number {
  return useSource(onSecond, () => now);
}
