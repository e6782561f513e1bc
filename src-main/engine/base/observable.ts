import type { StreamSignal } from '../../contract/base/define.ts';

/** A value that readers follow; a slow reader sees the latest, not every one in between. */
export class Observable<T> {
  #value: T;
  #revision = 0;
  readonly #waiting = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    this.#revision++;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** The value now and whenever it changed, at most once in `paceMs`. */
  async *follow(signal: StreamSignal, paceMs = 0): AsyncGenerator<T, void, undefined> {
    let seen = -1;
    while (!signal.aborted) {
      if (seen === this.#revision) await this.#change(signal);
      if (signal.aborted) return;
      seen = this.#revision;
      yield this.#value;
      if (paceMs > 0) await pause(paceMs, signal);
    }
  }

  #change(signal: StreamSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

/** Ends early, without a trace, when the signal does. */
export function pause(ms: number, signal: StreamSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
