import { useState } from 'react';
import { useStore } from 'zustand';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { SecretsState } from '../../../src-main/contract/profiles/profiles.ts';
import type { AppState } from '../../state/app/app-state.ts';
import type { SecretsQuestion } from '../../state/app/over-dialogs.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Segmented } from '../../ui/controls/segmented.tsx';
import { StatusText } from '../../ui/feedback/status-text.tsx';

type Ask = SecretsQuestion['ask'];

/** What can be done, by how secrets are kept now. */
const ACTIONS: Readonly<Record<SecretsState['kind'], readonly (readonly [Ask, string])[]>> = {
  keychain: [],
  'weak-keychain': [['decide', 'Decide…']],
  'vault-none': [
    ['create', 'Create a vault…'],
    ['memory', 'Keep them in memory only…'],
  ],
  'vault-locked': [
    ['unlock', 'Unlock the vault…'],
    ['replace', 'Forgot the passphrase…'],
  ],
  'vault-open': [
    ['change', 'Change the passphrase…'],
    ['memory', 'Keep them in memory only…'],
  ],
  memory: [['create', 'Create a vault…']],
};

/** Counted from its last use. */
const LOCK_AFTER = [
  { value: 'off', label: 'Off', minutes: 0 },
  { value: '5', label: '5 min', minutes: 5 },
  { value: '15', label: '15 min', minutes: 15 },
  { value: '60', label: '60 min', minutes: 60 },
] as const;

/** How passwords and keys are kept, and what else is possible. */
export function SecretsSection({ app }: { readonly app: AppState }) {
  const state = useStore(app.secrets.store, (secrets) => secrets.state);
  const desktop = useStore(app.settings.store, ({ info }) => info?.host === 'desktop');
  const settings = useStore(app.settings.store, (all) => all.settings);
  const [problem, setProblem] = useState<Failure | null>(null);
  if (state === null) return null;
  return (
    <section className="settings-secrets" aria-label="Secrets">
      <h3 className="settings-head">Secrets</h3>
      <p className="tone-mut">{state.note}</p>
      <div className="settings-choices">
        {ACTIONS[state.kind].map(([ask, label]) => (
          <Button key={ask} onClick={() => app.shell.openOver({ kind: 'secrets', ask })}>
            {label}
          </Button>
        ))}
        {desktop && (state.kind === 'memory' || state.kind === 'vault-open') ? (
          <Button onClick={() => app.shell.openOver({ kind: 'secrets', ask: 'keychain' })}>
            Keep them in the keychain…
          </Button>
        ) : null}
        {state.kind === 'vault-open' ? (
          <Button onClick={() => void app.secrets.lock().then(setProblem)}>Lock the vault</Button>
        ) : null}
      </div>
      {settings !== null && (state.kind === 'vault-open' || state.kind === 'vault-locked') ? (
        <Segmented
          label="Lock the vault after"
          options={LOCK_AFTER}
          value={LOCK_AFTER.find(({ minutes }) => minutes === settings.vaultLockMinutes)?.value ?? 'off'}
          onChange={(picked) => {
            const minutes = LOCK_AFTER.find(({ value }) => value === picked)?.minutes ?? 15;
            void app.settings.save({ vaultLockMinutes: minutes }).then(setProblem);
          }}
        />
      ) : null}
      {problem === null ? null : (
        <StatusText tone="err" role="alert">
          {problem.message} {problem.advice}
        </StatusText>
      )}
    </section>
  );
}
