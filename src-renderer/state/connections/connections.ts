import { createStore, type StoreApi } from 'zustand/vanilla';
import { isCounting } from '../../../src-main/contract/base/change.ts';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type {
  ConnectionId,
  ConnectionOptions,
  ConnectionSummary,
  SubscriptionRequest,
} from '../../../src-main/contract/model/model.ts';
import type { z } from 'zod';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import { isBusy } from './describe.ts';
import type { Engine } from '../engine/engine.ts';
import { whenShown } from '../browser/when-shown.ts';
import { follow } from '../engine/follow.ts';
import { OnTick, type EachTick } from '../engine/on-tick.ts';
import type { KeptValues } from '../browser/memory.ts';

/** What the window looks at: an open connection, or a profile that is not open. */
export type Selection =
  | { readonly kind: 'connection'; readonly id: ConnectionId }
  | { readonly kind: 'profile'; readonly id: string };

export interface ConnectionsState {
  readonly loaded: boolean;
  readonly connections: readonly ConnectionSummary[];
  readonly selection: Selection | null;
  /** Why a connection that is not online failed last; kept while it tries again. */
  readonly troubles: ReadonlyMap<ConnectionId, Failure>;
}

export type OpenAnswer = { readonly kind: 'opened'; readonly id: ConnectionId } | Failure;

export interface ConnectionsStore {
  readonly store: StoreApi<ConnectionsState>;
  select(selection: Selection | null): void;
  /** The selected open connection. */
  selected(): ConnectionSummary | null;
  /** Opens and selects. */
  open(options: ConnectionOptions, profileId: string | null): Promise<OpenAnswer>;
  startDemo(): Promise<OpenAnswer>;
  /** Forgets a connection with its history. */
  close(id: ConnectionId): Promise<Failure | null>;
  connect(id: ConnectionId): Promise<Failure | null>;
  disconnect(id: ConnectionId): Promise<Failure | null>;
  retryNow(id: ConnectionId): Promise<Failure | null>;
  subscribe(id: ConnectionId, request: z.input<typeof SubscriptionRequest>): Promise<Failure | null>;
  unsubscribe(id: ConnectionId, filter: string): Promise<Failure | null>;
  /** Off: it is kept in the list without being subscribed to. */
  setSubscriptionEnabled(id: ConnectionId, filter: string, enabled: boolean): Promise<Failure | null>;
  /** Enhanced authentication once more, in the running session. */
  reauthenticate(id: ConnectionId): Promise<Failure | null>;
  dispose(): void;
}

/** What was selected last, in the window's memory. */
export const SELECTION = 'selection';

/** @param eachTick when counts and rates are shown; without it, each is shown as it arrives */
export function createConnections(
  engine: Engine,
  memory: KeptValues,
  eachTick: EachTick | null = null,
): ConnectionsStore {
  const store = createStore<ConnectionsState>(() => ({
    loaded: false,
    connections: [],
    selection: null,
    troubles: new Map(),
  }));

  const select = (selection: Selection | null) => {
    store.setState({ selection });
    memory.set(
      SELECTION,
      selection === null ? null : JSON.stringify(remembered(selection, store.getState())),
    );
  };
  const show = (answer: OpenAnswer): OpenAnswer => {
    if (!isFailure(answer)) select({ kind: 'connection', id: answer.id });
    return answer;
  };
  const ask = async (question: () => Promise<{ readonly kind: string }>): Promise<Failure | null> => {
    const answer = await callEngine(question);
    return isFailure(answer) ? answer : null;
  };

  const summaries = new OnTick<readonly ConnectionSummary[]>(eachTick, (connections) => {
    const before = store.getState();
    store.setState({ loaded: true, connections, troubles: nextTroubles(before.troubles, connections) });
    const selection = nextSelection(before, connections, memory.get(SELECTION));
    if (selection !== before.selection) select(selection);
  });

  const stop = follow({
    open: () => engine.stream('connections', {}),
    shown: whenShown,
    take: ({ connections }) => {
      const { loaded, connections: drawn } = store.getState();
      summaries.take(connections, loaded && countsOnly(drawn, connections) ? 'tick' : 'now');
    },
  });

  return {
    store,
    select,
    selected() {
      const { selection, connections } = store.getState();
      if (selection?.kind !== 'connection') return null;
      return connections.find(({ id }) => id === selection.id) ?? null;
    },
    open: async (options, profileId) =>
      show(await callEngine(() => engine.call('openConnection', { options, profileId }))),
    startDemo: async () => show(await callEngine(() => engine.call('startDemo', {}))),
    close: (connection) => ask(() => engine.call('closeConnection', { connection })),
    connect: (connection) => ask(() => engine.call('connect', { connection })),
    disconnect: (connection) => ask(() => engine.call('disconnect', { connection })),
    retryNow: (connection) => ask(() => engine.call('retryNow', { connection })),
    subscribe: (connection, request) => ask(() => engine.call('subscribe', { connection, ...request })),
    unsubscribe: (connection, filter) => ask(() => engine.call('unsubscribe', { connection, filter })),
    reauthenticate: (connection) => ask(() => engine.call('reauthenticate', { connection })),
    setSubscriptionEnabled: (connection, filter, enabled) =>
      ask(() => engine.call('setSubscriptionEnabled', { connection, filter, enabled })),
    dispose() {
      stop();
      summaries.drop();
    },
  };
}

/** Whether the same connections are in the same states, and nothing but numbers differs. */
function countsOnly(before: readonly ConnectionSummary[], after: readonly ConnectionSummary[]): boolean {
  const states = (of: readonly ConnectionSummary[]) => of.map(({ state }) => state);
  return isCounting({ state: states(before), of: before }, { state: states(after), of: after });
}

function nextTroubles(
  before: ReadonlyMap<ConnectionId, Failure>,
  connections: readonly ConnectionSummary[],
): ReadonlyMap<ConnectionId, Failure> {
  const next = new Map<ConnectionId, Failure>();
  for (const { id, state } of connections) {
    const known = before.get(id);
    if (state.kind === 'waiting') next.set(id, state.why);
    else if (state.kind === 'stopped' && state.why !== null) next.set(id, state.why);
    else if (isBusy(state) && known !== undefined) next.set(id, known);
  }
  return next;
}

interface Remembered {
  readonly connection: string | null;
  readonly profile: string | null;
}

function remembered(selection: Selection, { connections }: ConnectionsState): Remembered {
  if (selection.kind === 'profile') return { connection: null, profile: selection.id };
  const profile = connections.find(({ id }) => id === selection.id)?.profileId ?? null;
  return { connection: selection.id, profile };
}

function readRemembered(text: string | null): Remembered {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (typeof value === 'object' && value !== null && 'connection' in value && 'profile' in value) {
      const { connection, profile } = value;
      return {
        connection: typeof connection === 'string' ? connection : null,
        profile: typeof profile === 'string' ? profile : null,
      };
    }
  } catch {
    // Not ours: nothing is remembered.
  }
  return { connection: null, profile: null };
}

/**
 * Keeps what is selected while it exists. A profile that was opened elsewhere becomes its connection; a
 * connection that is gone gives way to its neighbour; at the start the remembered one comes back.
 */
function nextSelection(
  before: ConnectionsState,
  connections: readonly ConnectionSummary[],
  memory: string | null,
): Selection | null {
  const { selection } = before;
  const to = (connection: ConnectionSummary | undefined): Selection | null =>
    connection === undefined ? null : { kind: 'connection', id: connection.id };
  if (selection === null) {
    if (connections.length === 0) return null;
    const known = readRemembered(memory);
    return to(
      connections.find(({ id }) => id === known.connection) ??
        connections.find(({ profileId }) => profileId !== null && profileId === known.profile) ??
        connections[0],
    );
  }
  if (selection.kind === 'profile') {
    const opened = connections.find(({ profileId }) => profileId === selection.id);
    return opened === undefined ? selection : to(opened);
  }
  if (connections.some(({ id }) => id === selection.id)) return selection;
  const was = before.connections.findIndex(({ id }) => id === selection.id);
  // Just opened by this window and not announced yet: wait for it.
  if (was < 0 && before.loaded) return selection;
  return to(connections[Math.min(Math.max(was, 0), connections.length - 1)]);
}
