/** A clock that ticks once a second while anybody listens. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

export function onSecond(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const tell of listeners) tell();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}
