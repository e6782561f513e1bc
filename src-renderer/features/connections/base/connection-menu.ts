import {
  Copy,
  FolderInput,
  FolderMinus,
  KeyRound,
  Pencil,
  Plug,
  RotateCw,
  Rss,
  Terminal,
  Trash2,
  Unplug,
  Upload,
  X,
  Zap,
  ZapOff,
} from 'lucide-react';
import type { ConnectionSummary, Profile } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { isOff } from '../../../state/connections/describe.ts';
import type { MenuAction, MenuItem } from '../../../ui/controls/menu.tsx';
import { folderPaths } from './rail-rows.ts';
import { connectProfile, duplicateProfile, removeProfile, reportOf, saveMarks } from './actions.ts';

/** What can be done with an open connection; the same in the rail, the top bar and by keyboard. */
export function connectionItems(app: AppState, connection: ConnectionSummary): readonly MenuItem[] {
  const { id, state, profileId } = connection;
  const profile = app.profiles.find(profileId);
  const items: MenuItem[] = [];
  if (isOff(state)) {
    items.push({
      id: 'connect',
      label: 'Connect',
      icon: Plug,
      run: () => void reportOf(app, app.connections.connect(id)),
    });
  } else {
    if (state.kind === 'waiting') {
      items.push({
        id: 'retry',
        label: 'Retry now',
        icon: RotateCw,
        run: () => void reportOf(app, app.connections.retryNow(id)),
      });
    }
    items.push({
      id: 'disconnect',
      label: 'Disconnect',
      icon: Unplug,
      run: () => void reportOf(app, app.connections.disconnect(id)),
    });
  }
  items.push({
    id: 'subscriptions',
    label: 'Subscriptions…',
    icon: Rss,
    run: () => app.shell.open({ kind: 'subscriptions', id }),
  });
  if (state.kind === 'online' && (profile?.options.authentication ?? 'none') !== 'none') {
    items.push({
      id: 'reauthenticate',
      label: 'Authenticate again',
      icon: KeyRound,
      run: () => void reportOf(app, app.connections.reauthenticate(id)),
    });
  }
  if (profile !== null) items.push(...profileOnly(app, profile), removeItem(app, profile));
  items.push({
    id: 'close',
    label: 'Close and forget history…',
    icon: X,
    run: () => app.shell.open({ kind: 'close-connection', id }),
  });
  return items;
}

/** What can be done with a saved profile that is not open. */
export function profileItems(app: AppState, profile: Profile): readonly MenuItem[] {
  return [
    { id: 'connect', label: 'Connect', icon: Plug, run: () => void connectProfile(app, profile.id) },
    ...profileOnly(app, profile),
    { ...removeItem(app, profile), keys: 'Delete' },
  ];
}

/** Of the saved profile; a connection that was opened from it goes on. */
function removeItem(app: AppState, profile: Profile): MenuAction {
  return {
    id: 'remove',
    label: 'Remove profile',
    icon: Trash2,
    danger: true,
    run: () => void removeProfile(app, profile.id),
  };
}

function profileOnly(app: AppState, profile: Profile): readonly MenuItem[] {
  const { id, options, autoConnect } = profile;
  return [
    {
      id: 'edit',
      label: 'Edit profile…',
      icon: Pencil,
      run: () => app.shell.open({ kind: 'editor', profileId: id, prefill: null }),
    },
    {
      id: 'duplicate',
      label: 'Duplicate profile',
      icon: Copy,
      run: () => void duplicateProfile(app, id),
    },
    ...moveItem(app, profile),
    {
      id: 'command-line',
      label: 'Copy as mosquitto_sub command…',
      icon: Terminal,
      run: () => app.shell.openOver({ kind: 'command-line', options }),
    },
    {
      id: 'export',
      label: 'Export…',
      icon: Upload,
      run: () => app.shell.openOver({ kind: 'export', ids: [id] }),
    },
    {
      id: 'auto-connect',
      label: autoConnect ? 'Do not connect at start' : 'Connect at start',
      icon: autoConnect ? ZapOff : Zap,
      run: () => void saveMarks(app, id, options, { autoConnect: !autoConnect }),
    },
  ];
}

/** What dragging does, without a pointer; nothing where there is no folder to move it to. */
function moveItem(app: AppState, { id, folder: current }: Profile): readonly MenuItem[] {
  const folders = folderPaths(app.profiles.store.getState().profiles);
  if (folders.length === 0) return [];
  const items = ['', ...folders].map((folder) => ({
    id: `folder-${folder}`,
    label: folder === '' ? 'No folder' : folder,
    off: folder === current ? 'it is here' : null,
    run: () => void reportOf(app, app.profiles.move(id, { before: null, folder })),
  }));
  return [{ id: 'move', label: 'Move to folder', icon: FolderInput, items }];
}

/** What can be done with a folder of the list. */
export function folderItems(app: AppState, path: string, rename: () => void): readonly MenuItem[] {
  const parent = path.split('/').slice(0, -1).join('/');
  return [
    { id: 'rename', label: 'Rename folder…', icon: Pencil, run: rename },
    {
      id: 'dissolve',
      label: 'Remove folder, keep its profiles',
      icon: FolderMinus,
      run: () => void reportOf(app, app.profiles.renameFolder(path, parent)),
    },
  ];
}
