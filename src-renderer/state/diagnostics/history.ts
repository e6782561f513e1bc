import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionAttempt } from '../../../src-main/contract/session/connection-history.ts';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import { callEngine } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';

/** Attempts asked for at once. */
const PAGE = 200;

export interface HistoryState {
  readonly connection: ConnectionId | null;
  /** Null until the first answer; newest first. */
  readonly attempts: readonly ConnectionAttempt[] | null;
  readonly more: boolean;
  /** Share of the last 24 h online, 0 to 1. */
  readonly uptimeShare: number | null;
  readonly problem: Failure | null;
}

/** What became of each attempt to connect, over the restarts of the program. */
export interface HistoryStore {
  readonly store: StoreApi<HistoryState>;
  /** Reads the newest attempts again, of this connection. */
  refresh(connection: ConnectionId): Promise<void>;
  /** Reads what is older than what is here. */
  readMore(): Promise<void>;
}

const EMPTY: HistoryState = {
  connection: null,
  attempts: null,
  more: false,
  uptimeShare: null,
  problem: null,
};

export function createHistory(engine: Engine): HistoryStore {
  const store = createStore<HistoryState>(() => EMPTY);
  /** Counts questions for the newest; of answers that overtake each other the one asked for last stays. */
  let asked = 0;
  let taken = 0;
  const read = (connection: ConnectionId, before: number | null) =>
    callEngine(() => engine.call('connectionHistory', { connection, before, limit: PAGE }));
  return {
    store,
    async refresh(connection) {
      if (store.getState().connection !== connection) store.setState({ ...EMPTY, connection }, true);
      const question = ++asked;
      const answer = await read(connection, null);
      const now = store.getState();
      if (now.connection !== connection || question < taken) return;
      taken = question;
      if ('kind' in answer) return store.setState({ problem: answer });
      const oldest = answer.attempts.at(-1)?.startedAt ?? Infinity;
      // What was read further back stays.
      const older = answer.more ? (now.attempts ?? []).filter(({ startedAt }) => startedAt < oldest) : [];
      store.setState({
        attempts: [...answer.attempts, ...older],
        more: older.length > 0 ? now.more : answer.more,
        uptimeShare: answer.uptimeShare,
        problem: null,
      });
    },
    async readMore() {
      const { connection, attempts } = store.getState();
      const oldest = attempts?.at(-1);
      if (connection === null || oldest === undefined) return;
      const answer = await read(connection, oldest.startedAt);
      const now = store.getState();
      if (now.connection !== connection || now.attempts?.at(-1) !== oldest) return;
      if ('kind' in answer) return store.setState({ problem: answer });
      store.setState({ attempts: [...now.attempts, ...answer.attempts], more: answer.more, problem: null });
    },
  };
}
