import type { BatchResult } from '../../../connection/publish/batch.ts';
import { failed, type Failure } from '../../../contract/base/errors.ts';
import type { PublishMessage } from '../../../contract/model/publish-message.ts';
import type { MessageSeries, SeriesPlan, SeriesState } from '../../../contract/session/message-series.ts';
import type { MessageTemplate } from '../../../contract/session/sending.ts';
import { Schedule } from '../../../core/publish/series/schedule.ts';
import type { SeriesRow } from '../../../core/publish/series/rows.ts';
import type { Columns, MadeMessage } from '../message/make-message.ts';
import type { RowSource } from './row-files.ts';
import { rowMessages } from './row-message.ts';
import { SeriesTally } from './series-tally.ts';

/** Messages that are handed over together. */
export interface SentBatch {
  readonly messages: readonly PublishMessage[];
  /** How often all of them. */
  readonly times: number;
}

export interface SeriesPorts {
  make(template: MessageTemplate, columns: Columns | null): Promise<MadeMessage | Failure>;
  /** Over the connection to the broker that there was at the start; null: it ended, and nothing was sent. */
  send(batch: SentBatch): Promise<BatchResult | null>;
  /** The connection to the broker that there was at the start is there. */
  isOnline(): boolean;
  /** Messages at QoS 1 and 2 that may be under way at a time. */
  window(): number;
  /** ms since the epoch */
  now(): number;
  /** Resolves after so many ms, or when the signal ends. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
  /** Something that `series` shows changed. */
  changed(): void;
}

export interface SeriesOptions {
  readonly id: string;
  readonly title: string;
  readonly template: MessageTemplate;
  readonly plan: SeriesPlan;
  /** Null: the same message each time. */
  readonly rows: Pick<RowSource, 'next' | 'close' | 'progress'> | null;
}

/** Handed over together at most: a stop is heeded after them. */
const MOST_TOGETHER = 512;
/** Bytes of payload that are handed over together, beyond the first message. */
const MOST_BYTES = 2 ** 20;
/** Under way at QoS 0, where the socket sets the pace: two batches, so that one is made while one is written. */
const MOST_AT_0 = 2 * MOST_TOGETHER;
/** Later than this, the messages that follow move along: a pause of the broker is not made up for by a burst. ms */
const MOST_LATE = 1_000;

/** A message that is to be sent, and the line it comes from. */
interface Next {
  readonly message: PublishMessage;
  readonly line: number | null;
}

/** Publishes a message again and again, or one a line of a file. Ends for safety when the connection does. */
export class SeriesRun {
  readonly #o: SeriesOptions;
  readonly #ports: SeriesPorts;
  readonly #schedule: Schedule;
  readonly #ofRow: ReturnType<typeof rowMessages>;
  readonly #tally: SeriesTally;
  readonly #startedAt: number;
  readonly #ended = new AbortController();
  readonly #flying = new Set<Promise<void>>();
  #inFlight = 0;
  #state: SeriesState = { kind: 'running' };
  #why: Failure | null = null;
  /** Ends a wait when it is paused. */
  #turn = new AbortController();
  #resume: () => void = () => undefined;
  #resumed: Promise<void> = Promise.resolve();
  /** ms that it was paused. */
  #pausedFor = 0;
  #pausedAt = 0;
  /** ms by which everything is due later than the schedule says. */
  #shift = 0;
  /** The one message of a template that makes the same each time. */
  #same: PublishMessage | null = null;
  /** Made, and did not fit any more. */
  #next: Next | null = null;
  #isThrough = false;
  /** Resolves when it is over. */
  readonly over: Promise<void>;

  constructor(options: SeriesOptions, ports: SeriesPorts) {
    this.#o = options;
    this.#ports = ports;
    this.#startedAt = ports.now();
    this.#schedule = new Schedule(options.plan, () => ports.random());
    this.#ofRow = rowMessages(options.template);
    this.#tally = new SeriesTally();
    this.over = this.#run();
  }

  get isOver(): boolean {
    return this.#state.kind === 'done' || this.#state.kind === 'stopped';
  }

  series(): MessageSeries {
    const { id, title, plan, rows } = this.#o;
    const state = this.#state;
    const until = 'at' in state ? state.at : this.#ports.now();
    const paused = this.#pausedFor + (state.kind === 'paused' ? until - this.#pausedAt : 0);
    const { interval } = this.#schedule;
    return {
      id,
      title,
      state,
      startedAt: this.#startedAt,
      total: rows === null ? plan.times : null,
      file: rows === null ? null : rows.progress,
      inFlight: this.#inFlight,
      wantedRate: interval === 0 ? null : 1_000 / interval,
      ...this.#tally.facts(until - this.#startedAt - paused),
    };
  }

  /** What is under way is waited for, nothing more is sent. */
  pause(): void {
    if (this.#state.kind !== 'running') return;
    this.#pausedAt = this.#ports.now();
    this.#resumed = new Promise((resolve) => (this.#resume = resolve));
    this.#set({ kind: 'paused' });
    this.#turn.abort();
  }

  resume(): void {
    if (this.#state.kind !== 'paused') return;
    const paused = this.#ports.now() - this.#pausedAt;
    this.#pausedFor += paused;
    this.#shift += paused;
    this.#turn = new AbortController();
    this.#set({ kind: 'running' });
    this.#resume();
  }

  /** @param why null: a person stopped it */
  stop(why: Failure | null = null): void {
    if (this.isOver) return;
    if (!this.#ended.signal.aborted) this.#why = why;
    this.#ended.abort();
    this.#turn.abort();
    this.#resume();
  }

  async #run(): Promise<void> {
    // So that the caller has the series before it is notified of a change.
    await Promise.resolve();
    try {
      while (await this.#waitUntilDue()) await this.#sendDue();
    } catch (error) {
      this.stop(brokenOff(error));
    }
    await Promise.all(this.#flying);
    await this.#o.rows?.close();
    const at = this.#ports.now();
    this.#set(this.#ended.signal.aborted ? { kind: 'stopped', at, why: this.#why } : { kind: 'done', at });
  }

  /** Until a message is due, there is room, and it is not paused; false: it is over. */
  async #waitUntilDue(): Promise<boolean> {
    for (;;) {
      if (this.#ended.signal.aborted || (this.#isThrough && this.#next === null)) return false;
      if (this.#state.kind === 'paused') {
        await this.#resumed;
        continue;
      }
      if (!this.#ports.isOnline()) {
        this.stop(disconnected());
        return false;
      }
      if (this.#next === null && this.#schedule.isOver) return false;
      if (this.#inFlight >= this.#roomFor(this.#next?.message ?? this.#o.template)) {
        await Promise.race(this.#flying);
        continue;
      }
      const left = this.#dueAt() - this.#ports.now();
      if (left <= 0) return true;
      await this.#ports.pause(left, this.#turn.signal);
    }
  }

  #dueAt(): number {
    return this.#startedAt + this.#shift + this.#schedule.due;
  }

  /** As many as are due, and there is room for. */
  async #sendDue(): Promise<void> {
    const now = this.#ports.now();
    this.#shift += Math.max(0, this.#schedule.interval === 0 ? 0 : now - this.#dueAt() - MOST_LATE);
    const batch: Next[] = [];
    let bytes = 0;
    while (this.#next !== null || (!this.#isThrough && !this.#schedule.isOver && this.#dueAt() <= now)) {
      const next = this.#next ?? (await this.#make());
      this.#next = null;
      if (next === null) break;
      if (batch.length > 0 && !this.#fits(next.message, batch.length, bytes)) {
        this.#next = next;
        break;
      }
      batch.push(next);
      bytes += next.message.payload.length;
    }
    // What stands before a line that is broken is sent; what a person stopped is not.
    const isStopped = this.#ended.signal.aborted && this.#why === null;
    if (batch.length > 0 && !isStopped) this.#hand(batch);
  }

  /** Beside so many others, of so many bytes. */
  #fits(message: PublishMessage, count: number, bytes: number): boolean {
    const together = message.qos === 0 ? MOST_TOGETHER : this.#ports.window() >> 2;
    const hasRoom = this.#inFlight + count < this.#roomFor(message);
    return hasRoom && count < together && bytes + message.payload.length <= MOST_BYTES;
  }

  /** The next message of the series; null: none, or what would be one is broken. */
  async #make(): Promise<Next | null> {
    const { rows, template } = this.#o;
    const row = rows === null ? null : await rows.next();
    if (rows !== null && row === null) {
      this.#isThrough = true;
      return null;
    }
    this.#schedule.advance();
    if (this.#same !== null) return { message: this.#same, line: null };
    const line = row?.line ?? null;
    const made = await this.#made(row);
    if ('code' in made) {
      this.#failed(line, made);
      return null;
    }
    made.taken();
    if (row === null && !template.variables) this.#same = made.message;
    return { message: made.message, line };
  }

  async #made(row: SeriesRow | null): Promise<MadeMessage | Failure> {
    if (row === null) return this.#ports.make(this.#o.template, null);
    if (row.kind === 'broken') return row.failure;
    const template = this.#ofRow(row);
    return 'code' in template ? template : this.#ports.make(template, row.columns);
  }

  #hand(batch: readonly Next[]): void {
    const [first] = batch;
    const isSame = this.#same !== null && first !== undefined;
    const messages = isSame ? [first.message] : batch.map(({ message }) => message);
    this.#inFlight += batch.length;
    this.#tally.handed(batch.length);
    const flight = this.#ports
      .send({ messages, times: isSame ? batch.length : 1 })
      .then((result) => {
        this.#tally.add(batch.length, result, (at) => batch[at]?.line ?? null);
        if (result === null) return this.stop(disconnected());
        const [problem] = result.problems;
        if (problem !== undefined && this.#o.plan.stopAtError) this.stop(problem.failure);
      })
      .finally(() => {
        this.#inFlight -= batch.length;
        this.#flying.delete(flight);
        this.#ports.changed();
      });
    this.#flying.add(flight);
    this.#ports.changed();
  }

  #failed(line: number | null, failure: Failure): void {
    this.#tally.failed(line, failure);
    if (this.#o.plan.stopAtError) this.stop(failure);
    this.#ports.changed();
  }

  #roomFor({ qos }: Pick<PublishMessage, 'qos'>): number {
    return qos === 0 ? MOST_AT_0 : this.#ports.window();
  }

  #set(state: SeriesState): void {
    this.#state = state;
    this.#ports.changed();
  }
}

function disconnected(): Failure {
  return failed(
    'series-disconnected',
    'The connection to the broker ended, so the series was stopped for safety.',
    'Look at what was sent, then start it again.',
  );
}

function brokenOff(error: unknown): Failure {
  const why = error instanceof Error ? error.message : String(error);
  return failed('series-broken-off', `The series could not go on: ${why}.`, 'Start it again.');
}
