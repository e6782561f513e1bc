import { Lock, LockKeyhole, LockOpen } from 'lucide-react';
import { reportOf } from '../../../features/connections/base/actions.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import type { Command } from './command.ts';

/**
 * Who leaves the computer locks the vault without a way through the settings. Where the system's keychain
 * keeps secrets there is none, and nothing to do.
 */
export function vaultCommands(app: AppState): readonly Command[] {
  const group = 'View' as const;
  switch (app.secrets.store.getState().state?.kind) {
    case 'vault-open':
      return [
        {
          id: 'vault.lock',
          label: 'Lock the vault',
          group,
          icon: Lock,
          off: null,
          run: () => void reportOf(app, app.secrets.lock()),
        },
      ];
    case 'vault-locked':
      return [
        {
          id: 'vault.unlock',
          label: 'Unlock the vault…',
          group,
          icon: LockOpen,
          off: null,
          run: () => app.shell.openOver({ kind: 'secrets', ask: 'unlock' }),
        },
      ];
    case 'vault-none':
    case 'weak-keychain':
    case 'memory':
      return [
        {
          id: 'vault.create',
          label: 'Create a vault…',
          group,
          icon: LockKeyhole,
          off: null,
          run: () => app.shell.openOver({ kind: 'secrets', ask: 'create' }),
        },
      ];
    default:
      return [];
  }
}
