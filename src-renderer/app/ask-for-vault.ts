import type { AppState } from '../state/app/app-state.ts';

/** Asks once a start for the vault's passphrase where profiles wait for it to connect by themselves. */
export function askForVault(app: AppState): () => void {
  let asked = false;
  const look = () => {
    const { state } = app.secrets.store.getState();
    if (asked || state?.kind !== 'vault-locked' || state.waiting.length === 0) return;
    asked = true;
    if (app.shell.store.getState().over === null) app.shell.openOver({ kind: 'secrets', ask: 'unlock' });
  };
  look();
  return app.secrets.store.subscribe(look);
}
