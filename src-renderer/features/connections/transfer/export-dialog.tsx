import { useEffect, useId, useState } from 'react';
import { useStore } from 'zustand';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { Profile } from '../../../../src-main/contract/model/model.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { Checkbox } from '../../../ui/controls/field.tsx';
import { formatCounted } from '../../../ui/base/format.ts';
import { NewPassphraseFields } from '../../../ui/controls/new-passphrase.tsx';
import { SecretField } from '../../../ui/controls/secret-field.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { profilePlace } from '../base/places.ts';
import { ExportForm } from './export-form.ts';
import '../base/dialogs.css';
import './transfer.css';

interface ExportDialogProps {
  readonly app: AppState;
  /** Chosen to begin with; null: all. */
  readonly ids: readonly string[] | null;
}

/** Profiles as a file: without secrets, or with them under a passphrase of their own. */
export function ExportDialog({ app, ids }: ExportDialogProps) {
  const profiles = useStore(app.profiles.store, (state) => state.profiles);
  const [form] = useState(() => new ExportForm(app.engine, profiles, ids));
  useEffect(() => () => form.closed(), [form]);
  const { left, secrets, passphrase, vaultPassphrase, judged, busy, problem, saved } = useStore(form.store);
  const kind = useStore(app.secrets.store, (store) => store.state?.kind);
  const inVault = kind === 'vault-open' || kind === 'vault-locked';
  const chosen = form.chosen(profiles);
  const formId = useId();

  return (
    <Dialog
      open
      title="Export connections"
      width="560px"
      keepOnOutsidePress
      onClose={() => app.shell.closeOver()}
      footer={
        <>
          <span className="dialog-foot-space" />
          <Button variant="quiet" onClick={() => app.shell.closeOver()}>
            {saved === null ? 'Cancel' : 'Close'}
          </Button>
          <Button variant="primary" type="submit" form={formId} disabled={busy || chosen.length === 0}>
            {chosen.length === 0 ? 'Export profiles' : `Export ${formatCounted(chosen.length, 'profile')}`}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="dialog-text"
        onSubmit={(event) => {
          event.preventDefault();
          void form.save(profiles);
        }}
      >
        <Choice profiles={profiles} left={left} onLeft={(next) => form.change({ left: next })} />
        <Checkbox
          label="With passwords, keys and passphrases"
          checked={secrets}
          hint={
            secrets
              ? 'Encrypted with the passphrase below: give it to the other person by another way than the file.'
              : 'Without them: they have to be entered again where the file is imported.'
          }
          onChange={(on) => form.change({ secrets: on })}
        />
        {secrets ? (
          <NewPassphraseFields
            value={passphrase}
            judged={judged}
            onChange={(next) => form.change({ passphrase: next })}
          />
        ) : null}
        {secrets && inVault ? (
          <VaultProof value={vaultPassphrase} onChange={(next) => form.change({ vaultPassphrase: next })} />
        ) : null}
        <Outcome problem={problem} saved={saved} />
      </form>
    </Dialog>
  );
}

interface VaultProofProps {
  readonly value: string;
  readonly onChange: (passphrase: string) => void;
}

function VaultProof({ value, onChange }: VaultProofProps) {
  return (
    <SecretField
      label="Passphrase of the vault"
      reveals="passphrase of the vault"
      value={value}
      hint="Asked for anew: only you may take secrets out of the vault."
      onChange={onChange}
    />
  );
}

interface OutcomeProps {
  readonly problem: Failure | null;
  /** What was saved, and what of it is to be known. */
  readonly saved: readonly string[] | null;
}

function Outcome({ problem, saved }: OutcomeProps) {
  return (
    <>
      {problem === null ? null : (
        <StatusText tone="err" role="alert">
          {escapeUnsafe(problem.message)} <span className="tone-mut">{escapeUnsafe(problem.advice)}</span>
        </StatusText>
      )}
      <div role="status" aria-label="Export">
        {saved?.map((words, index) => (
          <StatusText key={words} tone={index === 0 ? 'ok' : 'warn'}>
            {escapeUnsafe(words)}
          </StatusText>
        ))}
      </div>
    </>
  );
}

interface ChoiceProps {
  readonly profiles: readonly Profile[];
  readonly left: ReadonlySet<string>;
  readonly onLeft: (left: ReadonlySet<string>) => void;
}

function Choice({ profiles, left, onLeft }: ChoiceProps) {
  const toggle = (id: string, on: boolean) => {
    const next = new Set(left);
    if (on) next.delete(id);
    else next.add(id);
    onLeft(next);
  };
  return (
    <div>
      <Checkbox
        label={`All ${formatCounted(profiles.length, 'profile')}`}
        checked={left.size === 0}
        mixed={left.size > 0 && left.size < profiles.length}
        onChange={(all) => onLeft(new Set(all ? [] : profiles.map(({ id }) => id)))}
      />
      <ul className="export-list" aria-label="Profiles">
        {profiles.map(({ id, options, folder }) => (
          <li key={id} className="export-entry">
            <Checkbox
              label={options.name === '' ? options.host : options.name}
              checked={!left.has(id)}
              onChange={(on) => toggle(id, on)}
            />
            <bdi className="tone-mut cut">
              {escapeUnsafe(folder === '' ? profilePlace(options) : `${folder}, ${profilePlace(options)}`)}
            </bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}
