import type { AppState } from '../../../state/app/app-state.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { focusShownPane } from '../../base/panes.ts';
import { WORK_VIEWS } from '../../views/work-views.tsx';
import { NO_CONNECTION, type Command } from './command.ts';

/** Keys are given to the first nine. */
const KEYS = 9;

/** A command for each view of a connection, in the order of the tabs. */
export function workViewCommands(app: AppState, session: ConnectionSession | null): readonly Command[] {
  return WORK_VIEWS.map(({ id, label, icon }, at) => ({
    id: `view.show-${id}`,
    label: `Show ${label}`,
    group: 'View' as const,
    icon,
    ...(at < KEYS ? { keys: `View+${at + 1}` } : {}),
    off: session === null ? NO_CONNECTION : null,
    run: () => {
      app.shell.enlarge(null);
      app.shell.showView(id);
      focusShownPane('topics');
    },
  }));
}
