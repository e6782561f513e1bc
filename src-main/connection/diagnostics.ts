import type { Diagnostics } from '../contract/model.ts';
import { deadAfterMs } from '../core/session/keepalive.ts';
import { keyBytes } from '../core/topics/names.ts';
import { NO_NODE } from '../core/topics/nodes.ts';
import { RETAINED_COUNT_TOPIC, type BrokerConnection } from './broker-connection.ts';

const RETAINED_COUNT = keyBytes(RETAINED_COUNT_TOPIC);

/** What the protocol is doing, as it is now. */
export function diagnosticsOf(connection: BrokerConnection): Diagnostics {
  const { options, rtt, publisher, link } = connection;
  return {
    state: connection.state,
    subscriptions: connection.subscriptions.status(),
    keepAlive: {
      intervalSeconds: link ? link.keepAliveMs / 1_000 : options.keepAlive,
      lastSentAt: link?.tap.lastSentAt || null,
      lastReceivedAt: link?.tap.lastReceivedAt || null,
      nextPingAt: link?.nextPingAt ?? null,
      brokerGivesUpAt: brokerGivesUpAt(connection),
      pings: rtt.pings,
      unanswered: rtt.unanswered,
      ...rtt.summary(),
    },
    session: {
      asked: {
        version: options.version,
        clientId: connection.clientId,
        cleanStart: options.cleanStart,
        keepAlive: options.keepAlive,
        sessionExpiry: options.sessionExpiry,
      },
      ...connection.traffic(),
      inFlight: publisher.inFlight,
      unknownOutcomes: publisher.unknownOutcomes,
      connects: connection.connects,
      phases: connection.phases(),
    },
    retainedShortfall: retainedShortfall(connection),
    log: connection.log.entries(),
  };
}

function brokerGivesUpAt({ link }: BrokerConnection): number | null {
  if (!link?.online || link.keepAliveMs === 0 || link.tap.lastSentAt === 0) return null;
  return link.tap.lastSentAt + deadAfterMs(link.keepAliveMs);
}

/**
 * An estimate: mosquitto refreshes its count every 10 s and counts `$SYS` in it. Only with a
 * subscription to everything, or what we did not ask for would count as missing.
 */
function retainedShortfall(connection: BrokerConnection): Diagnostics['retainedShortfall'] {
  const { store } = connection;
  const seesAll = connection.subscriptions
    .status()
    .some(({ filter, result }) => filter === '#' && result.kind === 'granted');
  const node = store.find(RETAINED_COUNT);
  if (!seesAll || store.scanning || node === NO_NODE) return null;
  const record = store.record(store.lastRecord(node));
  const text = record ? new TextDecoder().decode(record.payload.subarray(0, 32)) : '';
  if (!record || !/^\d{1,15}$/.test(text)) return null;
  const announced = Number(text);
  const seen = store.counters().retained;
  return { announced, seen, missing: Math.max(0, announced - seen), at: record.at };
}
