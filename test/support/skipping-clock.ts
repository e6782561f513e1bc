import { systemClock, type Clock } from '../../src-main/connection/base/clock.ts';

/** Shorter waits are the work of sockets and streams, and pass as ever. ms */
const LONG_MS = 600;

/**
 * The system's clock, of which a test skips the long waits: time-outs, pauses between attempts, keep-alives. They
 * end when the test says so and never by themselves, however slow the machine is.
 */
export class SkippingClock implements Clock {
  #ahead = 0;
  #held: { readonly at: number; readonly run: () => void }[] = [];
  readonly #began = Date.now() - performance.now();

  readonly now = (): number => performance.now() + this.#ahead;

  readonly wall = (at = this.now()): number => Math.floor(this.#began + at);

  readonly after = (ms: number, run: () => void): (() => void) => {
    if (ms < LONG_MS) return systemClock.after(ms, run);
    const held = { at: this.now() + ms, run };
    this.#held.push(held);
    return () => void (this.#held = this.#held.filter((one) => one !== held));
  };

  readonly atTick = (ms: number, run: () => void): (() => void) => this.after(ms, run);

  readonly nextTurn = systemClock.nextTurn;

  /** Long waits that go on, in ms from now, the shortest first. */
  get waits(): number[] {
    return this.#held.map(({ at }) => at - this.now()).toSorted((a, b) => a - b);
  }

  /** So much time passes at once; what waited for less comes to its end, in order. */
  skip(ms: number): void {
    const until = this.now() + ms;
    for (;;) {
      const [next] = this.#held.toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > until) break;
      this.#held = this.#held.filter((one) => one !== next);
      this.#ahead += Math.max(0, next.at - this.now());
      next.run();
    }
    this.#ahead += Math.max(0, until - this.now());
  }

  /** The wait that would end next ends now. */
  skipNext(): void {
    const [ms] = this.waits;
    if (ms !== undefined) this.skip(ms);
  }
}
