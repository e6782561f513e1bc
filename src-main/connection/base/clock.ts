import { SteadyTime } from '../../core/session/machine/steady-time.ts';
import { CoarseTimer } from './coarse-timer.ts';

/** Time, for everything in this room. It comes in from the top, so that a test can move it. */
export interface Clock {
  /**
   * Milliseconds, with fractions, of a clock that only goes forward and that nobody can set. Every
   * duration, deadline and comparison of two times uses this one. Its zero means nothing; on Linux it
   * stands still while the computer sleeps.
   */
  now(): number;
  /**
   * A time of `now` as whole milliseconds since the epoch, to be shown and kept. Times stay in order, unless the
   * computer's clock is set in between.
   *
   * @param at the present if left out
   */
  wall(at?: number): number;
  /**
   * Runs once after so many milliseconds; the answer cancels it. Keeps no process alive.
   *
   * @param ms at most 24.8 days; less than 0 counts as 0
   */
  after(ms: number, run: () => void): () => void;
  /**
   * As `after`, but up to 33 ms sooner, or up to 99 ms for a longer wait: at a tick, in one wake-up with all others
   * that wait like this. See `CoarseTimer`.
   *
   * @param ms at least 33
   */
  atTick(ms: number, run: () => void): () => void;
  /** Runs in the next turn of the event loop, when what is being read now was taken in. */
  nextTurn(run: () => void): void;
}

/** Looks come this long before the whole second, or at the tick before that: a window's figures change with the second. */
const BEFORE_SECOND_MS = 80;
/** A look sooner after the last one than this waits for the next second. */
const SOONEST_MS = 200;

/**
 * How long those wait that look about once a second: all look at the same time of each second, so that they wake
 * the thread once.
 *
 * @returns ms, at least `SOONEST_MS` and less than a second more; for `Clock.atTick`
 */
export function untilLook(clock: Pick<Clock, 'wall'>): number {
  const left = 1_000 - (clock.wall() % 1_000) - BEFORE_SECOND_MS;
  return left < SOONEST_MS ? left + 1_000 : left;
}

/** Resolves after so many milliseconds. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}

/** The longest delay a timer of the platform can take: 2^31 - 1 ms. */
const LONGEST_MS = 2_147_483_647;

const time = new SteadyTime({ wall: () => Date.now(), steady: () => performance.now() });

const after = (ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_MS));
  timer.unref();
  return () => clearTimeout(timer);
};

const coarse = new CoarseTimer({ now: () => performance.now(), after });

/** Real time. The only place in this room that reads it. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: (at) => Math.floor(time.at(at ?? performance.now())),
  after,
  atTick: (ms, run) => coarse.within(ms, run),
  nextTurn: (run) => void setImmediate(run),
};
