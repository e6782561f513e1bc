import type { LifeSigns } from '../contract/model/session-facts.ts';
import { deadAfterMs } from '../core/session/machine/keepalive.ts';
import type { BrokerConnection } from './broker-connection.ts';

/** The two clocks of the keep-alive and what they showed. */
export function lifeSigns(connection: BrokerConnection): LifeSigns {
  const { link, state, doctor } = connection;
  const gaps = [...doctor.clocks.gaps];
  const by = state.kind === 'online' ? state.keepAliveBy : 'client';
  if (!link?.online) return { ...NOT_CONNECTED, by, gaps };
  const { clock } = connection;
  const { lastReceivedAt } = link.tap;
  const { unanswered, intervalMs } = link.keepAlive;
  const until = lastReceivedAt === null || intervalMs === 0 ? null : lastReceivedAt + deadAfterMs(intervalMs);
  return {
    by,
    missedNow: unanswered?.count ?? 0,
    weGiveUpAt: until === null ? null : clock.wall(until),
    awaitingSince: unanswered === null ? null : clock.wall(unanswered.firstAt),
    gaps,
  };
}

const NOT_CONNECTED = {
  missedNow: 0,
  weGiveUpAt: null,
  awaitingSince: null,
};
