/** A try that was not cut off by the end of the connection, and one that was. */
export const TRIED = 4;
export const CUT_OFF = 1;
/**
 * A topic of which nothing is known afterwards is cleared once more until this is spent: three tries while the
 * connection lasts, or a dozen that were cut off by its end, which the topic itself may be the reason of. What is cut
 * off while others are done with costs nothing: some brokers end the connection over each topic that they deny.
 */
const PATIENCE = 12;

/** What is left of the patience with each place. */
export class Patience {
  readonly #spent = new Map<number, number>();

  /** Whether it may be tried once more. */
  spend(place: number, cost: number): boolean {
    const spent = (this.#spent.get(place) ?? 0) + cost;
    this.#spent.set(place, spent);
    return spent < PATIENCE;
  }

  renew(): void {
    this.#spent.clear();
  }
}
