/** Silence that ends the stored messages of a broker that answers PINGREQ ahead of them, in ms. */
const QUIET_MS = 700;
const LONGEST_QUIET_MS = 10_000;

/**
 * How long it has to be quiet before nothing more is expected, in ms: a PINGRESP proves nothing on
 * brokers that answer it before they deliver, and one that is slow to answer is slow to deliver.
 *
 * @param answerMs it took the broker to answer SUBSCRIBE and PINGREQ
 * @param lateMs it was seen to take for the next message after it had answered
 */
export function quietFor(answerMs: number, lateMs = 0): number {
  return Math.min(LONGEST_QUIET_MS, Math.max(QUIET_MS, 2 * answerMs, 2 * lateMs));
}

/**
 * How late a broker delivers what it stores: behind its answer to PINGREQ, or behind the message before. Where that
 * is longer than what `quietFor` waits, everything would look as if it were absent. Times are ms of one clock.
 */
export class DeliveryLag {
  /** What another connection saw; it counts until this one has seen something itself. */
  #expected = 0;
  #longest = 0;
  /** Of the question that is asked. */
  #current = 0;
  #hasSome = false;
  /** From which on the next message is late; null: the broker has not answered yet. */
  #since: number | null = null;

  /** Another connection waited so long for a stored message, or for what it took for one. */
  expect(ms: number): void {
    this.#expected = Math.max(this.#expected, ms);
  }

  /** A question begins. What is long ago counts less with each that brought something. */
  asked(): void {
    if (this.#hasSome) {
      this.#longest = Math.max(this.#current, this.#longest / 2);
      this.#expected = 0;
    }
    this.#current = 0;
    this.#hasSome = false;
    this.#since = null;
  }

  /** The broker answered, and may owe something all the same. */
  answered(now: number): void {
    this.#since = now;
  }

  /** A stored message came. */
  stored(now: number): void {
    this.#hasSome = true;
    if (this.#since === null) return;
    this.#current = Math.max(this.#current, now - this.#since);
    this.#since = now;
  }

  /** The longest that has to be reckoned with, in ms. */
  get ms(): number {
    return Math.max(this.#expected, this.#longest, this.#current);
  }

  /** ms for which more may come; 0 before the broker has answered. */
  rest(now: number): number {
    return this.#since === null ? 0 : Math.max(0, this.#since + quietFor(0, this.ms) - now);
  }
}
