import type { ConnectionAttempt } from '../../../contract/session/connection-history.ts';

/** The time that the online share covers. */
const WINDOW_MS = 86_400_000;

/**
 * The share of the last 24 h, or of the time since the first attempt if that is shorter, that was online.
 *
 * @param attempts in any order; one that has no end runs
 * @returns from 0 to 1; null where nothing is known
 */
export function uptimeShare(attempts: readonly ConnectionAttempt[], now: number): number | null {
  const from = now - WINDOW_MS;
  // Not `Math.min(...)`: who retries every second for a day has more than there is room for on the stack.
  const first = attempts.reduce((least, { startedAt }) => Math.min(least, startedAt), Infinity);
  const since = Math.max(from, first);
  if (attempts.length === 0 || now <= since) return null;
  let online = 0;
  for (const { onlineAt, endedAt } of attempts) {
    if (onlineAt !== null) online += Math.max(0, Math.min(endedAt ?? now, now) - Math.max(onlineAt, since));
  }
  return Math.min(1, online / (now - since));
}
