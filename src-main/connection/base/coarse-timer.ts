/** Time between two ticks, ms. */
export const TICK_MS = 33;
/**
 * Time between two long ticks, ms: every third tick. Long waits end at one of these, so that two of them share a
 * wake-up of the thread instead of taking turns.
 */
export const LONG_TICK_MS = 3 * TICK_MS;

/** The clock and the timer that ticks are made with. */
interface Times {
  now(): number;
  after(ms: number, run: () => void): () => void;
}

interface Waiter {
  readonly at: number;
  readonly run: () => void;
}

/**
 * One timer for all waits that may end a little early. Each wake-up of the thread costs some tenths of a millisecond
 * of processor time, whatever it does, so these waits end together at a tick: a whole multiple of `TICK_MS`. A tick
 * that nobody waits for does not happen.
 */
export class CoarseTimer {
  readonly #times: Times;
  readonly #waiting = new Set<Waiter>();
  #alarm: { readonly at: number; readonly cancel: () => void } | null = null;
  /** The last tick. It is over even where the timer fired a little before its time. */
  #rung = Number.NEGATIVE_INFINITY;

  constructor(times: Times) {
    this.#times = times;
  }

  /**
   * Runs once, at the last tick within so many milliseconds; the returned function cancels it.
   *
   * @param ms less than `TICK_MS` counts as that; from `LONG_TICK_MS` on, the wait ends at a long tick
   */
  within(ms: number, run: () => void): () => void {
    const from = Math.max(this.#times.now(), this.#rung);
    const every = ms < LONG_TICK_MS ? TICK_MS : LONG_TICK_MS;
    const waiter = { at: tickBefore(from + Math.max(TICK_MS, ms), every), run };
    this.#waiting.add(waiter);
    this.#setAlarm(waiter.at);
    return () => {
      this.#waiting.delete(waiter);
      if (this.#waiting.size === 0) this.#dropAlarm();
    };
  }

  #setAlarm(at: number): void {
    if (this.#alarm !== null && this.#alarm.at <= at) return;
    this.#dropAlarm();
    // A timer counts whole milliseconds; a fraction early would be one more wake-up.
    const ms = Math.ceil(at - this.#times.now());
    this.#alarm = { at, cancel: this.#times.after(ms, () => this.#ring(at)) };
  }

  #dropAlarm(): void {
    this.#alarm?.cancel();
    this.#alarm = null;
  }

  #ring(at: number): void {
    this.#alarm = null;
    // Ticks that were missed while asleep count as one.
    this.#rung = Math.max(at, tickBefore(this.#times.now()));
    try {
      for (const waiter of this.#waiting) {
        if (waiter.at > this.#rung) continue;
        this.#waiting.delete(waiter);
        waiter.run();
      }
    } finally {
      // Where one throws, the others still run: they are due at once.
      let next = Number.POSITIVE_INFINITY;
      for (const waiter of this.#waiting) next = Math.min(next, waiter.at);
      if (next < Number.POSITIVE_INFINITY) this.#setAlarm(next);
    }
  }
}

function tickBefore(at: number, every = TICK_MS): number {
  return Math.floor(at / every) * every;
}
