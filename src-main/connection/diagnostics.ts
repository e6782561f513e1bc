import type { Diagnostics } from '../contract/session/diagnostics.ts';
import { clampKeepAlive } from '../core/session/failures/service-limits.ts';
import { deadAfterMs } from '../core/session/machine/keepalive.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { lifeSigns } from './life-signs.ts';
import type { Link } from './link/link.ts';
import { retainedShortfall } from './subscriptions/retained-count.ts';

/** What the protocol is doing, as it is now. */
export function diagnosticsOf(connection: BrokerConnection): Diagnostics {
  const { options, session, publisher, link } = connection;
  const { rtt } = session;
  const shown = (at: number | null | undefined): number | null =>
    at === null || at === undefined ? null : connection.clock.wall(at);
  return {
    state: connection.state,
    subscriptions: connection.subscriptions.status(),
    keepAlive: {
      // Until CONNACK came none is in force.
      intervalSeconds: link?.online
        ? link.keepAliveMs / 1_000
        : clampKeepAlive(options.keepAlive, options.serviceLimits),
      lastSentAt: shown(link?.tap.lastSentAt),
      lastReceivedAt: shown(link?.tap.lastReceivedAt),
      nextPingAt: shown(link?.keepAlive.nextPingAt),
      brokerGivesUpAt: shown(brokerGivesUpAt(link)),
      pings: rtt.pings,
      unanswered: rtt.unanswered,
      ...rtt.summary(),
    },
    session: {
      asked: {
        version: options.version,
        clientId: session.clientId,
        cleanStart: options.cleanStart,
        keepAlive: options.keepAlive,
        sessionExpiry: options.sessionExpiry,
      },
      ...session.traffic(),
      inFlight: publisher.inFlight,
      unknownOutcomes: publisher.unknownOutcomes,
      connects: session.connects,
      phases: session.phases(),
    },
    retainedShortfall: retainedShortfall(connection.store, connection.subscriptions),
    facts: connection.doctor.facts(),
    life: lifeSigns(connection),
    recorder: connection.packets.recorder.status(),
    verdicts: connection.doctor.verdicts(),
    log: connection.log.entries(),
  };
}

function brokerGivesUpAt(link: Link | null): number | null {
  if (!link?.online || link.keepAliveMs === 0 || link.tap.lastSentAt === null) return null;
  return link.tap.lastSentAt + deadAfterMs(link.keepAliveMs);
}
