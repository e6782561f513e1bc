/** Silence that ends the stored messages of a broker that answers PINGREQ ahead of them, in ms. */
const QUIET_MS = 700;
const LONGEST_QUIET_MS = 10_000;

/**
 * How long it has to be quiet before nothing more is expected, in ms: a PINGRESP proves nothing on
 * brokers that answer it before they deliver, and one that is slow to answer is slow to deliver.
 *
 * @param answerMs it took the broker to answer SUBSCRIBE and PINGREQ
 */
export function quietFor(answerMs: number): number {
  return Math.min(LONGEST_QUIET_MS, Math.max(QUIET_MS, 2 * answerMs));
}
