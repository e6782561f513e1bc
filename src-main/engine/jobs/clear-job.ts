import type { Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { Job, JobState } from '../../contract/session/jobs.ts';
import type { ClearResult } from '../../contract/session/outcomes.ts';
import { displayTopic } from '../../core/topics/names.ts';
import type { SentTopic, Unkept } from '../retained/kept-clearing.ts';
import { connectionClosed, countOf, isCutOff, lost, type Count } from './clear-outcomes.ts';

/** What a job needs of the connection whose messages it clears. */
export interface ClearingConnection {
  /** False: it was closed for good. */
  isOpen(): boolean;
  isOnline(): boolean;
  /** Of the session in force: another after each reconnect. */
  session(): number;
  /** Resolves when one of these may have changed, or the signal ended. */
  changed(signal: AbortSignal): Promise<void>;
  /**
   * Keeps and clears, and checks nothing. Rejects when the connection had to be restarted.
   * A failure: nothing can be kept any more, and nothing was sent.
   */
  send(keys: TopicKey[], unkept: Unkept): Promise<readonly SentTopic[] | Failure>;
  /** Those that few questions find to be gone; of the others nothing is known yet. Rejects likewise. */
  findGone(keys: TopicKey[]): Promise<readonly ClearResult[]>;
  /** Asks for topics again, and sends nothing. Rejects likewise. */
  check(keys: TopicKey[]): Promise<readonly ClearResult[]>;
}

export interface ClearJobOptions extends Pick<Job, 'id' | 'connection' | 'title' | 'entry'> {
  readonly keys: readonly TopicKey[];
  readonly broker: ClearingConnection;
  /** Nothing more is kept for now: what was is settled on the disk. */
  readonly finish: () => Promise<void>;
  /** ms since the epoch */
  readonly now: () => number;
  /** Something that `job` tells of changed; urgent: that it runs, waits, is paused or over. */
  readonly changed: (isUrgent?: boolean) => void;
  readonly sizes?: JobSizes;
}

/** How many topics go together. */
export interface JobSizes {
  /** Fetched, kept and cleared. */
  readonly batch: number;
  /** Checked while others are sent, as far as few questions tell of them. */
  readonly along: number;
}

const USUAL: JobSizes = { batch: 500, along: 4_000 };
/** Batches under way: while one is cleared the next is written and a third is fetched. */
const LANES = 3;
/** Topics that are checked together. */
const CHECKED = 10_000;
/**
 * A topic of which nothing is known afterwards is cleared once more until this is spent: three tries while the
 * connection lasts, or a dozen that were cut off by its end, which the topic itself may be the reason of.
 */
const PATIENCE = 12;
const TRIED = 4;
const CUT_OFF = 1;

/** Clears the topics it was given and no other, batch by batch; survives that the broker is away. */
export class ClearJob {
  readonly #o: ClearJobOptions;
  readonly #sizes: JobSizes;
  readonly #startedAt: number;
  readonly #total: number;
  readonly #outcomes = new Map<TopicKey, ClearResult>();
  readonly #counts: Record<Count, number> = { cleared: 0, refused: 0, cameBack: 0, unknown: 0 };
  /** The session in which each was found to be cleared. */
  readonly #foundIn = new Map<TopicKey, number>();
  /** Of the patience with each. */
  readonly #spent = new Map<TopicKey, number>();
  /** ms until the broker acknowledged the last clear of each. */
  readonly #took = new Map<TopicKey, number>();
  /** Sent and not checked yet, with the session of that. */
  readonly #sent = new Map<TopicKey, number>();
  /** Of those, what nobody asked for yet. */
  #fresh: TopicKey[] = [];
  #isChecking = false;
  readonly #steps = { fetched: 0, kept: 0, keptBytes: 0, sent: 0 };
  #left: TopicKey[];
  #unkept: Unkept = 'stop';
  #ended = new AbortController();
  #state: JobState = { kind: 'running' };
  /** Why it does not go on although nobody stopped it. */
  #failure: Failure | null = null;
  #resumed: () => void = () => undefined;
  #paused: Promise<void> = Promise.resolve();
  /** ms in which it ran, without the run that lasts since `#runsSince`. */
  #ran = 0;
  #runsSince: number;
  /** Resolves when it is over. */
  over: Promise<void>;

  constructor(options: ClearJobOptions) {
    this.#o = options;
    this.#sizes = options.sizes ?? USUAL;
    this.#startedAt = this.#runsSince = options.now();
    this.#left = [...new Set(options.keys)];
    this.#total = this.#left.length;
    this.over = this.#run();
  }

  get isOver(): boolean {
    return this.#state.kind === 'done' || this.#state.kind === 'stopped' || this.#state.kind === 'failed';
  }

  /** In the order in which they came. */
  get outcomes(): readonly ClearResult[] {
    return [...this.#outcomes.values()];
  }

  job(): Job {
    const { id, connection, title, entry } = this.#o;
    const done = this.#outcomes.size;
    const ran = this.#ran + (this.#state.kind === 'running' ? this.#o.now() - this.#runsSince : 0);
    return {
      id,
      kind: 'clear-retained',
      connection,
      title,
      entry,
      state: this.#state,
      startedAt: this.#startedAt,
      total: this.#total,
      done,
      ...this.#counts,
      steps: { ...this.#steps },
      ran,
      rate: ran === 0 ? 0 : ((done + this.#sent.size) * 1_000) / ran,
    };
  }

  /** Topics that have no outcome yet. */
  waiting(from: number, count: number) {
    const sent = [...this.#sent.keys()].filter((key) => !this.#outcomes.has(key));
    const all = [...sent, ...this.#left];
    const waiting = all
      .slice(from, from + count)
      .map((key, i) => ({ key, topic: displayTopic(key), sent: from + i < sent.length }));
    return { total: this.#total - this.#outcomes.size, waiting };
  }

  /** Takes effect after the batches that are under way. */
  pause(): void {
    if (this.#state.kind !== 'running' && this.#state.kind !== 'waiting') return;
    this.#paused = new Promise((resolve) => (this.#resumed = resolve));
    this.#set({ kind: 'paused' });
  }

  resume(): void {
    if (this.#state.kind !== 'paused') return;
    this.#set({ kind: 'running' });
    this.#resumed();
  }

  /** What is under way is finished, nothing more is begun. */
  stop(): void {
    this.#ended.abort();
    this.#resumed();
  }

  /** Begins again with what was not cleared and what was not begun; false: it is not over. */
  retry(unkept: Unkept): boolean {
    if (!this.isOver) return false;
    const again = this.outcomes.filter(({ outcome }) => outcome.kind !== 'cleared').map(({ key }) => key);
    for (const key of again) this.#forget(key);
    this.#left = [...this.#left, ...again];
    this.#steps.fetched = this.#steps.sent = this.#total - this.#left.length;
    this.#spent.clear();
    this.#unkept = unkept;
    this.#failure = null;
    this.#ended = new AbortController();
    this.#set({ kind: 'running' });
    this.over = this.#run();
    return true;
  }

  async #run(): Promise<void> {
    do {
      await Promise.all(Array.from({ length: LANES }, () => this.#lane()));
      this.#fresh = [];
    } while (await this.#checkAll());
    // What was sent has an outcome, also where it could not be checked any more.
    for (const key of this.#sent.keys()) this.#found(lost(key), 0);
    this.#sent.clear();
    await this.#o.finish();
    const at = this.#o.now();
    if (this.#left.length === 0) this.#set({ kind: 'done', at });
    else if (this.#failure !== null) this.#set({ kind: 'failed', at, failure: this.#failure });
    else if (this.#ended.signal.aborted) this.#set({ kind: 'stopped', at });
    else this.#set({ kind: 'failed', at, failure: connectionClosed(this.#left.length) });
  }

  get #isEnding(): boolean {
    return this.#ended.signal.aborted || this.#failure !== null;
  }

  async #lane(): Promise<void> {
    const { broker, changed } = this.#o;
    while (this.#left.length > 0 && (await this.#mayGoOn())) {
      if (this.#fresh.length >= this.#sizes.along && !this.#isChecking) await this.#checkAlong();
      const batch = this.#left.splice(0, this.#sizes.batch);
      if (batch.length === 0) return;
      const session = broker.session();
      const results = await broker.send(batch, this.#unkept).catch(() => []);
      if ('code' in results) {
        this.#failure ??= results;
        this.#left.unshift(...batch);
        return;
      }
      const isOpen =
        results.length < batch.length || results.some(({ result }) => result && isCutOff(result));
      // Time to hear that the connection is gone, so that no try is spent on it.
      if (isOpen && !this.#isEnding && broker.isOnline()) await broker.changed(this.#ended.signal);
      this.#takeSent(batch, results, session);
      changed();
    }
  }

  /** Subtrees that are cleared as a whole are checked at little cost meanwhile; the rest at the end. */
  async #checkAlong(): Promise<void> {
    const { broker, changed } = this.#o;
    const session = broker.session();
    const batch = this.#fresh.splice(0, this.#sizes.along).filter((key) => this.#sent.get(key) === session);
    this.#isChecking = true;
    const results = await broker.findGone(batch).catch(() => []);
    this.#isChecking = false;
    // Of an earlier session: the broker may have been killed, and be back with what it had.
    if (broker.session() !== session) return;
    this.#takeChecked(results, session);
    changed();
  }

  /**
   * Asks for everything that was sent. A broker that was killed may be back with what it had on its disk, so
   * what was found to be cleared in an earlier session is asked for as well. True: there is more to clear.
   */
  async #checkAll(): Promise<boolean> {
    const { broker, changed } = this.#o;
    for (;;) {
      // What was sent is checked also when it was stopped.
      if (!(await this.#mayGoOn()) && !(this.#isEnding && broker.isOnline())) return false;
      const session = broker.session();
      const old = [...this.#foundIn].flatMap(([key, found]) => (found === session ? [] : [key]));
      const batch = [...this.#sent.keys(), ...(this.#isEnding ? [] : old)].slice(0, CHECKED);
      if (batch.length === 0) return this.#left.length > 0 && !this.#isEnding;
      const results = await broker.check(batch).catch(() => []);
      if (broker.session() !== session || results.length === 0) {
        if (this.#isEnding) return false;
        await broker.changed(this.#ended.signal);
        continue;
      }
      const cutOff = this.#takeChecked(results, session);
      changed();
      if (cutOff && !this.#isEnding && broker.isOnline()) await broker.changed(this.#ended.signal);
    }
  }

  /** False: it was stopped, or the connection was closed, or nothing can be kept any more. */
  async #mayGoOn(): Promise<boolean> {
    while (!this.#isEnding) {
      if (this.#state.kind === 'paused') await this.#paused;
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

  #takeSent(batch: readonly TopicKey[], results: readonly SentTopic[], session: number): void {
    const cost = this.#costOf(session);
    const found = new Map(results.map((result) => [result.key, result] as const));
    for (const key of batch) {
      const { result, kept = null, took } = found.get(key) ?? {};
      if (took === undefined) this.#took.delete(key);
      else this.#took.set(key, took);
      // Clearing twice is clearing: a topic of which nothing is known is sent once more.
      if (result === undefined || (result !== null && isCutOff(result))) {
        if (this.#mayTry(key, cost)) this.#left.push(key);
        else this.#found(result ?? lost(key), session);
        continue;
      }
      if (result?.outcome.kind !== 'not-kept') this.#steps.fetched++;
      if (kept !== null) {
        this.#steps.kept++;
        this.#steps.keptBytes += kept;
      }
      if (result !== null) this.#found(result, session);
      else {
        this.#steps.sent++;
        this.#sent.set(key, session);
        this.#fresh.push(key);
      }
    }
  }

  /** Whether some are to be asked for once more. */
  #takeChecked(results: readonly ClearResult[], session: number): boolean {
    let again = false;
    for (const result of results) {
      const { key, outcome } = result;
      const sentIn = this.#sent.get(key) ?? this.#foundIn.get(key);
      if (isCutOff(result) && this.#sent.has(key) && this.#mayTry(key, TRIED)) {
        again = true;
        continue;
      }
      this.#sent.delete(key);
      this.#forget(key);
      // It was on the disk of a broker that was killed: nobody set it again.
      const isBack = outcome.kind === 'still-retained' && sentIn !== session;
      if (isBack && this.#mayTry(key, TRIED)) {
        this.#left.push(key);
        this.#steps.fetched--;
        this.#steps.sent--;
      } else this.#found(result, session);
    }
    return again;
  }

  /** Of a try that began in that session. */
  #costOf(session: number): number {
    const { broker } = this.#o;
    return broker.isOnline() && broker.session() === session ? TRIED : CUT_OFF;
  }

  #mayTry(key: TopicKey, cost: number): boolean {
    const spent = (this.#spent.get(key) ?? 0) + cost;
    this.#spent.set(key, spent);
    return spent < PATIENCE;
  }

  #found(result: ClearResult, session: number): void {
    // Of another outcome it would be the time of a clear that did not last.
    const took = result.outcome.kind === 'cleared' ? this.#took.get(result.key) : undefined;
    this.#outcomes.set(result.key, took === undefined ? result : { ...result, took });
    this.#counts[countOf(result)]++;
    if (result.outcome.kind === 'cleared') this.#foundIn.set(result.key, session);
  }

  #forget(key: TopicKey): void {
    const result = this.#outcomes.get(key);
    if (result === undefined) return;
    this.#outcomes.delete(key);
    this.#foundIn.delete(key);
    this.#counts[countOf(result)]--;
  }

  #set(state: JobState): void {
    const now = this.#o.now();
    if (this.#state.kind === 'running') this.#ran += now - this.#runsSince;
    this.#runsSince = now;
    this.#state = state;
    this.#o.changed(true);
  }
}
