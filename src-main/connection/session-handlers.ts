import { failed } from '../contract/errors.ts';
import type { sessionCalls } from '../contract/session-api.ts';
import type { BrokerConnection } from './broker-connection.ts';
import type { WorkerHandlers } from './worker-api.ts';

/** Packets, verdicts and quarantine of one connection. */
export function sessionHandlers({
  packets,
}: BrokerConnection): Pick<WorkerHandlers, keyof typeof sessionCalls> {
  const absent = () => failed('not-yet', 'This is not built yet.', '');
  return {
    readPackets: ({ filter, from, count }) => packets.read(filter, from, count),
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
    verdictReport: absent,
    retryQuarantined: absent,
    dropQuarantined: absent,
  };
}
