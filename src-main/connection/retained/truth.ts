import type { SubscriptionStatus } from '../../contract/model/model.ts';
import { NO_NODE } from '../../core/topics/columns/nodes.ts';
import { keyBytes } from '../../core/topics/names.ts';
import type { LiveRetain } from '../../core/topics/store/facts.ts';
import type { TopicStore } from '../../core/topics/store/store.ts';
import type { Clock } from '../base/clock.ts';
import type { LogRing } from '../base/log-ring.ts';
import type { CountingIntake } from '../intake/counting-intake.ts';
import type { Link } from '../link/link.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import { RetainedCleaner, type CleaningLink } from './cleaner.ts';
import { RetainedCountCheck } from './count.ts';
import { ScanWatch, type ScanEnd } from './scan.ts';

export interface TruthOptions {
  readonly store: TopicStore;
  readonly intake: CountingIntake;
  readonly subscriptions: Subscriptions;
  readonly publisher: Publisher;
  readonly log: LogRing;
  readonly clock: Clock;
  /** There is something new to show. */
  readonly wake: () => void;
}

/** What is known of the messages that the broker stores: what happens on the link is turned into evidence. */
export class RetainedTruth {
  readonly cleaner: RetainedCleaner;
  readonly #o: TruthOptions;
  readonly #scan: ScanWatch;
  readonly #countCheck: RetainedCountCheck;
  #isMqtt5 = false;

  constructor(options: TruthOptions) {
    this.#o = options;
    const { store, intake, clock } = options;
    this.cleaner = new RetainedCleaner({
      ...options,
      topics: store,
      learnNotRetained: (key, at) => {
        const node = store.find(keyBytes(key));
        if (node !== NO_NODE) store.facts.learn(node, 'absent', 'probe', -1, at);
        options.wake();
      },
    });
    this.#scan = new ScanWatch(intake, clock, (end, ms) => this.#scanned(end, ms));
    this.#countCheck = new RetainedCountCheck({ ...options, cleaner: this.cleaner });
  }

  /** CONNACK, in the order of the wire. */
  accepted(link: Link): void {
    const { facts } = this.#o.store;
    this.#o.store.sessionChanged();
    this.#isMqtt5 = link.level === 5;
    facts.setLiveRetain({ possible: this.#isMqtt5, everywhere: false });
  }

  ready(link: CleaningLink): void {
    this.cleaner.started(link);
  }

  /** What is subscribed to, or how. */
  subscriptionsChanged(): void {
    const { store, subscriptions } = this.#o;
    store.facts.setLiveRetain(liveRetain(subscriptions.status(), this.#isMqtt5));
  }

  /** A SUBSCRIBE was written, in the order of the wire. */
  scanBegins(link: Link | null): void {
    if (!link) return;
    this.#o.store.facts.scanBegan();
    this.#scan.begin(link);
  }

  ended(byRemote: boolean): void {
    this.#o.store.sessionChanged();
    this.#scan.closed();
    this.#countCheck.linkEnded(byRemote);
    this.cleaner.ended();
  }

  #scanned(end: ScanEnd, ms: number): void {
    const { store, log } = this.#o;
    store.facts.scanEnded();
    store.facts.scanJudged();
    if (end === 'closed') return;
    void this.#countCheck.run();
    const after = `${(ms / 1_000).toFixed(1)} s`;
    if (end === 'complete') log.add('info', `The scan of retained messages ended after ${after}.`);
    else log.add('warn', `The broker did not confirm the end of the retained messages within ${after}.`);
  }
}

/** How the broker may set the retain flag of live messages, by what these subscriptions asked for. */
export function liveRetain(subscriptions: readonly SubscriptionStatus[], isMqtt5: boolean): LiveRetain {
  const on = subscriptions.filter(({ result }) => result.kind !== 'off');
  const asked = on.map(({ retainAsPublished }) => retainAsPublished);
  return { possible: isMqtt5 && asked.includes(true), everywhere: isMqtt5 && !asked.includes(false) };
}
