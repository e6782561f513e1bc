/**
 * Two clocks. The broker ends a client whose packets stop for 1.5 × keep-alive, so a PINGREQ is due
 * by the time since our last *sent* packet. The link is dead only by the time since the last
 * *received* byte: whatever else stalls, arriving bytes prove it alive.
 */
export interface KeepAliveClock {
  /** Interval in force, ms; 0 switches all of it off. */
  readonly intervalMs: number;
  readonly lastSentAt: number;
  readonly lastReceivedAt: number;
  /** Pings since the last one that was answered: when the first and the latest were sent. */
  readonly unanswered: { readonly firstAt: number; readonly latestAt: number; readonly count: number } | null;
}

export type KeepAliveStep =
  | { readonly kind: 'ping' }
  /** `silentMs` since the last byte. */
  | { readonly kind: 'dead'; readonly silentMs: number }
  /** Nothing to do before `until` (ms on the same clock); null: never. */
  | { readonly kind: 'wait'; readonly until: number | null };

/** A ping goes out a little early: the timer, the loop and the network take their time. */
export function pingAfterMs(intervalMs: number): number {
  return intervalMs - Math.min(1_000, intervalMs * 0.1);
}

/** An answer that the broker dropped under load is asked for again after this. */
export function askAgainAfterMs(intervalMs: number): number {
  return Math.max(250, intervalMs * 0.2);
}

/** Silence that ends a link, if it was asked twice in it. */
export function deadAfterMs(intervalMs: number): number {
  return intervalMs * 1.5;
}

/**
 * What to do now. A link is dead after 1.5 × keep-alive without a byte in which we asked at least
 * twice, the first time half an interval ago at least: so neither a sleeping computer nor a busy
 * event loop takes its own pause for the broker's silence.
 */
export function keepAliveStep(clock: KeepAliveClock, now: number): KeepAliveStep {
  const { intervalMs, unanswered } = clock;
  if (intervalMs <= 0) return { kind: 'wait', until: null };
  const silentSince = clock.lastReceivedAt;
  // A ping that was sent before the newest byte says nothing about the silence after it.
  const asked = unanswered && unanswered.latestAt >= silentSince ? unanswered : null;
  if (!asked) {
    // The clock of the computer was set back: what it says of the past is worth nothing.
    if (clock.lastSentAt > now || silentSince > now) return { kind: 'ping' };
    const due = Math.min(clock.lastSentAt, silentSince) + pingAfterMs(intervalMs);
    const soonest = unanswered ? Math.max(due, unanswered.latestAt + askAgainAfterMs(intervalMs)) : due;
    return now >= soonest ? { kind: 'ping' } : { kind: 'wait', until: soonest };
  }
  const firstInSilence = Math.max(asked.firstAt, silentSince);
  const deadAt = Math.max(silentSince + deadAfterMs(intervalMs), firstInSilence + intervalMs * 0.5);
  if (now >= deadAt && asked.count >= 2) return { kind: 'dead', silentMs: now - silentSince };
  const again = asked.latestAt + askAgainAfterMs(intervalMs);
  if (now >= again) return { kind: 'ping' };
  return { kind: 'wait', until: asked.count >= 2 ? Math.min(again, deadAt) : again };
}

/** The interval in force and who decided: a broker's Server Keep Alive replaces ours [MQTT-3.1.2-21]. */
export function effectiveKeepAlive(
  asked: number,
  server: number | undefined,
): { seconds: number; by: 'client' | 'server' } {
  return server === undefined ? { seconds: asked, by: 'client' } : { seconds: server, by: 'server' };
}
