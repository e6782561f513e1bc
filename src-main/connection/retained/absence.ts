import type { TopicKey } from '../../contract/model/model.ts';
import { SAFE_ANSWER } from '../../core/inventory/branches.ts';
import type { Probed } from '../../core/retained/probe-batch.ts';
import { topicKey } from '../../core/topics/names.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { Clock } from '../base/clock.ts';
import { FilterBytes } from '../../core/topics/filter-bytes.ts';

/**
 * Of a scan of so many nothing was left out, with what else waits: the smallest queues that are usual hold 100. Most
 * of them are of `$SYS` where few other messages are retained, and then no second connection is needed.
 */
const SMALL_SCAN = 90;
/** Topics that are asked for one by one after one scan. */
const MOST_PROBED = 1_000;

/** A SUBSCRIBE of which the stored messages came. */
export interface Scanned {
  readonly filter: string;
  /** `RetainedFacts.scanBegan`. */
  readonly epoch: number;
  /** It asked for all stored messages: not shared, no local and retain handling left alone. */
  readonly whole: boolean;
}

export interface AbsenceOptions {
  readonly store: TopicStore;
  readonly clock: Clock;
  readonly ask: (keys: readonly TopicKey[]) => Promise<Map<TopicKey, Probed>>;
  /** This broker reads `+` as the standard says. Some end a level at a dot as well, or know no empty one. */
  readonly readsPlus: () => boolean;
  readonly wake: () => void;
  /** Called once: stored messages come for exact topics only. */
  readonly warnOfWildcards: () => void;
}

/** Topics that were retained before the scan, the others, or both. */
type Swept = 'retained' | 'others' | 'all';

/** What is known of how this broker answers subscriptions with wildcards. */
type Wildcards = 'unknown' | 'deliver' | 'bring nothing';

/**
 * Judges what a complete scan did not bring. That is evidence only where the scan was small enough for
 * nothing to be left out and the broker is known to deliver stored messages on wildcards; else the topics
 * that were retained before are asked for one by one. Of a scan of middling size both is done.
 */
export class Absence {
  readonly #o: AbsenceOptions;
  #wildcards: Wildcards = 'unknown';

  constructor(options: AbsenceOptions) {
    this.#o = options;
  }

  /** Stored messages came for a filter with a wildcard, for certain. */
  wildcardsDeliver(): void {
    if (this.#wildcards === 'unknown') this.#wildcards = 'deliver';
  }

  /** @param count stored messages that the scans brought together */
  async judge(scans: readonly Scanned[], count: number): Promise<void> {
    for (const scan of scans) {
      const isEvidence = this.#isEvidence(scan, count);
      // A small queue may have had no room for what was retained before.
      const isSmall = isEvidence && count <= SMALL_SCAN;
      if (!isSmall) await this.#askFor(scan, count);
      if (isEvidence) await this.#sweep(scan, isSmall ? 'all' : 'others');
    }
  }

  #isEvidence({ filter, whole }: Scanned, count: number): boolean {
    if (!whole || count > SAFE_ANSWER) return false;
    if (filter.includes('+') && !this.#o.readsPlus()) return false;
    return !isWild(filter) || this.#wildcards === 'deliver';
  }

  #sweep({ filter, epoch }: Scanned, which: Swept): Promise<void> {
    const { store, clock } = this.#o;
    const at = clock.wall();
    return this.#each(filter, epoch, which, (node) => {
      store.facts.absent(node, epoch, at);
      return true;
    });
  }

  async #askFor({ filter, epoch, whole }: Scanned, count: number): Promise<void> {
    const keys: TopicKey[] = [];
    await this.#each(filter, epoch, 'retained', (_, topic) => {
      const key = topicKey(topic);
      if (!key.startsWith('\0')) keys.push(key);
      return keys.length < MOST_PROBED;
    });
    if (keys.length === 0) return;
    const found = await this.#o.ask(keys);
    const held = keys.filter((key) => found.get(key)?.kind === 'retained');
    if (held.length === 0 || !whole || count > 0 || !isWild(filter)) return;
    if (this.#wildcards !== 'bring nothing') this.#o.warnOfWildcards();
    this.#wildcards = 'bring nothing';
  }

  /** Every topic of the filter of which nothing was learnt since the scan began. */
  #each(
    filter: string,
    epoch: number,
    which: Swept,
    visit: (node: number, topic: Uint8Array) => boolean,
  ): Promise<void> {
    const { store, wake } = this.#o;
    const matcher = new FilterBytes(filter);
    return new Promise((done) => {
      store.sweep({
        matches: (topic) => matcher.matches(topic, 0, topic.length),
        wanted: (node) =>
          store.facts.isBefore(node, epoch) &&
          (which === 'all' || (store.retained(node).state === 'retained') === (which === 'retained')),
        visit,
        done,
      });
      wake();
    });
  }
}

export function isWild(filter: string): boolean {
  return /[+#]/.test(filter);
}
