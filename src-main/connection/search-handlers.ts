import type { searchCalls } from '../contract/session/search.ts';
import { readAround } from '../core/search/around.ts';
import type { BrokerConnection } from './broker-connection.ts';
import type { WorkerHandlers } from './worker-api.ts';

/** Search in what one connection keeps. */
export function searchHandlers({
  workspace,
}: BrokerConnection): Pick<WorkerHandlers, keyof typeof searchCalls> {
  const { searches, store } = workspace;
  return {
    startSearch: (spec) => searches.start(spec),
    readSearch: ({ search, from }) => searches.read(search, from),
    stopSearch: ({ search }) => {
      searches.stop(search);
      return { kind: 'done' };
    },
    readAround: (request) => readAround(store, request),
  };
}
