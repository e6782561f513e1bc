import type { WorkerClient } from '../../connection/worker-api.ts';
import { connectionCalls, type EngineHandlers } from '../../contract/api.ts';
import type { ConnectionId } from '../../contract/model/model.ts';

type Forwarded = Pick<EngineHandlers, keyof typeof connectionCalls>;
type AnyCall = (name: string, params: object) => Promise<unknown>;

/**
 * One handler for each call in the contract that a connection's worker answers: the call goes there as it
 * is, without the connection it is meant for.
 *
 * @param worker throws a typed error where the connection is closed, or its worker is being replaced
 */
export function forwardedCalls(worker: (connection: ConnectionId) => Pick<WorkerClient, 'call'>): Forwarded {
  const forward =
    (name: string) =>
    ({ connection, ...params }: { readonly connection: ConnectionId }) => {
      const client = worker(connection);
      // The contract has checked the parameters by this very name.
      return (client.call as AnyCall).call(client, name, params);
    };
  const handlers: unknown = Object.fromEntries(
    Object.keys(connectionCalls).map((name) => [name, forward(name)]),
  );
  return handlers as Forwarded;
}
