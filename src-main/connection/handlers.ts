import type { BrokerConnection } from './broker-connection.ts';
import { inSlices } from './base/in-slices.ts';
import { failed } from '../contract/base/errors.ts';
import { readPayloads } from '../core/series/payloads.ts';
import { attemptsStream, diagnosticsStream, summaryStream } from './news.ts';
import { packMessages } from '../core/retained/packed-messages.ts';
import { listRetained } from './retained/listing.ts';
import { sessionHandlers } from './session-handlers.ts';
import type { WorkerHandlers } from './worker-api.ts';

const done = { kind: 'done' } as const;

/** Everything the worker's side of the contract asks for. */
export function connectionHandlers(connection: BrokerConnection): WorkerHandlers {
  const { session, subscriptions, publisher } = connection;
  const { views, names } = connection.workspace;
  return {
    ...sessionHandlers(connection),
    ...retainedHandlers(connection),
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
    publish: publisher.publish.bind(publisher),
    publishBatch: async ({ since, ...batch }) => {
      const { state } = session;
      if (state.kind !== 'online' || state.since !== since) return { kind: 'ended' };
      return { kind: 'batch', ...(await connection.publishBatch(batch)) };
    },
    readMessage: ({ key, which, offset, length, view }) =>
      views.readMessage(view, key, which, offset, length),
    readHistory: ({ key, before, limit, view }) => views.readHistory(view, key, before, limit),
    readBranchHistory: ({ key, before, limit, view }) => views.readBranchHistory(view, key, before, limit),
    readPayloads: (request) => readPayloads(connection.store, request),
    findTopics: ({ text }) => names.find(text),
    seenNames: ({ of, begins }) => connection.workspace.counts.seen(of, begins),
    countTopics: ({ filters }) => connection.workspace.counts.count(filters),
    nextRow: async ({ view, text, from }) => ({ key: await views.nextRow(view, text, from) }),
    busiestTopic: async ({ below }) => ({ key: await names.busiest(below) }),
    forgetTopics: ({ what }) => connection.workspace.forget(what),
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
    watched: ({ topics }, signal) => connection.workspace.watched(topics, signal),
    series: (request, signal) => connection.workspace.series.frames(request, signal),
    diagnostics: (_params, signal) => diagnosticsStream(connection, signal),
    summary: (_params, signal) => summaryStream(connection, signal),
    attempts: (_params, signal) => attemptsStream(connection, signal),
    logText: () => ({ text: connection.log.text() }),
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

type RetainedHandlers = Pick<
  WorkerHandlers,
  | 'planClear'
  | 'scanState'
  | 'discoverRetained'
  | 'fetchRetained'
  | 'putBackRetained'
  | 'openListed'
  | 'fetchListed'
  | 'emptyListed'
  | 'clearedListed'
  | 'checkListed'
  | 'closeListed'
  | 'listRetained'
>;

function retainedHandlers(connection: BrokerConnection): RetainedHandlers {
  const { cleaner, inventory, inventoryProbe, oursAt } = connection.truth;
  const { listed } = connection;
  return {
    planClear: ({ keys }) => ({ kind: 'plan', topics: cleaner.plan(keys) }),
    scanState: () => ({ scanning: connection.store.facts.scanning }),
    discoverRetained: ({ filter }) => inventoryProbe.discover(filter),
    fetchRetained: async ({ keys }) => packMessages(await cleaner.fetch(keys)),
    openListed: (packed) => ({ list: listed.open(packed) }),
    fetchListed: ({ list, places }) => listed.fetch(list, places),
    emptyListed: async ({ list, places }) => {
      const took = new Float32Array(places.length).fill(Number.NaN);
      return { unsent: await listed.sendEmpty(list, places, took), took };
    },
    clearedListed: ({ list, places }) => listed.findCleared(list, places),
    checkListed: ({ list, places }) => listed.check(list, places),
    closeListed: ({ list }) => {
      listed.close(list);
      return { kind: 'done' };
    },
    putBackRetained: async ({ messages, overwrite }) => ({
      results: await cleaner.putBack(messages, overwrite),
    }),
    listRetained: ({ scope, from }) => {
      const { store } = connection;
      return scope.kind === 'inventory'
        ? inventory.chosen(scope.query, scope.choice, from)
        : inSlices(
            connection.clock,
            listRetained({ topics: store, oursAt, retainAvailable: cleaner.retainAvailable }, scope, from),
          );
    },
  };
}
