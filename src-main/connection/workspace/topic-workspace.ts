import type { StreamSignal } from '../../contract/base/define.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ForgottenTopics, TopicsToForget } from '../../contract/session/found-topics.ts';
import type { WatchedMessages } from '../../contract/session/watched.ts';
import { NO_NODE, ROOT } from '../../core/topics/columns/nodes.ts';
import { MQTT_SEPARATOR } from '../../core/topics/levels.ts';
import { keyBytes } from '../../core/topics/names.ts';
import type { StoreLimits, StoreOptions } from '../../core/topics/store/options.ts';
import { TopicStore } from '../../core/topics/store/store.ts';
import type { Clock } from '../base/clock.ts';
import { CountingIntake } from '../intake/counting-intake.ts';
import { IdleScheduler } from './idle-scheduler.ts';
import { Searches } from './searches.ts';
import { NameSearch } from './name-search.ts';
import { SeriesStreams } from './series.ts';
import { TopicCounter } from './topic-counter.ts';
import { Views } from './views.ts';
import { watchedStream } from './watched-stream.ts';

/** A list of single messages or packets is asked for again sooner than this while it is looked at. */
const WATCHED_MS = 10_000;

export interface WorkspaceOptions extends Pick<StoreOptions, 'readyMemory'> {
  readonly limits: StoreLimits;
  /** Key of the topics' hash, unpredictable for whoever sends the messages. */
  readonly seed: number;
  readonly clock: Clock;
  /** Between the levels of the tree, as in `core/topics/levels.ts`; left out: that of MQTT. */
  readonly separator?: string;
  /** Messages come faster than they can be kept: from now on only the latest of each topic is; or again all. */
  readonly shedding: (on: boolean) => void;
  /** Three or four times a second while messages come, and once a second else. */
  readonly tick?: () => void;
}

/**
 * Messages by topic with their history, and the views that windows have of them. It knows no broker:
 * whatever has messages puts them into `intake`, a link or a recording.
 */
export class TopicWorkspace {
  readonly store: TopicStore;
  readonly intake: CountingIntake;
  readonly views: Views;
  readonly searches: Searches;
  readonly names: NameSearch;
  readonly counts: TopicCounter;
  readonly series: SeriesStreams;
  readonly #o: WorkspaceOptions;
  readonly #scheduler: IdleScheduler;
  /** How often a person had topics forgotten. */
  #forgettings = 0;
  #watchedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: WorkspaceOptions) {
    this.#o = options;
    const { limits, seed, clock, separator = MQTT_SEPARATOR, readyMemory } = options;
    const times = { startedAt: clock.wall(), steady: () => clock.now() };
    this.store = new TopicStore({ ...limits, ...times, seed, separator, readyMemory });
    this.#scheduler = new IdleScheduler({
      clock,
      work: (until) => this.#work(until),
      tick: (shedding) => this.#tick(shedding),
      idle: () => {
        this.views.notify();
        this.series.notify();
      },
      isUrgent: () => this.store.facts.scanning,
    });
    this.intake = new CountingIntake(
      this.store,
      () => this.#scheduler.feed(),
      () => this.views.hasSelected || this.series.isOpen || clock.now() < this.#watchedUntil,
    );
    this.names = new NameSearch(this.store, clock);
    this.counts = new TopicCounter(this.store, clock);
    this.views = new Views(this.store, clock, () => this.#scheduler.wake());
    this.searches = new Searches(this.store, clock, () => this.#scheduler.wake());
    this.series = new SeriesStreams(this.store, clock);
    this.#scheduler.start();
  }

  /** Somebody read what came one by one, and will again: for a while the times of messages matter. */
  watch(): void {
    this.#watchedUntil = this.#o.clock.now() + WATCHED_MS;
  }

  /** Something changed that views show, without a message. */
  wake(): void {
    this.#scheduler.wake();
  }

  /** Forgets topics, their points in charts and their watched values; resolves when that is done. */
  async forget(what: TopicsToForget): Promise<ForgottenTopics> {
    const { store } = this;
    const node = what.kind === 'late' ? ROOT : store.find(keyBytes(what.key));
    if (node === NO_NODE) return { topics: 0, messages: 0, retained: 0 };
    const forgotten = await new Promise<ForgottenTopics>((resolve) => {
      store.forget(what.kind === 'late' ? what : { kind: what.kind, node }, resolve);
      this.wake();
    });
    this.#forgettings++;
    this.series.forgotten();
    return forgotten;
  }

  /** See `watchedStream`. */
  watched(topics: readonly TopicKey[], signal: StreamSignal): AsyncGenerator<WatchedMessages> {
    return watchedStream(this.store, this.#o.clock, topics, () => this.#forgettings, signal);
  }

  setLimits(limits: StoreLimits): void {
    this.store.setLimits(limits);
    this.wake();
  }

  /** Nothing is worked on any more; what was learnt can still be read. */
  close(): void {
    this.#scheduler.stop();
  }

  #work(until: () => boolean): boolean {
    const store = this.store.work(until);
    const views = this.views.work(until);
    const searches = this.searches.work(until);
    return store || views || searches;
  }

  #tick(shedding: boolean): void {
    if (shedding !== this.store.shedding) {
      this.store.shedding = shedding;
      this.#o.shedding(shedding);
    }
    const { clock } = this.#o;
    this.store.tick(clock.wall(), clock.now());
    if (this.views.due) this.wake();
    this.#o.tick?.();
  }
}
