import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TopicKey } from '../../../../src-main/contract/model/model.ts';
import type { InventoryQuery } from '../../../../src-main/contract/session/inventory.ts';
import type { RestoreResult } from '../../../../src-main/contract/session/outcomes.ts';
import { LATE, Latest } from '../../../state/engine/latest.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { RESTORE_PART, Restoring, type RestoreProgress } from '../../../state/retained/restoring.ts';
import { compareWith, writeCount, type Compared, type SnapshotFile } from './snapshots.ts';

export interface ComparisonState {
  /** As it is typed. */
  readonly prefix: string;
  /** Also where the broker holds another message. */
  readonly overwrite: boolean;
  /** Null: nothing was compared yet, or it failed. */
  readonly found: Compared | null;
  /** With which `found` was compared. */
  readonly comparedPrefix: string;
  readonly comparing: boolean;
  /** It is restored. */
  readonly running: boolean;
  /** How far that is; null: it does not run. */
  readonly progress: RestoreProgress | null;
  /** Nothing more is sent until it goes on; `running` all the same. */
  readonly paused: boolean;
  /** What was restored so far, and what was not; null: nothing was tried since it was compared. */
  readonly results: readonly RestoreResult[] | null;
  readonly problem: string | null;
}

const NOTHING: ComparisonState = {
  prefix: '',
  overwrite: false,
  found: null,
  comparedPrefix: '',
  comparing: false,
  running: false,
  progress: null,
  paused: false,
  results: null,
  problem: null,
};

/** A snapshot that is compared with the broker, and restored exactly as the comparison shows. */
export class OpenComparison {
  readonly store: StoreApi<ComparisonState>;
  readonly #session: ConnectionSession;
  readonly #query: InventoryQuery;
  readonly #file: SnapshotFile;
  readonly #latest = new Latest();
  #restoring: Restoring | null = null;
  #goOn: () => void = () => undefined;
  #mayGoOn: Promise<void> = Promise.resolve();

  constructor(session: ConnectionSession, query: InventoryQuery, file: SnapshotFile) {
    this.#session = session;
    this.#query = query;
    this.#file = file;
    this.store = createStore<ComparisonState>(() => NOTHING);
  }

  setPrefix(prefix: string): void {
    this.store.setState({ prefix });
  }

  setOverwrite(overwrite: boolean): void {
    this.store.setState({ overwrite });
  }

  /** The latest counts, of several that were asked for. */
  async compare(): Promise<void> {
    const { prefix, running } = this.store.getState();
    if (running) return;
    this.store.setState({ comparing: true, found: null, results: null, problem: null });
    try {
      const answer = await this.#latest.answer(() =>
        compareWith(this.#session, this.#query, this.#file, prefix),
      );
      if (answer === LATE) return;
      if (answer.kind === 'failed') this.#failed(`${answer.message} ${answer.advice}`);
      else this.store.setState({ found: answer, comparedPrefix: prefix });
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
    }
    this.store.setState({ comparing: false });
  }

  /** Messages that would be written; 0 until the comparison is there. */
  count(): number {
    const { found, overwrite, results } = this.store.getState();
    return found === null || results !== null || this.isOutdated() ? 0 : writeCount(found, overwrite);
  }

  /** Another prefix was typed than was compared: what is shown is not what would be written. */
  isOutdated(): boolean {
    const { found, prefix, comparedPrefix } = this.store.getState();
    return found !== null && prefix !== comparedPrefix;
  }

  /** Publishes what the comparison listed, part by part; once, however often it is asked for. */
  async restore(): Promise<void> {
    const { found, overwrite, running } = this.store.getState();
    if (found === null || running || this.count() === 0) return;
    const now = () => this.#session.now();
    const restoring = new Restoring(this.count(), now, (progress) => this.store.setState({ progress }));
    this.#restoring = restoring;
    this.store.setState({ running: true, results: [], problem: null });
    try {
      const byTopic = new Map<TopicKey, RestoreResult>();
      await restoring.run(
        [found.comparison].values(),
        async (comparison, from) => {
          await this.#mayGoOn;
          return restoring.isStopped ? null : this.#part(comparison, from, overwrite);
        },
        (some) => {
          for (const one of some) byTopic.set(one.key, one);
          this.store.setState({ results: [...byTopic.values()] });
        },
      );
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
    }
    this.resume();
    this.store.setState({ running: false, progress: null });
  }

  /** Takes effect after the part that is under way. */
  pause(): void {
    const { running, paused } = this.store.getState();
    if (!running || paused) return;
    this.#mayGoOn = new Promise((resolve) => (this.#goOn = resolve));
    this.store.setState({ paused: true });
  }

  resume(): void {
    this.#goOn();
    this.store.setState({ paused: false });
  }

  /** What is under way is finished, nothing more is begun. */
  stop(): void {
    this.#restoring?.stop();
    this.resume();
  }

  /** It is off the screen. */
  closed(): void {
    this.#latest.drop();
    this.stop();
  }

  async #part(comparison: string, from: number, overwrite: boolean) {
    const { client } = this.#session;
    const answer = await client.call('restoreSnapshot', { comparison, from, count: RESTORE_PART, overwrite });
    if (answer.kind === 'failed') throw new Error(`${answer.message} ${answer.advice}`);
    return answer;
  }

  #failed(problem: string): void {
    this.store.setState({ problem: problem.trim() });
  }
}
