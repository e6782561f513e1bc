import type { StreamSignal } from '../../contract/base/define.ts';

/** A value that readers follow; a slow reader sees the latest, not every one in between. */
export class Observable<T> {
  #value: T;
  #revision = 0;
  /** The last that no reader's pace holds back. */
  #urgent = 0;
  readonly #waiting = new Set<() => void>();
  /** Readers that keep their pace. */
  readonly #paced = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** @param isUrgent readers get it, or what follows it, whatever their pace */
  set(value: T, isUrgent = false): void {
    this.#value = value;
    this.#revision++;
    for (const wake of this.#waiting) wake();
    if (!isUrgent) return;
    this.#urgent = this.#revision;
    for (const end of this.#paced) end();
  }

  /** The value now and whenever it changed, at most once in `paceMs` but for what is urgent. */
  async *follow(signal: StreamSignal, paceMs = 0): AsyncGenerator<T, void, undefined> {
    let seen = -1;
    while (!signal.aborted) {
      if (seen === this.#revision) await this.#change(signal);
      if (signal.aborted) return;
      seen = this.#revision;
      yield this.#value;
      if (paceMs > 0) await this.#pace(paceMs, seen, signal);
    }
  }

  #pace(ms: number, seen: number, signal: StreamSignal): Promise<void> {
    if (this.#urgent > seen) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        this.#paced.delete(end);
        resolve();
      };
      this.#paced.add(end);
      void pause(ms, signal).then(end);
    });
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
