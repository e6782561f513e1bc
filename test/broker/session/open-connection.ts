import { BrokerConnection } from '../../../src-main/connection/broker-connection.ts';
import { diagnosticsOf } from '../../../src-main/connection/diagnostics.ts';
import { connectionHandlers } from '../../../src-main/connection/handlers.ts';
import { systemPorts, type ConnectionPorts } from '../../../src-main/connection/base/ports.ts';
import type { z } from 'zod';
import { ConnectionOptions, type ConnectionState } from '../../../src-main/contract/model/model.ts';
import { type Diagnostics } from '../../../src-main/contract/session/diagnostics.ts';
import { keyBytes } from '../../../src-main/core/topics/names.ts';
import { NO_NODE } from '../../../src-main/core/topics/columns/nodes.ts';
import { onTeardown } from '../../support/teardown.ts';

type Options = Partial<z.input<typeof ConnectionOptions>> & { readonly port: number };

/** A connection in this very process, with what the tests look at. */
export interface Opened {
  readonly connection: BrokerConnection;
  readonly handlers: ReturnType<typeof connectionHandlers>;
  /** Kinds of state in the order they were seen, repeats left out. */
  readonly seen: ConnectionState[];
  readonly kinds: () => string[];
  /** The next (or present) state that fits. */
  until<K extends ConnectionState['kind']>(
    kind: K,
    withinMs?: number,
  ): Promise<Extract<ConnectionState, { kind: K }>>;
  /** Until it holds; fails with what the connection said. */
  eventually(what: string, holds: () => boolean, withinMs?: number, emit?: () => unknown): Promise<void>;
  diagnostics(): Diagnostics;
  /** The latest payload of a topic as text; null if there is none. */
  latest(topic: string): string | null;
}

export const MEMORY = 64 * 2 ** 20;
/** A wait ends as soon as it holds; a busy machine must not make it fail before that. */
const PATIENT_MS = 25_000;

/** Opens and connects. Short waits, so that tests are quick. Closed by `teardown`. */
export function openConnection(options: Options, ports: Partial<ConnectionPorts> = {}): Opened {
  const connection = new BrokerConnection(
    {
      options: ConnectionOptions.parse({
        name: 'test',
        protocol: 'mqtt',
        host: '127.0.0.1',
        backOff: { minMs: 100, maxMs: 400 },
        connectTimeoutMs: 3_000,
        keepAlive: 30,
        ...options,
      }),
      limits: { memoryBytes: MEMORY, topicCap: 1_000_000, maxPayloadBytes: 32 * 2 ** 20 },
      seed: 42,
    },
    { ...systemPorts(Math.random), ...ports },
  );
  const seen: ConnectionState[] = [];
  const abort = new AbortController();
  void (async () => {
    while (!abort.signal.aborted) {
      if (seen.at(-1) !== connection.state) seen.push(connection.state);
      await connection.changed.next(1_000, abort.signal);
    }
  })();
  onTeardown(async () => {
    await connection.shutdown(500);
    abort.abort();
  });
  const eventually = async (
    what: string,
    holds: () => boolean,
    withinMs = PATIENT_MS,
    emit?: () => unknown,
  ): Promise<void> => {
    const deadline = performance.now() + withinMs;
    while (!holds()) {
      if (performance.now() > deadline) {
        const log = connection.log.entries().map(({ text, detail }) => `${text} ${detail}`);
        throw new Error(
          `Not within ${withinMs} ms: ${what}.\n${JSON.stringify(emit?.()) ?? ''}\nState: ${JSON.stringify(connection.state)}\n${log.join('\n')}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  connection.connect();
  return {
    connection,
    handlers: connectionHandlers(connection),
    seen,
    kinds: () => seen.map(({ kind }) => kind),
    eventually,
    until: async (kind, withinMs) => {
      await eventually(`state ${kind}`, () => connection.state.kind === kind, withinMs);
      return connection.state as never;
    },
    diagnostics: () => diagnosticsOf(connection),
    latest: (topic) => {
      const node = connection.store.find(keyBytes(topic));
      if (node === NO_NODE) return null;
      const record = connection.store.record(connection.store.lastRecord(node));
      return record ? new TextDecoder().decode(record.payload) : null;
    },
  };
}

/** The subscription is granted and its retained messages are in. */
export async function subscribed(opened: Opened, filter = '#'): Promise<void> {
  await opened.eventually(`${filter} granted`, () =>
    opened.connection.subscriptions
      .status()
      .some((one) => one.filter === filter && one.result.kind === 'granted'),
  );
}
