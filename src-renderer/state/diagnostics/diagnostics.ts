import { createStore, type StoreApi } from 'zustand/vanilla';
import { withChange, type Change } from '../../../src-main/contract/base/change.ts';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { Diagnostics } from '../../../src-main/contract/session/diagnostics.ts';
import { whenShown } from '../browser/when-shown.ts';
import type { Engine } from '../engine/engine.ts';
import { follow } from '../engine/follow.ts';
import { OnTick, type EachTick } from '../engine/on-tick.ts';
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

/** Parts with only times, counts and round trips, and nothing that a person set. */
const FIGURES: ReadonlySet<string> = new Set(['keepAlive', 'session', 'life']);

/** @param eachTick when figures are shown; without it, each is shown as it arrives */
export function createDiagnostics(engine: Engine, eachTick: EachTick | null = null): DiagnosticsStore {
  const store = createStore<DiagnosticsState>(() => ({ connection: null, latest: null }));
  const shown = new OnTick<Diagnostics>(eachTick, (latest) => store.setState({ latest }));
  let stop: (() => void) | null = null;
  return {
    store,
    packets: createPackets(engine),
    history: createHistory(engine),
    watch(connection) {
      if (connection === store.getState().connection) return;
      stop?.();
      stop = null;
      shown.drop();
      store.setState({ connection, latest: null });
      if (connection === null) return;
      stop = follow({
        open: () => engine.stream('diagnostics', { connection }),
        shown: whenShown,
        take: (news) => {
          if (news.kind === 'whole') return shown.take(news.value, 'now');
          const latest = shown.held ?? store.getState().latest;
          const next = withChange(latest, news.change) as Diagnostics;
          return shown.take(next, isOfFigures(news.change) ? 'tick' : 'now');
        },
      });
    },
    dispose() {
      stop?.();
      shown.drop();
    },
  };
}

/** A state, a verdict, an entry of the log and what a person turned are shown at once. */
function isOfFigures(change: Change): boolean {
  if (!('set' in change) || change.removed !== undefined || Object.keys(change.set).length > 0) return false;
  const { state, recorder, ...parts } = change.of ?? {};
  // How much may be recorded is a number as well, and chosen.
  if (state !== undefined || (recorder !== undefined && 'set' in recorder && 'bytes' in recorder.set))
    return false;
  return Object.entries({ recorder, ...parts }).every(
    ([part, of]) => of === undefined || FIGURES.has(part) || isOfNumbers(of),
  );
}

function isOfNumbers(change: Change): boolean {
  if (!('set' in change) || change.removed !== undefined) return false;
  return (
    Object.values(change.set).every((value) => typeof value === 'number') &&
    Object.values(change.of ?? {}).every(isOfNumbers)
  );
}
