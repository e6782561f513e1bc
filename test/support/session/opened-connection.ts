import type { z } from 'zod';
import { BrokerConnection } from '../../../src-main/connection/broker-connection.ts';
import { connectionHandlers } from '../../../src-main/connection/handlers.ts';
import { systemPorts, type ConnectionPorts } from '../../../src-main/connection/base/ports.ts';
import { ConnectionOptions, type ConnectionState } from '../../../src-main/contract/model/model.ts';
import type { WorkerHandlers } from '../../../src-main/connection/worker-api.ts';
import { SkippingClock } from '../skipping-clock.ts';
import { onTeardown } from '../teardown.ts';

type Given = Partial<z.input<typeof ConnectionOptions>> & { readonly port: number };
type StateOf<K extends ConnectionState['kind']> = Extract<ConnectionState, { kind: K }>;

export interface OpenedConnection {
  readonly connection: BrokerConnection;
  readonly clock: SkippingClock;
  readonly handlers: WorkerHandlers;
  /** Until it holds; looks at every change. */
  eventually(holds: () => boolean): Promise<void>;
  until<K extends ConnectionState['kind']>(kind: K): Promise<StateOf<K>>;
  /** Until the filter is granted. */
  granted(filter: string): Promise<void>;
}

/** A whole connection in this thread whose long waits a test skips; not connected yet. Closed by `teardown`. */
export function openWhole(given: Given, ports: Partial<ConnectionPorts> = {}): OpenedConnection {
  const clock = new SkippingClock();
  const options = ConnectionOptions.parse({ name: 'test', protocol: 'mqtt', host: '127.0.0.1', ...given });
  const limits = { memoryBytes: 32 * 2 ** 20, topicCap: 10_000, maxPayloadBytes: 2 ** 20 };
  const connection = new BrokerConnection(
    { options, limits, seed: 42 },
    { ...systemPorts(Math.random), clock, ...ports },
  );
  onTeardown(() => connection.shutdown(200));
  const { signal } = new AbortController();
  const eventually = async (holds: () => boolean): Promise<void> => {
    // Some of it no change announces.
    while (!holds()) await connection.changed.next(20, signal);
  };
  return {
    connection,
    clock,
    handlers: connectionHandlers(connection),
    eventually,
    until: async <K extends ConnectionState['kind']>(kind: K) => {
      await eventually(() => connection.state.kind === kind);
      return connection.state as StateOf<K>;
    },
    granted: (filter) =>
      eventually(() =>
        connection.subscriptions
          .status()
          .some((one) => one.filter === filter && one.result.kind === 'granted'),
      ),
  };
}
