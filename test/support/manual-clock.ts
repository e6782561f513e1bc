import { CoarseTimer } from '../../src-main/connection/base/coarse-timer.ts';

/**
 * A clock that moves only when the test moves it, with timers that fire in order while it moves. It is a `Clock` of
 * a connection and of the demo broker.
 */
export class ManualClock {
  #now: number;
  #timers: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];
  #turns: (() => void)[] = [];
  #order = 0;
  /** The clock on the wall is ahead of `now` by so much: it was set, or the computer slept. */
  ahead = 0;

  constructor(now = Date.UTC(2026, 10, 20, 14, 30)) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly wall = (at = this.#now): number => Math.floor(at + this.ahead);

  readonly after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  readonly #timer = new CoarseTimer({ now: () => this.#now, after: (ms, run) => this.after(ms, run) });

  readonly atTick = (ms: number, run: () => void): (() => void) => this.#timer.within(ms, run);

  readonly nextTurn = (run: () => void): void => void this.#turns.push(run);

  /** Timers that are set and have not fired. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Whether something waits for the next turn of the event loop. */
  get hasTurn(): boolean {
    return this.#turns.length > 0;
  }

  /** The next turn of the event loop; what asks for a turn in it waits for the one after. */
  turn(): void {
    const turns = this.#turns;
    this.#turns = [];
    for (const run of turns) run();
  }

  /** Turns of the event loop until nothing asks for one. */
  turns(): void {
    while (this.hasTurn) this.turn();
  }

  /** Time passes while something runs: no timer fires before that is through. */
  pass(ms: number): void {
    this.#now += ms;
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    this.turns();
    for (;;) {
      const next = this.#timers
        .filter(({ at }) => at <= until)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      this.turns();
    }
    this.#now = Math.max(this.#now, until);
  }
}
