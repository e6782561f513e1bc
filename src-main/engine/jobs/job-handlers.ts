import { randomUUID } from 'node:crypto';
import type { EngineHandlers } from '../../contract/api.ts';
import type { StreamSignal } from '../../contract/base/define.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionId, TopicKey } from '../../contract/model/model.ts';
import {
  MAX_PLANNED,
  type ClearScope,
  type Job,
  type jobCalls,
  type jobStreams,
  type ScopedTopic,
} from '../../contract/session/jobs.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { displayTopic } from '../../core/topics/names.ts';
import { Observable, pause } from '../base/observable.ts';
import type { LiveConnection } from '../connections/live-connection.ts';
import { ClearJob, type ClearingConnection } from './clear-job.ts';

/** Plans that were shown and not started; the oldest make room. */
const MOST_PLANS = 5;
/** Jobs in the list; those that are over and were not dismissed make room, the oldest first. */
const MOST_JOBS = 20;
/** How soon a job that waits for the broker notices that it is back, ms. */
const LOOK_AGAIN_MS = 100;
/** Jobs are told at most so often, ms. */
const PACE_MS = 100;

interface Plan {
  readonly connection: ConnectionId;
  readonly title: string;
  readonly clear: readonly ScopedTopic[];
  readonly excluded: readonly ScopedTopic[];
}

/** What jobs need of an open connection. */
export type JobConnection = Pick<LiveConnection, 'worker' | 'summary'>;

export interface JobPorts {
  /** Null: the connection was closed. */
  readonly live: (id: ConnectionId) => JobConnection | null;
  /** ms since the epoch */
  readonly now: () => number;
}

type Handlers = Pick<EngineHandlers, keyof typeof jobCalls | keyof typeof jobStreams>;

const done = { kind: 'done' } as const;

/** Long work of the engine, and the plans that it begins with. */
export class Jobs {
  readonly #ports: JobPorts;
  readonly #plans = new Map<string, Plan>();
  readonly #jobs = new Map<string, ClearJob>();
  readonly #list = new Observable<Job[]>([]);

  constructor(ports: JobPorts) {
    this.#ports = ports;
  }

  /** Stops what runs. */
  close(): void {
    for (const job of this.#jobs.values()) job.stop();
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
        return { kind: 'page', topics: topics.slice(from, from + count) };
      },
      startClearing: ({ plan }) => this.#start(plan),
      pauseJob: ({ job }) => withJob(job, (one) => one.pause()),
      resumeJob: ({ job }) => withJob(job, (one) => one.resume()),
      stopJob: ({ job }) => withJob(job, (one) => one.stop()),
      dismissJob: ({ job }) => {
        const one = this.#jobs.get(job);
        if (one === undefined) return noJob();
        if (!one.isOver) {
          return failed('job-runs', 'This job is not over yet.', 'Stop it first.');
        }
        this.#jobs.delete(job);
        this.#tell();
        return done;
      },
      jobOutcomes: ({ job, part, from, count }) => {
        const one = this.#jobs.get(job);
        if (one === undefined) return noJob();
        const all = one.outcomes;
        const some =
          part === 'all'
            ? all
            : all.filter(({ outcome }) => (outcome.kind === 'cleared') === (part === 'cleared'));
        return { kind: 'page', total: some.length, outcomes: some.slice(from, from + count) };
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
    const clear: ScopedTopic[] = [];
    const excluded: ScopedTopic[] = [];
    for (let from: number | null = 0; from !== null;) {
      const piece: { topics: ScopedTopic[]; next: number | null } = await live.worker.call('listRetained', {
        scope,
        from,
      });
      for (const topic of piece.topics) (topic.excluded === null ? clear : excluded).push(topic);
      if (clear.length + excluded.length > MAX_PLANNED) return tooMany();
      from = piece.next;
    }
    const plan = randomUUID();
    this.#plans.set(plan, { connection, title: titleOf(scope), clear, excluded });
    for (const oldest of this.#plans.keys()) {
      if (this.#plans.size <= MOST_PLANS) break;
      this.#plans.delete(oldest);
    }
    return {
      kind: 'plan' as const,
      plan,
      clear: clear.length,
      bytes: clear.reduce((sum, { size }) => sum + size, 0),
      returning: clear.filter(({ returning }) => returning).length,
      excluded: excluded.length,
    };
  }

  #start(id: string) {
    const plan = this.#plans.get(id);
    if (plan === undefined) return noPlan();
    const live = this.#ports.live(plan.connection);
    if (live === null) return noConnection();
    if (plan.clear.length === 0) return failed('nothing-to-clear', 'The plan lists no topic to clear.', '');
    this.#plans.delete(id);
    const job = randomUUID();
    this.#jobs.set(
      job,
      new ClearJob({
        id: job,
        connection: plan.connection,
        title: plan.title,
        keys: plan.clear.map(({ key }) => key),
        broker: this.#broker(plan.connection),
        now: this.#ports.now,
        changed: () => this.#tell(),
      }),
    );
    for (const [oldest, one] of this.#jobs) {
      if (this.#jobs.size <= MOST_JOBS) break;
      if (one.isOver) this.#jobs.delete(oldest);
    }
    this.#tell();
    return { kind: 'started' as const, job };
  }

  #broker(connection: ConnectionId): ClearingConnection {
    const live = (): JobConnection | null => this.#ports.live(connection);
    return {
      isOpen: () => live() !== null,
      isOnline: () => live()?.summary.value.state.kind === 'online',
      changed: (signal) => pause(LOOK_AGAIN_MS, signal),
      async clear(keys: TopicKey[]) {
        const one = live();
        if (one === null) throw new Error('closed');
        return (await one.worker.call('clearRetained', { keys })).results;
      },
    };
  }

  #tell(): void {
    this.#list.set([...this.#jobs.values()].map((job) => job.job()));
  }
}

function titleOf(scope: ClearScope): string {
  switch (scope.kind) {
    case 'topics':
      return scope.keys.length === 1
        ? displayTopic(scope.keys[0] ?? '')
        : formatCounted(scope.keys.length, 'topic');
    case 'subtree':
      return `${displayTopic(scope.key)}/#`;
    case 'filter':
      return `Filter ${displayTopic(scope.text)}`;
  }
}

const noJob = (): Failure => failed('no-such-job', 'This job is not in the list any more.', '');
const noConnection = (): Failure =>
  failed('connection-closed', 'This connection was closed.', 'Open it again.');
const noPlan = (): Failure =>
  failed('no-such-plan', 'This preview is too old.', 'Close it and look at what would be cleared again.');
const tooMany = (): Failure =>
  failed(
    'too-many-topics',
    `More than ${formatCounted(MAX_PLANNED, 'retained message')} would be cleared at once.`,
    'Choose a smaller subtree or a narrower filter.',
  );
