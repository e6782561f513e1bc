import type { Diagnostics } from '../../contract/session/diagnostics.ts';
import type { HistoryRecord } from '../../core/history/record.ts';
import { keyBytes } from '../../core/topics/names.ts';
import { NO_NODE } from '../../core/topics/columns/nodes.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Where mosquitto and some others publish how many retained messages they hold, every 10 s. */
export const RETAINED_COUNT_TOPIC = '$SYS/broker/retained messages/count';

const KEY = keyBytes(RETAINED_COUNT_TOPIC);
/** Changes with each round in which a broker like mosquitto publishes what has changed below `$SYS`. */
const UPTIME = keyBytes('$SYS/broker/uptime');
/** A round is over so long after it began, ms. */
const ROUND_MS = 100;

/**
 * What the broker says it holds against what we saw. An estimate: the count is old, and has `$SYS`
 * itself in it. Only with a subscription to everything, or what we did not ask for would be missing.
 *
 * @returns null also where the count is of another time than what was seen, so that a difference would mean nothing
 */
export function retainedShortfall(
  store: TopicStore,
  subscriptions: Subscriptions,
): Diagnostics['retainedShortfall'] {
  const node = store.find(KEY);
  if (store.facts.scanning || node === NO_NODE || !subscriptions.isGranted('#')) return null;
  const record = store.record(store.lastRecord(node));
  const text = record ? new TextDecoder().decode(record.payload.subarray(0, 32)) : '';
  if (!record || !/^\d{1,15}$/.test(text)) return null;
  const at = countedAt(store, record);
  // What was cleared since is still in the count.
  if (at === null || at <= store.facts.lostAt) return null;
  const announced = Number(text);
  const seen = store.counters().retained;
  // It was counted before the last of them came, or leaves some out.
  return announced < seen ? null : { announced, seen, missing: announced - seen, at };
}

/**
 * Up to when the count holds, ms since the epoch. It is sent again only where it has changed, but the uptime
 * comes with every round; null: it was stored some time ago, and no round has come since.
 */
function countedAt(store: TopicStore, { at, stored }: HistoryRecord): number | null {
  const node = store.find(UPTIME);
  const uptime = node === NO_NODE ? null : store.record(store.lastRecord(node));
  if (uptime === null) return at;
  const round = !uptime.stored && store.now - uptime.at >= ROUND_MS ? uptime.at : null;
  return stored ? round : Math.max(at, round ?? at);
}
