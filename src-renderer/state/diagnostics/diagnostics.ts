import { createStore, type StoreApi } from 'zustand/vanilla';
import { withChange } from '../../../src-main/contract/base/change.ts';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { Diagnostics } from '../../../src-main/contract/session/diagnostics.ts';
import { whenShown } from '../browser/when-shown.ts';
import type { Engine } from '../engine/engine.ts';
import { follow } from '../engine/follow.ts';
import { createHistory, type HistoryStore } from './history.ts';
import { createPackets, type PacketsStore } from './packets.ts';

export interface DiagnosticsState {
  /** Of which connection; null when none is looked at. */
  readonly connection: ConnectionId | null;
  /** Null until the first report. */
  readonly latest: Diagnostics | null;
}

export interface DiagnosticsStore {
  readonly store: StoreApi<DiagnosticsState>;
  /** Its recorded packets, and what became of its attempts to connect; each read where it is looked at. */
  readonly packets: PacketsStore;
  readonly history: HistoryStore;
  /** One connection at a time: what nobody looks at costs nothing. */
  watch(connection: ConnectionId | null): void;
  dispose(): void;
}

export function createDiagnostics(engine: Engine): DiagnosticsStore {
  const store = createStore<DiagnosticsState>(() => ({ connection: null, latest: null }));
  let stop: (() => void) | null = null;
  return {
    store,
    packets: createPackets(engine),
    history: createHistory(engine),
    watch(connection) {
      if (connection === store.getState().connection) return;
      stop?.();
      stop = null;
      store.setState({ connection, latest: null });
      if (connection === null) return;
      stop = follow({
        open: () => engine.stream('diagnostics', { connection }),
        shown: whenShown,
        take: (news) => {
          const { latest } = store.getState();
          if (news.kind === 'whole') store.setState({ latest: news.value });
          else store.setState({ latest: withChange(latest, news.change) as Diagnostics });
        },
      });
    },
    dispose: () => stop?.(),
  };
}
