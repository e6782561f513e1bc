import type { AppState } from '../state/app/app-state.ts';
import { follow } from '../state/engine/follow.ts';

const HANDLED = 'start-request';

/** What the start asks for, e.g. an `mqtt://` link: it prefills the editor and never connects by itself. */
export function followStartRequests(app: AppState): () => void {
  return follow({
    open: () => app.engine.stream('startRequests', {}),
    take({ id, prefill, problem }) {
      // The stream begins with the last request: a reload must not follow it again. The same link once more is
      // another request.
      if (id === '' || app.memory.get(HANDLED) === id) return;
      app.memory.set(HANDLED, id);
      if (problem !== null) app.shell.report(problem);
      if (prefill !== null) app.shell.open({ kind: 'editor', profileId: null, prefill });
    },
  });
}
