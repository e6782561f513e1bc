import type { TopicKey } from '../../contract/model/model.ts';
import type { Probed } from '../../core/retained/probe-batch.ts';
import { topicKey } from '../../core/topics/names.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { Clock } from '../base/clock.ts';
import { FilterBytes } from '../../core/topics/filter-bytes.ts';

/** Brokers leave out some of a large scan and say nothing (mosquitto from 1,000 queued messages on). */
const SAFE_SCAN = 500;
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
  readonly wake: () => void;
  /** Called once: stored messages come for exact topics only. */
  readonly warnOfWildcards: () => void;
}

/** What is known of how this broker answers subscriptions with wildcards. */
type Wildcards = 'unknown' | 'deliver' | 'bring nothing';

/**
 * Judges what a complete scan did not bring. That is evidence only where the scan was small enough for
 * nothing to be left out and the broker is known to deliver stored messages on wildcards; else the topics
 * that were retained before are asked for one by one.
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
      if (this.#isEvidence(scan, count)) await this.#sweep(scan);
      else await this.#askFor(scan, count);
    }
  }

  #isEvidence({ filter, whole }: Scanned, count: number): boolean {
    if (!whole || count > SAFE_SCAN) return false;
    return !isWild(filter) || this.#wildcards === 'deliver';
  }

  #sweep({ filter, epoch }: Scanned): Promise<void> {
    const { store, clock } = this.#o;
    const at = clock.wall();
    return this.#each(filter, epoch, false, (node) => {
      store.facts.absent(node, epoch, at);
      return true;
    });
  }

  async #askFor({ filter, epoch, whole }: Scanned, count: number): Promise<void> {
    const keys: TopicKey[] = [];
    await this.#each(filter, epoch, true, (_, topic) => {
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
    retainedOnly: boolean,
    visit: (node: number, topic: Uint8Array) => boolean,
  ): Promise<void> {
    const { store, wake } = this.#o;
    const matcher = new FilterBytes(filter);
    return new Promise((done) => {
      store.sweep({
        matches: (topic) => matcher.matches(topic, 0, topic.length),
        wanted: (node) =>
          store.facts.isBefore(node, epoch) && (!retainedOnly || store.retained(node).state === 'retained'),
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
