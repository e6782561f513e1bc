import type { Diagnostics } from '../../contract/session/diagnostics.ts';
import { keyBytes } from '../../core/topics/names.ts';
import { NO_NODE } from '../../core/topics/columns/nodes.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { LogRing } from '../base/log-ring.ts';
import type { RetainedCleaner } from './cleaner.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';

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
  if (!record || !/^\d{1,15}$/.test(text)) return null;
  const announced = Number(text);
  const seen = store.counters().retained;
  return { announced, seen, missing: Math.max(0, announced - seen), at: record.at };
}

interface CountCheckOptions {
  readonly store: TopicStore;
  readonly subscriptions: Subscriptions;
  readonly cleaner: RetainedCleaner;
  readonly log: LogRing;
}

/**
 * Asks for the count again when a scan ended: under its load mosquitto drops this message as well, and says
 * it again only when it changes.
 */
export class RetainedCountCheck {
  readonly #o: CountCheckOptions;
  #running = false;
  /** False once a broker closed the connection over it. */
  #may = true;

  constructor(options: CountCheckOptions) {
    this.#o = options;
  }

  linkEnded(byRemote: boolean): void {
    if (this.#running && byRemote) this.#may = false;
  }

  async run(): Promise<void> {
    const { store, subscriptions, cleaner, log } = this.#o;
    if (!this.#may || !subscriptions.covers(RETAINED_COUNT_TOPIC)) return;
    this.#running = true;
    await cleaner.refresh([RETAINED_COUNT_TOPIC]);
    this.#running = false;
    const shortfall = retainedShortfall(store, subscriptions);
    if (!shortfall || shortfall.missing === 0) return;
    const { announced, seen, missing } = shortfall;
    log.add(
      'warn',
      `About ${missing} retained messages may be missing: the broker says that it holds ${announced}, and ${seen} were seen.`,
      'This is an estimate. A broker that cannot send fast enough drops retained messages; subscribe to less at once.',
    );
  }
}
