import type { Qos, TopicKey } from '../../contract/model/model.ts';
import { coverOf } from '../../core/inventory/cover.ts';
import { isLastRetained } from '../../core/inventory/last-retained.ts';
import { receivedProperties } from '../../core/publish/received-properties.ts';
import type { Probed } from '../../core/retained/probe-batch.ts';
import { NO_NODE } from '../../core/topics/columns/nodes.ts';
import { isShared } from '../../core/topics/filters.ts';
import { topicKey } from '../../core/topics/names.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { Clock } from '../base/clock.ts';
import type { ProbeWitness } from '../probe/topic-questions.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import type { KnownNodes } from './known-nodes.ts';
import type { StoredQos } from './stored-qos.ts';

export interface WitnessOptions {
  readonly store: TopicStore;
  readonly subscriptions: Pick<Subscriptions, 'covers'>;
  readonly clock: Clock;
  readonly nodes: KnownNodes;
  readonly qos: StoredQos;
  /** There is something new to show. */
  readonly wake: () => void;
}

/** What the store knows of topics that a probe asks for, and where it learns what was found. */
export class StoreWitness implements ProbeWitness {
  readonly #o: WitnessOptions;

  constructor(options: WitnessOptions) {
    this.#o = options;
  }

  cover(keys: readonly TopicKey[], most: number): ReturnType<ProbeWitness['cover']> {
    const { store } = this.#o;
    const nodes = keys.map((key) => (isShared(key) ? NO_NODE : this.#o.nodes.find(key)));
    const { subtrees, rest } = coverOf(store, nodes, most);
    const keysAt = (places: readonly number[]) => places.flatMap((place) => keys[place] ?? []);
    return {
      questions: subtrees.map(({ node, meant, most: all }) => ({
        filter: `${topicKey(store.pathBytes(node))}/#`,
        keys: keysAt(meant),
        most: all,
      })),
      rest: keysAt(rest),
    };
  }

  stamp(key: TopicKey): number {
    const node = this.#o.nodes.find(key);
    return node === NO_NODE ? -1 : this.#o.store.retainedStamp(node);
  }

  isHeld(key: TopicKey): boolean {
    const node = this.#o.nodes.find(key);
    if (node === NO_NODE) return false;
    const { state, stale } = this.#o.store.retained(node);
    return state === 'retained' && !stale;
  }

  /** Only topics that are known have a place for what a probe found. */
  learn(key: TopicKey, probed: Probed, granted: Qos): void {
    const { store, clock, subscriptions } = this.#o;
    const node = this.#o.nodes.find(key);
    if (node === NO_NODE || probed.kind === 'incomplete') return;
    const evidence = probed.kind === 'retained' ? 'stored' : 'absent';
    const at = clock.wall();
    store.facts.learn(node, evidence, 'probe', expiryOf(probed), at);
    if (probed.kind === 'retained') {
      this.#o.qos.probed(node, probed.message.qos, granted, at);
      if (!isLastRetained(store, node, probed.message)) store.stored(node, probed.message);
    }
    // No subscription shows what happens to it from now on.
    if (!subscriptions.covers(key)) store.facts.uncovered(node);
    this.#o.wake();
  }
}

/** Seconds the message is still stored for; -1: for good. */
function expiryOf(probed: Probed): number {
  if (probed.kind !== 'retained' || probed.message.properties.length === 0) return -1;
  return receivedProperties(probed.message.properties).messageExpiry ?? -1;
}
