import type { Diagnostics } from '../../contract/session/diagnostics.ts';
import { keyBytes } from '../../core/topics/names.ts';
import { NO_NODE } from '../../core/topics/columns/nodes.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Where mosquitto and some others tell how many retained messages they hold, every 10 s. */
export const RETAINED_COUNT_TOPIC = '$SYS/broker/retained messages/count';

const KEY = keyBytes(RETAINED_COUNT_TOPIC);

/**
 * What the broker says it holds against what we saw. An estimate: the count is old, and has `$SYS`
 * itself in it. Only with a subscription to everything, or what we did not ask for would be missing.
 */
export function retainedShortfall(
  store: TopicStore,
  subscriptions: Subscriptions,
): Diagnostics['retainedShortfall'] {
  const node = store.find(KEY);
  if (store.facts.scanning || node === NO_NODE || !subscriptions.isGranted('#')) return null;
  const record = store.record(store.lastRecord(node));
  const text = record ? new TextDecoder().decode(record.payload.subarray(0, 32)) : '';
  // What was cleared since is still in the count.
  if (!record || record.at <= store.facts.lostAt || !/^\d{1,15}$/.test(text)) return null;
  const announced = Number(text);
  const seen = store.counters().retained;
  return { announced, seen, missing: Math.max(0, announced - seen), at: record.at };
}
