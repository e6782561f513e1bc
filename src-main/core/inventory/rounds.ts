/** Questions of the first round, and of any. */
const FIRST_ROUND = 8;
const MOST_IN_ROUND = 64;

/**
 * How many questions are asked in one round. A round in which anything else came than was expected was in vain: so
 * the first one is tried after a single question that brought just that, and the next after twice as many.
 */
export class Rounds {
  #size = FIRST_ROUND;
  #needed = 1;
  #left = 1;

  /** 0: the next question is asked by itself. */
  get size(): number {
    return this.#left > 0 ? 0 : this.#size;
  }

  single(asExpected: boolean): void {
    this.#left = asExpected ? Math.max(0, this.#left - 1) : this.#needed;
  }

  ended(asExpected: boolean): void {
    if (asExpected) this.#size = Math.min(MOST_IN_ROUND, 4 * this.#size);
    else {
      this.#size = FIRST_ROUND;
      this.#left = this.#needed *= 2;
    }
  }
}
