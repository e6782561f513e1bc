import { failed } from '../contract/errors.ts';
import type { sessionCalls } from '../contract/session-api.ts';
import type { RecorderStatus } from '../contract/packets.ts';
import type { WorkerHandlers } from './worker-api.ts';

/** Packets, verdicts and quarantine of one connection. */
export function sessionHandlers(
  status: () => RecorderStatus,
): Pick<WorkerHandlers, keyof typeof sessionCalls> {
  const absent = () => failed('not-yet', 'This is not built yet.', '');
  return {
    readPackets: () => ({ kind: 'packets', first: 0, total: 0, searched: 1, rows: [] }),
    packetAt: absent,
    packetFlow: absent,
    setRecorder: status,
    clearPackets: status,
    exportPackets: absent,
    verdictReport: absent,
    retryQuarantined: absent,
    dropQuarantined: absent,
  };
}
