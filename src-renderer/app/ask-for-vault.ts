import type { AppState } from '../state/app/app-state.ts';

/** Asks once a start for the vault's passphrase where profiles wait for it to connect by themselves. */
export function askForVault(app: AppState): () => void {
  let asked = false;
  const look = () => {
    const { state } = app.secrets.store.getState();
    if (asked || state?.kind !== 'vault-locked' || state.waiting.length === 0) return;
    // Not over another question: when that is answered.
    if (app.shell.store.getState().over !== null) return;
    asked = true;
    app.shell.openOver({ kind: 'secrets', ask: 'unlock' });
  };
  look();
  const ends = [app.secrets.store.subscribe(look), app.shell.store.subscribe(look)];
  return () => {
    for (const end of ends) end();
  };
}
