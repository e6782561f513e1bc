import type { EngineHandlers } from '../../contract/api.ts';
import type { ConnectionId } from '../../contract/model/model.ts';
import type { historyCalls } from '../../contract/session/connection-history.ts';
import type { AppLog } from '../base/app-log.ts';
import type { LiveConnection } from './live-connection.ts';

/** What the engine itself keeps of a connection: its attempts and logs. */
export function historyHandlers(
  live: (id: ConnectionId) => LiveConnection,
  log: AppLog,
): Pick<EngineHandlers, keyof typeof historyCalls> {
  return {
    connectionHistory: ({ connection, before, limit }) => live(connection).history.page(before, limit),
    exportLog: async ({ connection }) => ({
      kind: 'log',
      text: connection === null ? log.text() : await live(connection).logText(),
    }),
  };
}
