import type { LifeSigns } from '../contract/model/session-facts.ts';
import { deadAfterMs } from '../core/session/machine/keepalive.ts';
import type { BrokerConnection } from './broker-connection.ts';

/** The two clocks of the keep-alive and what they showed. */
export function lifeSigns(connection: BrokerConnection): LifeSigns {
  const { link, state, doctor } = connection;
  const gaps = [...doctor.clocks.gaps];
  const by = state.kind === 'online' ? state.keepAliveBy : 'client';
  if (!link?.online) return { ...NOT_CONNECTED, by, gaps };
  const now = connection.now();
  const { lastReceivedAt, lastSentAt } = link.tap;
  const { unanswered, keepAliveMs } = link;
  return {
    by,
    missedNow: unanswered?.count ?? 0,
    idleOutMs: lastSentAt > 0 ? Math.max(0, now - lastSentAt) : null,
    idleInMs: lastReceivedAt > 0 ? Math.max(0, now - lastReceivedAt) : null,
    weGiveUpAt: keepAliveMs > 0 && lastReceivedAt > 0 ? lastReceivedAt + deadAfterMs(keepAliveMs) : null,
    awaitingSince: unanswered?.firstAt ?? null,
    gaps,
  };
}

const NOT_CONNECTED = {
  missedNow: 0,
  idleOutMs: null,
  idleInMs: null,
  weGiveUpAt: null,
  awaitingSince: null,
};
