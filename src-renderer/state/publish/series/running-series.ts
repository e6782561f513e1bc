import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { Engine } from '../../engine/engine.ts';
import { follow } from '../../engine/follow.ts';

/** How many series run on each connection; those on which none does are not in it. */
export interface RunningSeriesCounts {
  readonly store: StoreApi<ReadonlyMap<ConnectionId, number>>;
  dispose(): void;
}

/** Follows the series of all connections: one goes on while another connection is looked at. */
export function createRunningSeries(engine: Pick<Engine, 'stream'>): RunningSeriesCounts {
  const store = createStore<ReadonlyMap<ConnectionId, number>>(() => new Map());
  const dispose = follow({
    open: () => engine.stream('runningSeries', {}),
    take: ({ running }) =>
      store.setState(new Map(running.map(({ connection, count }) => [connection, count] as const)), true),
  });
  return { store, dispose };
}
