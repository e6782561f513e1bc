import { failed, type Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { Job, JobState } from '../../contract/session/jobs.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { displayTopic } from '../../core/topics/names.ts';
import type { ClearResult } from '../../contract/session/outcomes.ts';

/** What a job needs of the connection whose messages it clears. */
export interface ClearingConnection {
  /** False: it was closed for good. */
  isOpen(): boolean;
  isOnline(): boolean;
  /** Resolves when one of the two may have changed, or the signal ended. */
  changed(signal: AbortSignal): Promise<void>;
  /** Rejects when the connection had to be restarted. */
  clear(keys: TopicKey[]): Promise<readonly ClearResult[]>;
}

export interface ClearJobOptions {
  readonly id: string;
  readonly connection: Job['connection'];
  readonly title: string;
  readonly keys: readonly TopicKey[];
  readonly broker: ClearingConnection;
  /** ms since the epoch */
  readonly now: () => number;
  /** Something that `job` tells of changed. */
  readonly changed: () => void;
}

/** Topics that are asked for, cleared and verified together: below the queue of a default broker (1,000). */
const BATCH = 200;
/** A topic whose outcome was lost with a connection is cleared once more, so often. */
const MOST_TRIES = 3;

/** What asking once more does not change: the broker refuses the subscription, or the size. */
const FINAL = /^(?:probe-\d+|too-large-to-keep)$/;

/** Clears the topics it was given and no other, batch by batch; survives that the broker is away. */
export class ClearJob {
  readonly outcomes: ClearResult[] = [];
  readonly #o: ClearJobOptions;
  readonly #startedAt: number;
  readonly #left: TopicKey[];
  readonly #tries = new Map<TopicKey, number>();
  readonly #ended = new AbortController();
  #state: JobState = { kind: 'running' };
  #stopping = false;
  #resume: () => void = () => undefined;
  /** ms in which it cleared. */
  #worked = 0;
  /** Resolves when it is over. */
  readonly over: Promise<void>;

  constructor(options: ClearJobOptions) {
    this.#o = options;
    this.#startedAt = options.now();
    this.#left = [...new Set(options.keys)];
    this.over = this.#run();
  }

  get isOver(): boolean {
    return this.#state.kind === 'done' || this.#state.kind === 'stopped' || this.#state.kind === 'failed';
  }

  job(): Job {
    const { id, connection, title, keys } = this.#o;
    const by = (...kinds: string[]): number =>
      this.outcomes.filter(({ outcome }) => kinds.includes(outcome.kind)).length;
    const cleared = by('cleared');
    const refused = by('refused');
    const cameBack = by('still-retained');
    const done = this.outcomes.length;
    return {
      id,
      kind: 'clear-retained',
      connection,
      title,
      state: this.#state,
      startedAt: this.#startedAt,
      total: new Set(keys).size,
      done,
      cleared,
      refused,
      cameBack,
      unknown: done - cleared - refused - cameBack,
      rate: this.#worked === 0 ? 0 : (done * 1_000) / this.#worked,
    };
  }

  /** Takes effect after the batch that is under way. */
  pause(): void {
    if (this.#state.kind === 'running' || this.#state.kind === 'waiting') this.#set({ kind: 'paused' });
  }

  resume(): void {
    if (this.#state.kind !== 'paused') return;
    this.#set({ kind: 'running' });
    this.#resume();
  }

  /** What is under way is finished, nothing more is begun. */
  stop(): void {
    this.#stopping = true;
    this.#ended.abort();
    this.#resume();
  }

  async #run(): Promise<void> {
    while (this.#left.length > 0 && (await this.#mayGoOn())) {
      const batch = this.#left.splice(0, BATCH);
      const startedAt = this.#o.now();
      const results = await this.#o.broker.clear(batch).catch(() => []);
      this.#worked += Math.max(1, this.#o.now() - startedAt);
      const cutOff = this.#take(batch, results);
      this.#o.changed();
      // Time to hear that the connection is gone, so that no try is spent on it.
      if (cutOff && !this.#stopping && this.#o.broker.isOnline())
        await this.#o.broker.changed(this.#ended.signal);
    }
    const at = this.#o.now();
    if (this.#left.length === 0) this.#set({ kind: 'done', at });
    else if (this.#stopping) this.#set({ kind: 'stopped', at });
    else this.#set({ kind: 'failed', at, failure: connectionClosed(this.#left.length) });
  }

  /** False: it was stopped, or the connection was closed. */
  async #mayGoOn(): Promise<boolean> {
    while (!this.#stopping) {
      if (this.#state.kind === 'paused') await new Promise<void>((resolve) => (this.#resume = resolve));
      else if (!this.#o.broker.isOpen()) return false;
      else if (this.#o.broker.isOnline()) {
        if (this.#state.kind === 'waiting') this.#set({ kind: 'running' });
        return true;
      } else {
        if (this.#state.kind === 'running') this.#set({ kind: 'waiting', since: this.#o.now() });
        await this.#o.broker.changed(this.#ended.signal);
      }
    }
    return false;
  }

  /** Whether some are to be asked for once more. */
  #take(batch: readonly TopicKey[], results: readonly ClearResult[]): boolean {
    let again = false;
    const found = new Map(results.map((result) => [result.key, result] as const));
    for (const key of batch) {
      const result = found.get(key);
      const tries = (this.#tries.get(key) ?? 0) + 1;
      // Clearing twice is clearing: a topic of which nothing is known is asked for once more.
      if (isCutOff(result) && tries < MOST_TRIES) {
        this.#tries.set(key, tries);
        this.#left.push(key);
        again = true;
      } else this.outcomes.push(result ?? lost(key));
    }
    return again;
  }

  #set(state: JobState): void {
    this.#state = state;
    this.#o.changed();
  }
}

function connectionClosed(left: number): Failure {
  return failed(
    'connection-closed',
    `The connection was closed while ${formatCounted(left, 'topic')} were still to be cleared.`,
    'Open it again, then clear what is left.',
  );
}

function isCutOff(result: ClearResult | undefined): boolean {
  if (result === undefined) return true;
  const { outcome } = result;
  return (
    (outcome.kind === 'not-verified' || outcome.kind === 'not-kept') && !FINAL.test(outcome.failure.code)
  );
}

function lost(key: TopicKey): ClearResult {
  return {
    key,
    topic: displayTopic(key),
    outcome: {
      kind: 'not-verified',
      failure: failed(
        'worker-restarted',
        'The connection was restarted before this topic was checked.',
        'Clear it again to have it checked.',
      ),
    },
    restorable: false,
  };
}
