/** What two clocks of a computer say, in ms; pure code gets them as an argument. */
export interface TwoClocks {
  /** Since the epoch; may be set, and jumps when the computer wakes up. */
  wall(): number;
  /** From some start, never back; on most systems it stands still while the computer sleeps. */
  steady(): number;
}

/** Apart by more than this, the clocks are made to agree again; less is how clocks are kept right. */
const TOLERANCE_MS = 1_000;

/** Time since the epoch with parts of a millisecond that does not jump unless the wall clock really does. */
export class SteadyTime {
  readonly #clocks: TwoClocks;
  #offset: number;

  constructor(clocks: TwoClocks) {
    this.#clocks = clocks;
    this.#offset = clocks.wall() - clocks.steady();
  }

  now(): number {
    return this.at(this.#clocks.steady());
  }

  /** Converts a time of the steady clock to the wall clock as it is set now. */
  at(steady: number): number {
    const ahead = this.#clocks.wall() - this.#clocks.steady() - this.#offset;
    if (Math.abs(ahead) > TOLERANCE_MS) this.#offset += ahead;
    return steady + this.#offset;
  }
}
