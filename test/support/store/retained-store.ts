import { keyBytes } from '../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../src-main/core/topics/store/store.ts';
import { send } from './messages.ts';

/** When the store of `retainedStore` starts and its retained messages came, ms since the epoch. */
export const RETAINED_AT = Date.UTC(2026, 10, 28);

/** A store after the scan of a broker that retains these, with topics that came live only. */
export function retainedStore(
  retained: Readonly<Record<string, string>>,
  live: readonly string[] = [],
): TopicStore {
  const at = RETAINED_AT;
  const store = new TopicStore({ memoryBytes: 2 ** 26, topicCap: 1_000_000, seed: 3, startedAt: at });
  store.facts.scanBegan();
  for (const [key, payload] of Object.entries(retained))
    send(store, { topic: keyBytes(key), payload, retain: true, at });
  for (const key of live) send(store, { topic: keyBytes(key), at });
  return store;
}

/** The result of work in slices, done in one go. */
export function finished<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
