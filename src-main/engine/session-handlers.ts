import type { EngineHandlers } from '../contract/api.ts';
import { failed } from '../contract/errors.ts';
import type { ConnectionId } from '../contract/model.ts';
import type { sessionApi } from '../contract/session-api.ts';
import type { WorkerClient } from '../connection/worker-api.ts';

/** Packets, verdicts, history and logs; most are answered by the connection's worker. */
export function sessionHandlers(
  worker: (id: ConnectionId) => WorkerClient,
): Pick<EngineHandlers, keyof typeof sessionApi> {
  return {
    connectionHistory: () => ({ attempts: [], more: false, upShare: null }),
    exportLog: () => failed('not-yet', 'This is not built yet.', ''),
    readPackets: ({ connection, ...params }) => worker(connection).call('readPackets', params),
    packetAt: ({ connection, ...params }) => worker(connection).call('packetAt', params),
    packetFlow: ({ connection, ...params }) => worker(connection).call('packetFlow', params),
    setRecorder: ({ connection, ...params }) => worker(connection).call('setRecorder', params),
    clearPackets: ({ connection, ...params }) => worker(connection).call('clearPackets', params),
    exportPackets: ({ connection, ...params }) => worker(connection).call('exportPackets', params),
    verdictReport: ({ connection, ...params }) => worker(connection).call('verdictReport', params),
    retryQuarantined: ({ connection, ...params }) => worker(connection).call('retryQuarantined', params),
    dropQuarantined: ({ connection, ...params }) => worker(connection).call('dropQuarantined', params),
  };
}
