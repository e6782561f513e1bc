import { Copy, Pencil, Plug, RotateCw, Trash2, Unplug, X } from 'lucide-react';
import type { ConnectionSummary, Profile } from '../../../src-main/contract/model.ts';
import type { AppState } from '../../state/app-state.ts';
import { isOff } from '../../state/describe.ts';
import type { MenuItem } from '../../ui/menu.tsx';
import { connectProfile, reportOf } from './actions.ts';

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
  if (profile !== null) items.push(...profileOnly(app, profile));
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
    {
      id: 'remove',
      label: 'Remove profile…',
      icon: Trash2,
      danger: true,
      run: () => app.shell.open({ kind: 'remove-profile', profileId: profile.id }),
    },
  ];
}

function profileOnly(app: AppState, profile: Profile): readonly MenuItem[] {
  const { id, options } = profile;
  return [
    {
      id: 'edit',
      label: 'Edit profile…',
      icon: Pencil,
      run: () => app.shell.open({ kind: 'editor', profileId: id, prefill: null }),
    },
    {
      id: 'duplicate',
      label: 'Duplicate profile…',
      icon: Copy,
      run: () =>
        app.shell.open({
          kind: 'editor',
          profileId: null,
          prefill: { ...options, name: `${options.name} copy` },
        }),
    },
  ];
}
