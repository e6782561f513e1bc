/** How long to wait between attempts, in ms. */
export interface BackOffLimits {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * A session that lasted this long was stable: the next failure starts from the shortest wait again.
 * Shorter ones keep growing it, so that two clients that fight for one id drift apart.
 */
export const STABLE_MS = 60_000;

/** Doublings beyond this are over any limit (0.1 s × 2^30 is three years). */
const MOST_DOUBLINGS = 30;

/**
 * The wait before the next attempt: full jitter above the minimum, under a ceiling that doubles
 * with each failure in a row.
 *
 * @param failures failures in a row, this one included (1 or more)
 * @param random in [0, 1)
 */
export function backOffDelay(failures: number, limits: BackOffLimits, random: number): number {
  const most = Math.max(limits.minMs, limits.maxMs);
  const ceiling = Math.min(most, limits.minMs * 2 ** Math.min(Math.max(failures, 1), MOST_DOUBLINGS));
  return Math.round(limits.minMs + random * (ceiling - limits.minMs));
}

/** Failures in a row after a session that was online for `onlineMs` (0: it never was) has ended. */
export function failuresAfter(failures: number, onlineMs: number): number {
  return onlineMs >= STABLE_MS ? 1 : failures + 1;
}
