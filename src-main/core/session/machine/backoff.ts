/** How long to wait between attempts, in ms. */
export interface BackOffLimits {
  readonly minMs: number;
  readonly maxMs: number;
}

/** What came before an attempt that is now to be repeated. */
export interface RetryHistory {
  /** Failures in a row, the first minute of an outage left out. */
  readonly failures: number;
  /**
   * When the session was lost whose return is awaited, in ms of the same clock as `now`; null where no
   * session was lost, or where the broker has refused since.
   */
  readonly outageSince: number | null;
}

/** Nothing was lost and nothing failed yet. */
export const NO_RETRIES: RetryHistory = { failures: 0, outageSince: null };

/**
 * For so long an outage is young: a broker that restarts, a cable that was pulled. It is tried about
 * every second; then waits grow. ms
 */
export const YOUNG_OUTAGE_MS = 60_000;

/**
 * A shorter session does not count as one: a broker that accepts and disconnects at once must not be tried
 * every second without end. ms
 */
export const REAL_SESSION_MS = 1_000;

/**
 * The first try after a lost session follows almost at once. If it is refused, the broker is restarting
 * rather than rejecting us; if only the network failed, the session is back at once. ms
 */
const FIRST_TRY_MS = 50;

/** About every second, in the first minute of an outage; the jitter keeps clients apart. ms */
const YOUNG_PACE_MS = { least: 700, most: 1_000 };

/** Doublings beyond this are over any limit (0.1 s × 2^30 is three years). */
const MOST_DOUBLINGS = 30;

/** How the attempt before ended, as far as the next wait depends on it. */
export interface AttemptEnd {
  /** ms since the epoch */
  readonly now: number;
  /** How long the session lasted; null if there was none. */
  readonly onlineMs: number | null;
  /** The broker or a service asks for patience. */
  readonly slowly: boolean;
}

/**
 * The wait before the next attempt, in ms, and what is remembered for the one after it.
 *
 * @param random in [0, 1)
 */
export function nextRetry(
  history: RetryHistory,
  end: AttemptEnd,
  limits: BackOffLimits,
  random: number,
): { history: RetryHistory; ms: number } {
  if (end.slowly) return grown({ ...history, outageSince: null }, limits, random);
  const real = end.onlineMs !== null && end.onlineMs >= REAL_SESSION_MS;
  if (real) {
    const ms = Math.round(random * Math.min(FIRST_TRY_MS, limits.minMs));
    return { history: { failures: 0, outageSince: end.now }, ms };
  }
  const since = history.outageSince;
  if (since === null || end.now - since >= YOUNG_OUTAGE_MS) return grown(history, limits, random);
  const { least, most } = YOUNG_PACE_MS;
  // A minimum that the user raised is meant for a service that counts attempts.
  const raised = Math.max(0, limits.minMs - most);
  return { history, ms: raised + Math.round(least + random * (most - least)) };
}

function grown(
  history: RetryHistory,
  limits: BackOffLimits,
  random: number,
): { history: RetryHistory; ms: number } {
  const failures = history.failures + 1;
  return { history: { ...history, failures }, ms: backOffDelay(failures, limits, random) };
}

/**
 * A growing wait: full jitter above the minimum, under a ceiling that doubles with each failure in a row.
 *
 * @param failures failures in a row, this one included (1 or more)
 * @param random in [0, 1)
 */
export function backOffDelay(failures: number, limits: BackOffLimits, random: number): number {
  const most = Math.max(limits.minMs, limits.maxMs);
  const ceiling = Math.min(most, limits.minMs * 2 ** Math.min(Math.max(failures, 1), MOST_DOUBLINGS));
  return Math.round(limits.minMs + random * (ceiling - limits.minMs));
}
