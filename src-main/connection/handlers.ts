import type { StreamSignal } from '../contract/base/define.ts';
import type { Diagnostics } from '../contract/session/diagnostics.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { failed } from '../contract/base/errors.ts';
import { pause } from './base/clock.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { listRetained, scoped } from './retained/listing.ts';
import { sessionHandlers } from './session-handlers.ts';
import type { WorkerHandlers } from './worker-api.ts';

/** Diagnostics and summaries: four a second at most, sooner only when the state changes. */
const STEADY_MS = 250;
/** The shortest time between two summaries, however fast the state changes. */
const URGENT_MS = 20;

const done = { kind: 'done' } as const;

/** Everything the worker's side of the contract asks for. */
export function connectionHandlers(connection: BrokerConnection): WorkerHandlers {
  const { session, subscriptions } = connection;
  const { views } = connection.workspace;
  const { cleaner } = connection.truth;
  return {
    ...sessionHandlers(connection),
    connect: () => {
      connection.connect();
      return done;
    },
    disconnect: () => {
      connection.disconnect();
      return done;
    },
    retryNow: () => {
      connection.retryNow();
      return done;
    },
    subscribe: (request) => subscriptions.subscribe(request),
    unsubscribe: ({ filter }) => subscriptions.unsubscribe(filter),
    setSubscriptionEnabled: ({ filter, enabled }) => subscriptions.setEnabled(filter, enabled),
    reauthenticate: () => connection.reauthenticate(),
    pingNow: () => connection.pingNow(),
    publish: (request) => connection.publish(request),
    readMessage: ({ key, which, offset, length, view }) =>
      views.readMessage(view, key, which, offset, length),
    readHistory: ({ key, before, limit, view }) => views.readHistory(view, key, before, limit),
    planClear: ({ keys }) => ({ kind: 'plan', topics: cleaner.plan(keys) }),
    clearRetained: async ({ keys, unkept }) => ({ results: await cleaner.clear(keys, unkept) }),
    restoreRetained: async ({ keys, overwrite }) => ({ results: await cleaner.restore(keys, overwrite) }),
    updateView: ({ view, action }) => {
      views.act(view, action);
      return done;
    },
    readServerCertificates: () =>
      session.shown?.report() ??
      failed(
        'no-certificates',
        'No broker has shown a certificate on this connection yet.',
        'Connect first.',
      ),
    view: ({ view, spec }, signal) => views.frames(view, spec, signal),
    diagnostics: (_params, signal) => diagnosticsStream(connection, signal),
    summary: (_params, signal) => summaryStream(connection, signal),
    attempts: (_params, signal) => attemptsStream(connection, signal),
    logText: () => ({ text: connection.log.text() }),
    listRetained: ({ scope, from }) => {
      const { keys, next } = listRetained(connection.store, scope, from);
      const planned = cleaner.plan(keys.map(({ key }) => key));
      return { topics: planned.map((one, at) => scoped(one, keys[at] ?? { returning: false })), next };
    },
    shutdown: async ({ withinMs }) => {
      await connection.shutdown(withinMs);
      return done;
    },
    setLimits: (limits) => {
      connection.setLimits(limits);
      return done;
    },
  };
}

function summaryOf(connection: BrokerConnection) {
  const { received, rate } = connection.store.counters();
  const { bytesIn, bytesOut } = connection.session.traffic();
  return {
    state: connection.state,
    subscriptions: connection.subscriptions.status(),
    received,
    rate,
    bytesIn,
    bytesOut,
    bytesInRate: connection.session.byteRates.in,
    bytesOutRate: connection.session.byteRates.out,
    verdict: connection.doctor.summary(),
  };
}

/** Items while something changes, the newest only; at once when the state does. */
async function* changes<T>(
  connection: BrokerConnection,
  signal: StreamSignal,
  read: () => T,
  same: (a: T, b: T) => boolean,
): AsyncGenerator<T> {
  let last: T | null = null;
  let state = connection.state;
  while (!signal.aborted) {
    const next = read();
    if (last === null || !same(last, next)) {
      last = next;
      state = connection.state;
      yield next;
    }
    const { clock } = connection;
    const started = clock.now();
    // A change of state is told at once, all others when their time has come.
    while (!signal.aborted && clock.now() - started < STEADY_MS) {
      await connection.changed.next(STEADY_MS - (clock.now() - started), signal);
      if (connection.state === state) continue;
      const rest = URGENT_MS - (clock.now() - started);
      if (rest > 0) await pause(clock, rest);
      break;
    }
  }
}

function summaryStream(connection: BrokerConnection, signal: StreamSignal) {
  return changes(
    connection,
    signal,
    () => summaryOf(connection),
    (a, b) =>
      a.state === b.state &&
      a.received === b.received &&
      a.rate === b.rate &&
      a.bytesIn === b.bytesIn &&
      a.bytesOut === b.bytesOut &&
      a.bytesInRate === b.bytesInRate &&
      a.bytesOutRate === b.bytesOutRate &&
      JSON.stringify(a.verdict) === JSON.stringify(b.verdict) &&
      JSON.stringify(a.subscriptions) === JSON.stringify(b.subscriptions),
  );
}

/** Each attempt when it begins, is online and ends. */
async function* attemptsStream({ doctor, changed }: BrokerConnection, signal: StreamSignal) {
  let seen = 0;
  while (!signal.aborted) {
    const attempts = doctor.attempts.since(seen);
    seen = doctor.attempts.revision;
    if (attempts.length > 0) yield { attempts };
    await changed.next(STEADY_MS, signal);
  }
}

function diagnosticsStream(connection: BrokerConnection, signal: StreamSignal): AsyncGenerator<Diagnostics> {
  return changes(connection, signal, () => diagnosticsOf(connection), sameDiagnostics);
}

/** The log is compared by its last entry, everything else in full. */
function sameDiagnostics(a: Diagnostics, b: Diagnostics): boolean {
  if (a.state !== b.state || a.log.at(-1)?.seq !== b.log.at(-1)?.seq) return false;
  return JSON.stringify({ ...a, log: [] }) === JSON.stringify({ ...b, log: [] });
}
