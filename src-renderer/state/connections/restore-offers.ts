import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { ConnectionId, TopicKey } from '../../../src-main/contract/model/model.ts';
import type { Job } from '../../../src-main/contract/session/jobs.ts';
import type { ClearResult, RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import type { KeptValues } from '../browser/memory.ts';
import type { Engine } from '../engine/engine.ts';
import { follow } from '../engine/follow.ts';
import { RESTORE_PART, Restoring, type RestoreProgress } from '../retained/restoring.ts';

/** Cleared messages of one connection that can be put back: offered until they are, or until the offer is dismissed. */
export interface RestoreOffer {
  readonly keys: readonly TopicKey[];
  /** Of `keys`: the broker holds a newer message, which only overwriting would replace. */
  readonly newer: readonly TopicKey[];
  readonly busy: boolean;
  /** How far a restore is; null: none runs. */
  readonly progress: RestoreProgress | null;
  /** Why the last try put back none or not all; null: it did, or there was none. */
  readonly problem: string | null;
}

export interface RestoreOffers {
  readonly store: StoreApi<ReadonlyMap<ConnectionId, RestoreOffer>>;
  /** What was cleared just now. */
  cleared(connection: ConnectionId, results: readonly ClearResult[]): void;
  /** What was put back elsewhere, or was not. */
  restored(connection: ConnectionId, results: readonly RestoreResult[]): void;
  /** Puts back what is no newer on the broker; or, if so asked, what is. */
  restore(connection: ConnectionId, overwrite: boolean): Promise<void>;
  /** What is under way is finished, nothing more is put back. */
  stop(connection: ConnectionId): void;
  /** For good. */
  dismiss(connection: ConnectionId): void;
  dispose(): void;
}

const NOTHING: RestoreOffer = { keys: [], newer: [], busy: false, progress: null, problem: null };
/** Jobs whose messages were put back or given up, by id. */
const SETTLED = 'restore.settled';
const MOST_SETTLED = 50;
/** What was cleared topic by topic, of which no job is left after a reload: connections, and topics of each. */
const SINGLE = 'restore.single';
const MOST_CONNECTIONS = 10;
const MOST_SINGLE = 200;
const Kept = z.array(z.tuple([ConnectionId, z.array(TopicKey)]));
/** Outcomes of a page (contract). */
const PAGE = 500;

export function isOver({ state }: Pick<Job, 'state'>): boolean {
  return state.kind === 'done' || state.kind === 'stopped' || state.kind === 'failed';
}

export function createRestoreOffers(
  engine: Pick<Engine, 'call' | 'stream'>,
  memory: KeptValues,
): RestoreOffers {
  return new Offers(engine, memory);
}

class Offers implements RestoreOffers {
  readonly store = createStore<ReadonlyMap<ConnectionId, RestoreOffer>>(() => new Map());
  readonly #engine: Pick<Engine, 'call' | 'stream'>;
  readonly #memory: KeptValues;
  readonly #seen: Set<string>;
  readonly #jobs = new Map<ConnectionId, string[]>();
  /** Cleared without a job. */
  readonly #single = new Map<ConnectionId, ReadonlySet<TopicKey>>();
  readonly #running = new Map<ConnectionId, Restoring>();
  readonly #stop: () => void;

  constructor(engine: Pick<Engine, 'call' | 'stream'>, memory: KeptValues) {
    this.#engine = engine;
    this.#memory = memory;
    this.#seen = new Set(this.#settled());
    for (const [connection, keys] of readSingle(memory.get(SINGLE))) {
      this.#single.set(connection, new Set(keys));
      this.#put(connection, { keys });
    }
    // A job ends whether a window looks at it or not.
    this.#stop = follow({
      open: () => engine.stream('jobs', {}),
      take: ({ jobs }) => {
        for (const job of jobs) void this.#ended(job);
      },
    });
  }

  dispose(): void {
    this.#stop();
  }

  cleared(connection: ConnectionId, results: readonly ClearResult[]): void {
    const keys = results.filter(({ restorable }) => restorable).map(({ key }) => key);
    this.#single.set(connection, new Set([...(this.#single.get(connection) ?? []), ...keys]));
    this.#offer(connection, results);
  }

  #offer(connection: ConnectionId, results: readonly ClearResult[]): void {
    const { keys } = this.#of(connection);
    const more = results.filter(({ restorable }) => restorable).map(({ key }) => key);
    if (more.length > 0) this.#put(connection, { keys: [...new Set([...keys, ...more])] });
  }

  restored(connection: ConnectionId, results: readonly RestoreResult[]): void {
    const { keys, newer, busy, problem } = this.#of(connection);
    const offered = new Set(keys);
    // What else lies in the trash may be put back beside it.
    const ours = results.filter(({ key }) => offered.has(key));
    const of = (kind: RestoreResult['outcome']['kind']) =>
      new Set(ours.filter(({ outcome }) => outcome.kind === kind).map(({ key }) => key));
    const done = of('restored');
    const older = of('would-overwrite');
    const left = keys.filter((key) => !done.has(key));
    const failed = ours.find(({ outcome }) => !['restored', 'would-overwrite'].includes(outcome.kind));
    const why = failed !== undefined && 'failure' in failed.outcome ? failed.outcome.failure.message : null;
    this.#put(connection, {
      keys: left,
      newer: left.filter((key) => older.has(key) || newer.includes(key)),
      // A batch of which all came back does not take away what an earlier one said.
      problem: why ?? (busy ? problem : null),
    });
  }

  async restore(connection: ConnectionId, overwrite: boolean): Promise<void> {
    const { keys, newer, busy } = this.#of(connection);
    if (busy) return;
    const wanted = overwrite ? newer : keys.filter((key) => !newer.includes(key));
    this.#put(connection, { busy: true, problem: null });
    const restoring = new Restoring(
      wanted.length,
      () => performance.now(),
      (progress) => this.#put(connection, { progress }),
    );
    this.#running.set(connection, restoring);
    try {
      const parts = function* (): Generator<TopicKey[], void, number> {
        for (let at = 0; at < wanted.length; at += RESTORE_PART) yield wanted.slice(at, at + RESTORE_PART);
      };
      await restoring.run(
        parts(),
        async (keys, from) => {
          const which = { kind: 'topics' as const, keys };
          const answer = await this.#engine.call('restoreRetained', {
            ...{ connection, entry: null, which, from, overwrite },
          });
          if (answer.kind === 'failed') throw new Error(answer.message);
          return answer;
        },
        (results) => {
          this.#offerAgain(connection, results);
          this.restored(connection, results);
        },
      );
    } catch (error) {
      this.#put(connection, { problem: error instanceof Error ? error.message : String(error) });
    }
    this.#running.delete(connection);
    this.#put(connection, { busy: false, progress: null });
  }

  /** What was back, and may be lost again, is offered as before. */
  #offerAgain(connection: ConnectionId, results: readonly RestoreResult[]): void {
    const lost = results.flatMap(({ key, outcome }) => (outcome.kind === 'restored' ? [] : [key]));
    this.#put(connection, { keys: [...new Set([...this.#of(connection).keys, ...lost])] });
  }

  stop(connection: ConnectionId): void {
    this.#running.get(connection)?.stop();
  }

  dismiss(connection: ConnectionId): void {
    this.#put(connection, NOTHING);
  }

  #of(connection: ConnectionId): RestoreOffer {
    return this.store.getState().get(connection) ?? NOTHING;
  }

  #put(connection: ConnectionId, part: Partial<RestoreOffer>): void {
    const next = { ...this.#of(connection), ...part };
    const offers = new Map(this.store.getState());
    if (next.keys.length > 0) offers.set(connection, next);
    else offers.delete(connection);
    if (next.keys.length === 0) this.#settle(connection);
    this.store.setState(offers, true);
    this.#keepSingle(connection, next.keys);
  }

  /** So that a reload still knows of them. */
  #keepSingle(connection: ConnectionId, offered: readonly TopicKey[]): void {
    const before = this.#single.get(connection);
    if (before === undefined) return;
    const left = offered.filter((key) => before.has(key));
    this.#single.delete(connection);
    if (left.length > 0) this.#single.set(connection, new Set(left));
    const all = [...this.#single]
      .slice(-MOST_CONNECTIONS)
      .map(([id, keys]) => [id, [...keys].slice(-MOST_SINGLE)]);
    this.#memory.set(SINGLE, all.length === 0 ? null : JSON.stringify(all));
  }

  #settled(): readonly string[] {
    return (this.#memory.get(SETTLED) ?? '').split(' ').filter((id) => id !== '');
  }

  #settle(connection: ConnectionId): void {
    const ids = this.#jobs.get(connection) ?? [];
    this.#jobs.delete(connection);
    if (ids.length === 0) return;
    this.#memory.set(SETTLED, [...this.#settled(), ...ids].slice(-MOST_SETTLED).join(' '));
  }

  async #ended(job: Job): Promise<void> {
    if (!isOver(job) || job.cleared === 0 || this.#seen.has(job.id)) return;
    this.#seen.add(job.id);
    this.#jobs.set(job.connection, [...(this.#jobs.get(job.connection) ?? []), job.id]);
    try {
      for (let from = 0; from < job.cleared; from += PAGE) {
        const asked = { job: job.id, part: 'cleared' as const, from, count: PAGE };
        const page = await this.#engine.call('jobOutcomes', asked);
        if (page.kind !== 'page') return;
        this.#offer(job.connection, page.outcomes);
      }
    } catch {
      // The engine does not answer; its jobs come again once it does.
      this.#seen.delete(job.id);
    }
  }
}

/** What an earlier page kept; it may be of another version, or edited. */
function readSingle(text: string | null): [ConnectionId, TopicKey[]][] {
  try {
    return Kept.parse(JSON.parse(text ?? '[]'));
  } catch {
    return [];
  }
}
