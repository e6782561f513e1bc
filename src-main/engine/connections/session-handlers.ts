import type { EngineHandlers } from '../../contract/api.ts';
import type { ConnectionId } from '../../contract/model/model.ts';
import type { historyCalls } from '../../contract/session/connection-history.ts';
import type { sessionCalls } from '../../contract/session/session-calls.ts';
import type { AppLog } from '../base/app-log.ts';
import type { LiveConnection } from './live-connection.ts';

/** Packets, verdicts, history and logs; most are answered by the connection's worker. */
export function sessionHandlers(
  live: (id: ConnectionId) => LiveConnection,
  log: AppLog,
): Pick<EngineHandlers, keyof typeof historyCalls | keyof typeof sessionCalls> {
  const worker = (id: ConnectionId) => live(id).worker;
  return {
    connectionHistory: ({ connection, before, limit }) => live(connection).history.page(before, limit),
    exportLog: async ({ connection }) => ({
      kind: 'log',
      text: connection === null ? log.text() : await live(connection).logText(),
    }),
    readPackets: ({ connection, ...params }) => worker(connection).call('readPackets', params),
    packetAt: ({ connection, ...params }) => worker(connection).call('packetAt', params),
    packetFlow: ({ connection, ...params }) => worker(connection).call('packetFlow', params),
    setRecorder: ({ connection, ...params }) => live(connection).setRecorder(params),
    clearPackets: ({ connection, ...params }) => worker(connection).call('clearPackets', params),
    exportPackets: ({ connection, ...params }) => worker(connection).call('exportPackets', params),
    verdictReport: ({ connection, ...params }) => worker(connection).call('verdictReport', params),
    retryQuarantined: ({ connection, ...params }) => worker(connection).call('retryQuarantined', params),
    dropQuarantined: ({ connection, ...params }) => worker(connection).call('dropQuarantined', params),
  };
}
