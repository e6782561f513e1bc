import { randomUUID } from 'node:crypto';
import type { EngineHandlers } from '../../contract/api.ts';
import type { StreamSignal } from '../../contract/base/define.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionId, TopicKey } from '../../contract/model/model.ts';
import {
  MAX_PLANNED,
  type ClearScope,
  type Job,
  type JobPart,
  type jobCalls,
  type jobStreams,
  type ListedTopic,
} from '../../contract/session/jobs.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { displayTopic } from '../../core/topics/names.ts';
import { Observable, pause } from '../base/observable.ts';
import type { LiveConnection } from '../connections/live-connection.ts';
import { ChosenTopics, type TopicList } from '../../core/retained/topic-list.ts';
import { ListedKept, type ClearOutcome } from '../retained/listed-kept.ts';
import { listedIn } from '../retained/listed.ts';
import type { SavedPlan } from '../retained/snapshots.ts';
import { estimateCopies } from '../retained/record.ts';
import type { Trash, TrashWriter } from '../retained/trash.ts';
import { ClearJob } from './clear-job.ts';
import { clearTitle } from './clear-title.ts';
import type { ClearingConnection } from './clearing-connection.ts';

/** Plans that were shown and not started; the oldest make room. */
const MOST_PLANS = 5;
/** Jobs in the list; those that are over and were not dismissed make room, the oldest first. */
const MOST_JOBS = 20;
/** How soon a job that waits for the broker notices that it is back, ms. */
const LOOK_AGAIN_MS = 100;
/** Shortest time between two reports of progress, ms; the end of a job is reported at once. */
const PACE_MS = 100;

interface Plan {
  readonly connection: ConnectionId;
  readonly title: string;
  readonly clear: ChosenTopics;
  readonly excluded: ChosenTopics;
}

/** What jobs need of an open connection. */
export type JobConnection = Pick<LiveConnection, 'worker' | 'summary'>;

export interface JobPorts {
  /** Null: the connection was closed. */
  readonly live: (id: ConnectionId) => JobConnection | null;
  /** ms since the epoch */
  readonly now: () => number;
  readonly trash: Trash;
  /** Payload bytes of which a message is kept whole. */
  readonly largest: () => number;
}

type Handlers = Pick<EngineHandlers, keyof typeof jobCalls | keyof typeof jobStreams>;

const done = { kind: 'done' } as const;

/** Long work of the engine, and the plans that it begins with. */
export class Jobs {
  readonly #ports: JobPorts;
  readonly #plans = new Map<string, Plan>();
  readonly #jobs = new Map<string, ClearJob>();
  /** Where the copies of each job go. */
  readonly #entries = new Map<string, TrashWriter>();
  readonly #list = new Observable<Job[]>([]);

  constructor(ports: JobPorts) {
    this.#ports = ports;
  }

  /** Stops what runs. */
  close(): void {
    for (const job of this.#jobs.values()) job.stop();
  }

  /** What a plan lists; null: it is too old. */
  planned(id: string): SavedPlan | null {
    const plan = this.#plans.get(id);
    if (plan === undefined) return null;
    const { connection, title, clear } = plan;
    const { keys, bytes } = clear;
    return { connection, title, keys, bytes, sizeOf: (at) => clear.size(at) };
  }

  handlers(): Handlers {
    const withJob = (id: string, act: (job: ClearJob) => void) => {
      const job = this.#jobs.get(id);
      if (job === undefined) return noJob();
      act(job);
      return done;
    };
    return {
      planClearing: ({ connection, scope }) => this.#plan(connection, scope),
      readPlan: ({ plan, part, from, count }) => {
        const known = this.#plans.get(plan);
        if (known === undefined) return noPlan();
        const topics = part === 'clear' ? known.clear : known.excluded;
        return this.#page(known.connection, topics.slice(from, from + count));
      },
      startClearing: ({ plan, overLimit }) => this.#start(plan, overLimit),
      pauseJob: ({ job }) => withJob(job, (one) => one.pause()),
      resumeJob: ({ job }) => withJob(job, (one) => one.resume()),
      stopJob: ({ job }) => withJob(job, (one) => one.stop()),
      retryJob: ({ job, unkept, overLimit }) => {
        const one = this.#jobs.get(job);
        if (one === undefined) return noJob();
        if (overLimit && one.isOver) this.#entries.get(job)?.goBeyondLimit();
        return one.retry(unkept === 'clear' ? 'unkept' : overLimit ? 'left' : 'all')
          ? done
          : failed('job-runs', 'This job is not over yet.', 'Wait for its end.');
      },
      dismissJob: ({ job }) => {
        const one = this.#jobs.get(job);
        if (one === undefined) return noJob();
        if (!one.isOver) {
          return failed('job-runs', 'This job is not over yet.', 'Stop it first.');
        }
        this.#forget(job);
        this.#publish();
        return done;
      },
      jobOutcomes: ({ job, part, from, count }) => {
        const one = this.#jobs.get(job);
        if (one === undefined) return noJob();
        if (part === 'waiting') {
          const { total, waiting } = one.waiting(from, count);
          return { kind: 'page', total, outcomes: [], waiting };
        }
        const isWanted = (outcome: ClearOutcome): boolean => part === 'all' || isIn(part, outcome);
        return { kind: 'page', ...one.readOutcomes(isWanted, from, count), waiting: [] };
      },
      jobs: (_, signal) => this.#follow(signal),
    };
  }

  async *#follow(signal: StreamSignal) {
    for await (const jobs of this.#list.follow(signal, PACE_MS)) yield { jobs };
  }

  async #plan(connection: ConnectionId, scope: ClearScope) {
    const live = this.#ports.live(connection);
    if (live === null) return noConnection();
    const lists: TopicList[] = [];
    let [count, unknown] = [0, 0];
    for await (const { list, unknown: more } of listedIn(live.worker, scope)) {
      lists.push(list);
      count += list.length;
      unknown += more;
      if (count > MAX_PLANNED) return tooMany();
    }
    const clear = new ChosenTopics(lists, 'clear');
    const excluded = new ChosenTopics(lists, 'excluded');
    const tooLarge = clear.larger(this.#ports.largest()).count;
    const plan = randomUUID();
    const { levelSeparator } = live.summary.value;
    this.#plans.set(plan, { connection, title: clearTitle(scope, levelSeparator), clear, excluded });
    for (const oldest of this.#plans.keys()) {
      if (this.#plans.size <= MOST_PLANS) break;
      this.#plans.delete(oldest);
    }
    return {
      kind: 'plan' as const,
      plan,
      clear: clear.length,
      bytes: clear.bytes,
      returning: clear.returning,
      excluded: excluded.length,
      unknown,
      ...(tooLarge === 0 ? {} : { tooLarge }),
    };
  }

  /** Values are read when somebody looks at them. */
  async #page(connection: ConnectionId, listed: readonly ListedTopic[]) {
    const live = this.#ports.live(connection);
    if (live === null) return noConnection();
    const keys = listed.map(({ key }) => key);
    const { topics: read } =
      keys.length === 0 ? { topics: [] } : await live.worker.call('planClear', { keys });
    const previews = new Map(read.map(({ key, preview }) => [key, preview] as const));
    const topics = listed.map((one) => ({
      ...one,
      topic: displayTopic(one.key),
      preview: previews.get(one.key) ?? { kind: 'none' as const },
    }));
    return { kind: 'page' as const, topics };
  }

  async #start(id: string, overLimit: boolean) {
    const plan = this.#plans.get(id);
    if (plan === undefined) return noPlan();
    const live = this.#ports.live(plan.connection);
    if (live === null) return noConnection();
    const { clear, title, connection } = plan;
    if (clear.length === 0) return nothingToClear();
    // So that it is not started twice while the trash is opened.
    this.#plans.delete(id);
    const { name: profile, address: broker } = live.summary.value;
    const { keys } = clear;
    // Of what is too large to be kept whole there is no copy.
    const estimate = estimateCopies(keys, clear.bytes - clear.larger(this.#ports.largest()).bytes);
    const entry = await this.#ports.trash.open({ title, broker, profile, estimate, overLimit });
    if ('code' in entry) {
      this.#plans.set(id, plan);
      return entry;
    }
    const job = randomUUID();
    this.#entries.set(job, entry);
    const clearing = clearingConnection(() => this.#ports.live(connection), entry, keys);
    this.#jobs.set(
      job,
      new ClearJob({
        id: job,
        connection,
        title,
        entry: entry.id,
        broker: clearing,
        finish: async () => {
          await clearing.close();
          await entry.finish();
        },
        now: this.#ports.now,
        changed: (isUrgent) => this.#publish(isUrgent),
      }),
    );
    for (const [oldest, one] of this.#jobs) {
      if (this.#jobs.size <= MOST_JOBS) break;
      if (one.isOver) this.#forget(oldest);
    }
    this.#publish();
    return { kind: 'started' as const, job };
  }

  #forget(job: string): void {
    this.#jobs.delete(job);
    this.#entries.delete(job);
  }

  #publish(isUrgent = false): void {
    this.#list.set(
      [...this.#jobs.values()].map((job) => job.job()),
      isUrgent,
    );
  }
}

/** A connection as a job uses it to clear, and what is read of it afterwards. */
export type JobClearing = ClearingConnection & Pick<ListedKept, 'close' | 'copyOf'>;

/**
 * A connection as a job clears on it.
 *
 * @param live null: it was closed
 * @param entry where the copies go
 * @param keys that are cleared
 */
export function clearingConnection(
  live: () => JobConnection | null,
  entry: TrashWriter,
  keys: readonly TopicKey[],
): JobClearing {
  const worker = (): JobConnection['worker'] => {
    const one = live();
    if (one === null) throw new Error('closed');
    return one.worker;
  };
  const online = () => {
    const state = live()?.summary.value.state;
    return state?.kind === 'online' ? state : null;
  };
  // Neighbours lie together, so that one subscription asks for many; and so do those that are named twice.
  const sorted = keys.toSorted();
  const unique = sorted.filter((key, i) => key !== sorted[i - 1]);
  const clearing = new ListedKept(worker, entry, unique);
  let session = 0;
  return {
    keys: clearing.keys,
    isOpen: () => live() !== null,
    isOnline: () => online() !== null,
    session: () => (session = online()?.since ?? session),
    changed: (signal) => pause(LOOK_AGAIN_MS, signal),
    send: (some, unkept) => clearing.send(some, unkept),
    findCleared: (some) => clearing.findCleared(some),
    check: (some) => clearing.check(some),
    restorable: (place) => clearing.restorable(place),
    copies: () => clearing.copies,
    copyOf: (key) => clearing.copyOf(key),
    close: () => clearing.close(),
  };
}

function isIn(part: Exclude<JobPart, 'all'>, outcome: ClearOutcome): boolean {
  switch (part) {
    case 'cleared':
      return outcome.kind === 'cleared';
    case 'not-cleared':
      return outcome.kind !== 'cleared';
    case 'not-kept':
      return outcome.kind === 'not-kept';
    case 'denied':
      return outcome.kind === 'refused';
    case 'came-back':
      return outcome.kind === 'still-retained' && outcome.back === true;
    case 'waiting':
      return false;
  }
}

const noJob = (): Failure => failed('no-such-job', 'This job is not in the list any more.', '');
const noConnection = (): Failure =>
  failed('connection-closed', 'This connection was closed.', 'Open it again.');
const noPlan = (): Failure =>
  failed('no-such-plan', 'This preview is too old.', 'Close it and look at what would be cleared again.');
const nothingToClear = (): Failure =>
  failed(
    'nothing-to-clear',
    'The preview lists no topic to clear.',
    'Topics whose state is unknown are left out: probe them, or clear them by name.',
  );
const tooMany = (): Failure =>
  failed(
    'too-many-topics',
    `More than ${formatCounted(MAX_PLANNED, 'retained message')} would be cleared at once.`,
    'Choose a smaller subtree or a narrower filter.',
  );
