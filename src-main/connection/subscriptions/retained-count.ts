import type { Diagnostics } from '../../contract/session/diagnostics.ts';
import type { HistoryRecord } from '../../core/history/record.ts';
import { keyBytes } from '../../core/topics/names.ts';
import { NO_NODE, ROOT } from '../../core/topics/columns/nodes.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { Clock } from '../base/clock.ts';
import { inSlices } from '../base/in-slices.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Where mosquitto and some others publish how many retained messages they hold, every 10 s. */
export const RETAINED_COUNT_TOPIC = '$SYS/broker/retained messages/count';

const KEY = keyBytes(RETAINED_COUNT_TOPIC);
/** Changes with each round in which a broker like mosquitto publishes what has changed below `$SYS`. */
const UPTIME = keyBytes('$SYS/broker/uptime');
/** A round is over so long after it began, ms. */
const ROUND_MS = 100;
/** Nodes looked at between two pauses. */
const SLICE = 4_096;

type Shortfall = NonNullable<Diagnostics['retainedShortfall']>;

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
  const counted = subscriptions.isGranted('#') ? countedAndSeen(store) : null;
  if (counted === null) return null;
  // mosquitto counts what has expired until somebody asks for it; `$SYS` itself does where it does not change.
  const seen = Math.min(counted.announced, counted.seen + store.facts.expired);
  return { ...counted, seen, missing: counted.announced - seen };
}

/** How many retained messages the broker says that it holds. */
export interface BrokerCount {
  /** False: it does not say it. */
  readonly isThere: () => boolean;
  /**
   * How many there are beside those that are known, and as of when, ms since the epoch. Where subscriptions bring
   * less than everything, they may lie elsewhere.
   *
   * @returns null also where it is not sure that what is known is still there: then it may stand for what is missing
   */
  readonly beside: () => Promise<Pick<Shortfall, 'missing' | 'at'> | null>;
}

export function brokerCount(store: TopicStore, subscriptions: Subscriptions, clock: Clock): BrokerCount {
  return {
    isThere: () => announcedIn(store) !== null,
    beside: async () => {
      const counted = countedAndSeen(store);
      if (counted === null || subscriptions.isGranted('#')) return counted;
      return (await inSlices(clock, isAsOfNow(store))) ? counted : null;
    },
  };
}

/** A subscription shows of each topic that is known to be retained what becomes of it. */
function* isAsOfNow(store: TopicStore): Generator<void, boolean> {
  for (let node = ROOT + 1; node < store.end; node++) {
    if (node % SLICE === 0) yield;
    if (!store.exists(node) || !store.isTopic(node)) continue;
    const { state, stale } = store.retained(node);
    if (state === 'retained' && stale) return false;
  }
  return true;
}

function countedAndSeen(store: TopicStore): Shortfall | null {
  const last = store.facts.scanning ? null : announcedIn(store);
  if (last === null) return null;
  const { announced, record } = last;
  const at = countedAt(store, record);
  // What was cleared since is still in the count.
  if (at === null || at <= store.facts.lostAt) return null;
  const seen = store.counters().retained;
  // It was counted before the last of them came, or leaves some out.
  return announced < seen ? null : { announced, seen, missing: announced - seen, at };
}

function announcedIn(
  store: TopicStore,
): { readonly announced: number; readonly record: HistoryRecord } | null {
  const node = store.find(KEY);
  const record = node === NO_NODE ? null : store.record(store.lastRecord(node));
  const text = record ? new TextDecoder().decode(record.payload.subarray(0, 32)) : '';
  return record && /^\d{1,15}$/.test(text) ? { announced: Number(text), record } : null;
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
