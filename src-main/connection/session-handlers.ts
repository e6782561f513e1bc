import { failed, type Failure } from '../contract/base/errors.ts';
import type { sessionCalls } from '../contract/session/session-calls.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { probedFilter } from '../core/query/grammar/topic-term.ts';
import { searchHandlers } from './search-handlers.ts';
import type { WorkerHandlers } from './worker-api.ts';

/** Packets, verdicts, quarantine, the inventory and search of one connection. */
export function sessionHandlers(
  connection: BrokerConnection,
): Pick<WorkerHandlers, keyof typeof sessionCalls> {
  const { packets, doctor, publisher } = connection;
  const { inventory, inventoryProbe } = connection.truth;
  return {
    ...searchHandlers(connection),
    readPackets: ({ filter, from, count }) => {
      connection.workspace.watch();
      return packets.read(filter, from, count);
    },
    packetAt: ({ seq }) => packets.at(seq),
    packetFlow: ({ packetId, near }) => packets.flow(packetId, near),
    setRecorder: ({ publish, bytes }) => {
      packets.recorder.set(publish, bytes);
      return packets.recorder.status();
    },
    clearPackets: () => {
      packets.clear();
      return packets.recorder.status();
    },
    exportPackets: ({ format, filter, cursor }) => packets.piece(format, filter, cursor),
    readInventory: (reading) => inventory.read(reading),
    findInInventory: ({ key }) => ({ index: inventory.indexOf(key) }),
    probeRetained: ({ query }) =>
      inventoryProbe.start(probedFilter(query.filter), {
        listed: () => inventory.all(query),
        unknown: () => inventory.all({ ...query, state: 'unknown' }),
      }),
    stopProbe: () => {
      inventoryProbe.stop();
      return { kind: 'ok' as const };
    },
    verdictReport: ({ id }) => doctor.report(id),
    retryQuarantined: async ({ id }) => {
      const request = publisher.quarantine.take(id);
      if (request === null) return notThere();
      const outcome = await publisher.publish(request);
      // Not even tried: it stays for the next time.
      if (outcome.kind === 'failed') publisher.quarantine.add(request, outcome.message);
      return outcome;
    },
    dropQuarantined: ({ id }) =>
      publisher.quarantine.take(id) === null ? notThere() : { kind: 'done' as const },
  };
}

function notThere(): Failure {
  return failed('not-in-quarantine', 'This message is not in quarantine any more.', '');
}
