import {
  AppWindow,
  ChevronsDownUp,
  ChevronsUpDown,
  Download,
  Eraser,
  Filter,
  Keyboard,
  PanelBottom,
  Pause,
  Play,
  Plug,
  Plus,
  RefreshCw,
  RotateCw,
  Rss,
  Search,
  Send,
  Settings as SettingsIcon,
  SunMoon,
  Trash2,
  Unplug,
  Upload,
} from 'lucide-react';
import type { ConnectionSummary } from '../../../src-main/contract/model/model.ts';
import { railEntries, reportOf, startDemo } from '../../features/connections/base/actions.ts';
import { connectionItems, profileItems } from '../../features/connections/base/connection-menu.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { isOff } from '../../state/connections/describe.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { treeCommands } from './tree-commands.ts';
import { focusFilter, focusFind, focusPane } from '../base/panes.ts';
import { shownTheme, switchTheme } from '../base/theme.ts';
import { NO_CONNECTION, type Command } from './command.ts';
import { diagnosticsCommands } from './diagnostics-commands.ts';
import { enlargeCommands } from './enlarge-commands.ts';
import { workViewCommands } from './view-commands.ts';

/** The one table of commands, for what is selected now. */
export function commands(app: AppState, session: ConnectionSession | null): readonly Command[] {
  const connection = app.connections.selected();
  return [
    ...connectionCommands(app, connection),
    ...topicCommands(app, session),
    ...treeCommands(app, session),
    ...viewCommands(app, session),
    ...windowCommands(app),
    ...hostCommands(app),
    ...switchCommands(app),
  ];
}

function connectionCommands(app: AppState, connection: ConnectionSummary | null): readonly Command[] {
  const group = 'Connection';
  const off = connection !== null && isOff(connection.state);
  const online = connection?.state.kind === 'online';
  return [
    {
      id: 'connection.new',
      label: 'New connection…',
      group,
      icon: Plus,
      keys: 'Mod+N',
      off: null,
      run: () => app.shell.open({ kind: 'editor', profileId: null, prefill: null }),
    },
    {
      id: 'connection.import',
      label: 'Import connections…',
      group,
      icon: Download,
      off: null,
      run: () => app.shell.open({ kind: 'import' }),
    },
    {
      id: 'connection.export',
      label: 'Export connections…',
      group,
      icon: Upload,
      off: app.profiles.store.getState().profiles.length === 0 ? 'no profile is saved' : null,
      run: () => app.shell.openOver({ kind: 'export', ids: null }),
    },
    {
      id: 'connection.demo',
      label: 'Try the demo broker',
      group,
      icon: Play,
      off: null,
      run: () => void startDemo(app),
    },
    {
      id: 'connection.connect',
      label: connection === null ? 'Connect' : `Connect ${connection.name}`,
      group,
      icon: Plug,
      off: connection === null ? NO_CONNECTION : off ? null : 'it is connecting or connected',
      run: () => connection !== null && void reportOf(app, app.connections.connect(connection.id)),
    },
    {
      id: 'connection.disconnect',
      label: connection === null ? 'Disconnect' : `Disconnect ${connection.name}`,
      group,
      icon: Unplug,
      off: connection === null ? NO_CONNECTION : off ? 'it is not connected' : null,
      run: () => connection !== null && void reportOf(app, app.connections.disconnect(connection.id)),
    },
    {
      id: 'connection.retry',
      label: 'Retry now',
      group,
      icon: RotateCw,
      off: connection?.state.kind === 'waiting' ? null : 'it is not waiting for a retry',
      run: () => connection !== null && void reportOf(app, app.connections.retryNow(connection.id)),
    },
    {
      id: 'connection.subscribe',
      label: 'Subscribe…',
      group,
      icon: Rss,
      keys: 'Mod+Shift+S',
      off: connection === null ? NO_CONNECTION : online ? null : 'it is not connected',
      run: () => {
        app.shell.showDiagnostics('session');
        // The tab has to be there before its field can take the focus.
        requestAnimationFrame(() => focusPane('subscribe'));
      },
    },
    ...otherItems(app, connection),
  ];
}

/** Edit, duplicate, close, remove: the menu of what is selected, as commands. */
function otherItems(app: AppState, connection: ConnectionSummary | null): readonly Command[] {
  const { selection } = app.connections.store.getState();
  const profile = selection?.kind === 'profile' ? app.profiles.find(selection.id) : null;
  const items =
    connection !== null
      ? connectionItems(app, connection).filter(({ id }) => !['connect', 'disconnect', 'retry'].includes(id))
      : profile !== null
        ? profileItems(app, profile)
        : [];
  return items.flatMap((item) => {
    const actions =
      'items' in item
        ? item.items.map((one) => ({ ...one, label: `${item.label}: ${one.label}`, icon: item.icon ?? Plug }))
        : [item];
    return actions.map(({ id, label, icon, off, run }) => ({
      id: `profile.${id}`,
      label,
      group: 'Connection' as const,
      icon: icon ?? Plug,
      off: off ?? null,
      run,
    }));
  });
}

function topicCommands(app: AppState, session: ConnectionSession | null): readonly Command[] {
  const group = 'Topics';
  const off = session === null ? NO_CONNECTION : null;
  const state = session?.store.getState();
  const paused = state !== undefined && state.paused !== null;
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
      off: off ?? (state?.filter === '' ? 'no filter is set' : null),
      run: () => session?.setFilter(''),
    },
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
    {
      id: 'topics.clear-retained',
      label: 'Clear retained…',
      group,
      icon: Eraser,
      off: off ?? (state?.selectedKey === null ? 'no topic is selected' : null),
      run: () => session?.openClear(),
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
        requestAnimationFrame(() => focusPane('publish'));
      },
    },
  ];
}

/** In a browser every tab is let in by itself: an open one lets another in. */
function windowCommands({ engine: { entry }, shell }: AppState): readonly Command[] {
  if (entry === null) return [];
  const open = async () => {
    const made = await entry.newWindowAddress();
    if ('kind' in made) shell.report(made);
    // Not as our own child: it would begin with a copy of what this tab keeps.
    else window.open(made.address, '_blank', 'noopener');
  };
  return [
    {
      id: 'view.another-window',
      label: 'Open another window',
      group: 'View',
      icon: AppWindow,
      off: null,
      run: () => void open(),
    },
  ];
}

function viewCommands(app: AppState, session: ConnectionSession | null): readonly Command[] {
  const group = 'View';
  return [
    {
      id: 'view.palette',
      label: 'All commands',
      group,
      icon: Search,
      keys: 'Mod+K',
      off: null,
      hidden: true,
      run: () => app.shell.open({ kind: 'palette' }),
    },
    {
      id: 'view.go-to-topic',
      label: 'Go to topic…',
      group: 'Topics',
      icon: Search,
      keys: 'Mod+P',
      off: session === null ? NO_CONNECTION : null,
      run: () => app.shell.open({ kind: 'go-to-topic' }),
    },
    {
      id: 'view.fold-dock',
      label: app.shell.store.getState().folded
        ? 'Unfold publish and diagnostics'
        : 'Fold publish and diagnostics',
      group,
      icon: PanelBottom,
      keys: 'Mod+J',
      off: session === null ? NO_CONNECTION : null,
      run: () => app.shell.fold(!app.shell.store.getState().folded),
    },
    ...enlargeCommands(app, session === null ? NO_CONNECTION : null),
    ...diagnosticsCommands(app, session),
    ...workViewCommands(app, session),
    {
      id: 'view.theme',
      label: shownTheme() === 'dark' ? 'Use the light theme' : 'Use the dark theme',
      group,
      icon: SunMoon,
      off: null,
      run: () => void reportOf(app, switchTheme(app.settings)),
    },
    {
      id: 'view.settings',
      label: 'Settings…',
      group,
      icon: SettingsIcon,
      keys: 'Mod+,',
      off: null,
      run: () => app.shell.open({ kind: 'settings' }),
    },
    {
      id: 'view.shortcuts',
      label: 'Keyboard shortcuts',
      group,
      icon: Keyboard,
      keys: 'Mod+/',
      off: null,
      run: () => app.shell.open({ kind: 'shortcuts' }),
    },
  ];
}

/** What this host does besides the window; a browser has none of it. */
function hostCommands(app: AppState): readonly Command[] {
  if (app.settings.store.getState().info?.host !== 'desktop') return [];
  return [
    {
      id: 'host.updates',
      label: 'Check for updates…',
      group: 'View',
      icon: RefreshCw,
      off: null,
      run: () => void reportOf(app, app.settings.checkForUpdates()),
    },
  ];
}

function switchCommands(app: AppState): readonly Command[] {
  return railEntries(app).map(({ name, selection }, index) => ({
    id: `switch.${index + 1}`,
    label: `Switch to ${name}`,
    group: 'Switch to' as const,
    icon: Plug,
    ...(index < 9 ? { keys: `Mod+${index + 1}` } : {}),
    off: null,
    run: () => app.connections.select(selection),
  }));
}
