import { clearRetained, isInventoryShown } from '../../base/clear-retained.ts';
import {
  ChevronsDownUp,
  ChevronsUpDown,
  Eraser,
  Filter,
  Pause,
  Play,
  Search,
  Send,
  Trash2,
} from 'lucide-react';
import type { AppState } from '../../../state/app/app-state.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { focusFilter, focusFind, focusShownPane } from '../../base/panes.ts';
import { NO_CONNECTION, type Command } from './command.ts';

const group = 'Topics';

/** Which topics are shown, how, and what can be sent to them. */
export function topicCommands(app: AppState, session: ConnectionSession | null): readonly Command[] {
  const off = session === null ? NO_CONNECTION : null;
  return [
    ...filterCommands(session, off),
    ...shownCommands(session, off),
    ...messageCommands(app, session, off),
  ];
}

/** Finding topics among all others. */
function filterCommands(session: ConnectionSession | null, off: string | null): readonly Command[] {
  const filter = session?.store.getState().filter;
  return [
    {
      id: 'topics.filter',
      label: 'Filter topics',
      group,
      icon: Filter,
      keys: 'Mod+Shift+F',
      off,
      run: focusFilter,
    },
    {
      id: 'topics.find',
      label: 'Find',
      group,
      icon: Search,
      keys: 'Mod+F',
      off,
      hidden: true,
      run: focusFind,
    },
    {
      id: 'topics.clear-filter',
      label: 'Clear the filter',
      group,
      icon: Filter,
      off: off ?? (filter === '' ? 'no filter is set' : null),
      run: () => session?.setFilter(''),
    },
  ];
}

/** How much of the tree is open, and whether it moves. */
function shownCommands(session: ConnectionSession | null, off: string | null): readonly Command[] {
  const paused = session !== null && session.store.getState().paused !== null;
  return [
    {
      id: 'topics.pause',
      label: paused ? 'Resume the view' : 'Pause the view',
      group,
      icon: paused ? Play : Pause,
      off,
      run: () => session?.togglePause(),
    },
    {
      id: 'topics.expand-all',
      label: 'Expand all',
      group,
      icon: ChevronsUpDown,
      off,
      run: () => session?.expandAll(),
    },
    {
      id: 'topics.collapse-all',
      label: 'Collapse all',
      group,
      icon: ChevronsDownUp,
      off,
      run: () => session?.collapseAll(),
    },
  ];
}

/** Messages that go to the broker. */
function messageCommands(
  app: AppState,
  session: ConnectionSession | null,
  off: string | null,
): readonly Command[] {
  const needsTopic = session?.store.getState().selectedKey === null && !isInventoryShown(app);
  return [
    {
      id: 'topics.clear-retained',
      label: 'Clear retained…',
      group,
      icon: Eraser,
      off: off ?? (needsTopic ? 'no topic is selected' : null),
      run: () => session && clearRetained(app, session),
    },
    {
      id: 'topics.open-trash',
      label: 'Open trash',
      group,
      icon: Trash2,
      off,
      run: () => session?.openClear([], 'trash'),
    },
    {
      id: 'topics.publish',
      label: 'Publish a message',
      group,
      icon: Send,
      keys: 'Mod+Shift+P',
      off,
      run: () => {
        app.shell.fold(false);
        if (app.shell.store.getState().enlarged !== 'publish') app.shell.enlarge(null);
        focusShownPane('publish');
      },
    },
  ];
}
