/** Time as the demo sees it; a test hands in one that it moves by hand. */
export interface DemoClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs once after so many milliseconds; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The longest delay a timer of the platform can take: 2^31 - 1 ms, 24.8 days. */
const LONGEST_MS = 2_147_483_647;

/** Real time. Its timers do not keep the process alive. */
export const realClock: DemoClock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
