import type { AppState } from '../state/app/app-state.ts';
import { follow } from '../state/engine/follow.ts';

const HANDLED = 'start-request';

/** What the start asks for, e.g. an `mqtt://` link: it prefills the editor and never connects by itself. */
export function followStartRequests(app: AppState): () => void {
  return follow({
    open: () => app.engine.stream('startRequests', {}),
    take({ prefill, problem }) {
      if (problem !== null) app.shell.report(problem);
      // The stream begins with the last request: a reload must not open it again.
      const key = JSON.stringify(
        prefill === null ? null : [prefill.protocol, prefill.host, prefill.port, prefill.name],
      );
      if (prefill === null || app.memory.get(HANDLED) === key) return;
      app.memory.set(HANDLED, key);
      app.shell.open({ kind: 'editor', profileId: null, prefill });
    },
  });
}
