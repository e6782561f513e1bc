import type { StreamSignal } from '../../contract/base/define.ts';
import type { Clock } from './clock.ts';

/** Wakes those who wait for a change; they look for themselves what it was. */
export class ChangeSignal {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  /** Changes so far: whoever looks again only when this is another than at the last look misses none. */
  count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Costs nothing while nobody waits, so it may be called for every message. */
  notify(): void {
    this.count++;
    if (this.#waiting.size === 0) return;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at the next change, after `ms`, or when the reader left; leaves no timer. */
  next(ms: number, signal: StreamSignal): Promise<void> {
    return this.#wait((wake) => this.#clock.after(ms, wake), signal);
  }

  /** As `next`, but the wait may end a little early, together with others (`Clock.atTick`). */
  nextOrTick(ms: number, signal: StreamSignal): Promise<void> {
    return this.#wait((wake) => this.#clock.atTick(ms, wake), signal);
  }

  #wait(setTimer: (wake: () => void) => () => void, signal: StreamSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = setTimer(wake);
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
