import { Download, Play, Plug, Plus, RotateCw, Rss, Unplug, Upload } from 'lucide-react';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import { reportOf, startDemo } from '../../../features/connections/base/actions.ts';
import { connectionItems, profileItems } from '../../../features/connections/base/connection-menu.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { isOff } from '../../../state/connections/describe.ts';
import { focusShownPane } from '../../base/panes.ts';
import { NO_CONNECTION, type Command } from './command.ts';

/** Connections as such, and what can be done with the selected one. */
export function connectionCommands(app: AppState, connection: ConnectionSummary | null): readonly Command[] {
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
        focusShownPane('subscribe');
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
