/** Between two beats, ms. */
export const BEAT_MS = 33;
/**
 * Between two beats of those who can wait for so long, ms: every third. Whoever waits longer than this waits for one
 * of them, so that two who do each wake the thread in one wake-up and not by turns.
 */
export const LONG_BEAT_MS = 3 * BEAT_MS;

/** What beats are made of. */
interface Times {
  now(): number;
  after(ms: number, run: () => void): () => void;
}

interface Waiter {
  readonly at: number;
  readonly run: () => void;
}

/**
 * Waits that end together. Whatever a wake-up of the thread brings, it costs some tenths of a millisecond of
 * processor, so what may come a little sooner comes with what comes anyway: all of it is due at a whole
 * multiple of `BEAT_MS`, by one timer. A beat without anybody who waits for it does not happen.
 */
export class Beats {
  readonly #times: Times;
  readonly #waiting = new Set<Waiter>();
  #alarm: { readonly at: number; readonly cancel: () => void } | null = null;
  /** The last beat. A timer may fire a little before its time, and the beat is over all the same. */
  #rung = Number.NEGATIVE_INFINITY;

  constructor(times: Times) {
    this.#times = times;
  }

  /**
   * Runs once, at the last beat before so many milliseconds are over; the answer cancels it.
   *
   * @param ms less than `BEAT_MS` counts as that; from `LONG_BEAT_MS` on it is the last of every third beat
   */
  within(ms: number, run: () => void): () => void {
    const from = Math.max(this.#times.now(), this.#rung);
    const every = ms < LONG_BEAT_MS ? BEAT_MS : LONG_BEAT_MS;
    const waiter = { at: beatBefore(from + Math.max(BEAT_MS, ms), every), run };
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
    // Beats that were slept through are one.
    this.#rung = Math.max(at, beatBefore(this.#times.now()));
    try {
      for (const waiter of this.#waiting) {
        if (waiter.at > this.#rung) continue;
        this.#waiting.delete(waiter);
        waiter.run();
      }
    } finally {
      // What threw takes none of the others with it: they are due at once.
      let next = Number.POSITIVE_INFINITY;
      for (const waiter of this.#waiting) next = Math.min(next, waiter.at);
      if (next < Number.POSITIVE_INFINITY) this.#setAlarm(next);
    }
  }
}

function beatBefore(at: number, every = BEAT_MS): number {
  return Math.floor(at / every) * every;
}
