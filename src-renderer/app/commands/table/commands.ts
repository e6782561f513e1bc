import {
  AppWindow,
  Keyboard,
  PanelBottom,
  Plug,
  RefreshCw,
  Search,
  Settings as SettingsIcon,
  SunMoon,
} from 'lucide-react';
import { railEntries, reportOf } from '../../../features/connections/base/actions.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { shownTheme, switchTheme } from '../../base/theme.ts';
import { NO_CONNECTION, type Command } from './command.ts';
import { connectionCommands } from './connection-commands.ts';
import { diagnosticsCommands } from './diagnostics-commands.ts';
import { enlargeCommands } from './enlarge-commands.ts';
import { retainedCommands } from './retained-commands.ts';
import { topicCommands } from './topic-commands.ts';
import { treeCommands } from './tree-commands.ts';
import { vaultCommands } from './vault-commands.ts';
import { workViewCommands } from './view-commands.ts';

/** The one table of commands, for what is selected now. */
export function commands(app: AppState, session: ConnectionSession | null): readonly Command[] {
  const connection = app.connections.selected();
  return [
    ...connectionCommands(app, connection),
    ...topicCommands(app, session),
    ...treeCommands(app, session),
    ...retainedCommands(app, session),
    ...viewCommands(app, session),
    ...windowCommands(app),
    ...vaultCommands(app),
    ...hostCommands(app),
    ...switchCommands(app),
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
