/** Wrong tokens of one address within `WITHIN_MS`; a person mistypes a few times. */
const FREE_GUESSES = 10;
const WITHIN_MS = 60_000;
/** Addresses that are remembered; the oldest make room. */
const MAX_ADDRESSES = 1_000;

/** Who tries tokens: a short one of the user's own must not be found by trying. */
export class Guesses {
  readonly #wrong = new Map<string, { count: number; readonly until: number }>();

  /** ms until an address may try again; 0: now. `now` in ms. */
  waitOf(address: string, now: number): number {
    const known = this.#wrong.get(address);
    if (known === undefined || known.count < FREE_GUESSES) return 0;
    return Math.max(0, known.until - now);
  }

  addWrong(address: string, now: number): void {
    const known = this.#wrong.get(address);
    if (known !== undefined && known.until > now) {
      known.count++;
      return;
    }
    this.#wrong.delete(address);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size >= MAX_ADDRESSES && oldest !== undefined) this.#wrong.delete(oldest);
    this.#wrong.set(address, { count: 1, until: now + WITHIN_MS });
  }
}
