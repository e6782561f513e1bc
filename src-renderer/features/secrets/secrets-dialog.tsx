import { formatCounted } from '../../ui/base/format.ts';
import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { KeyRound } from 'lucide-react';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { SecretsState } from '../../../src-main/contract/profiles/profiles.ts';
import type { AppState } from '../../state/app/app-state.ts';
import type { SecretsQuestion } from '../../state/app/over-dialogs.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { NewPassphraseFields } from '../../ui/controls/new-passphrase.tsx';
import { isUsable, NO_PASSPHRASE, type NewPassphrase } from '../../ui/controls/passphrase.ts';
import { SecretField } from '../../ui/controls/secret-field.tsx';
import { StatusText } from '../../ui/feedback/status-text.tsx';
import './secrets.css';

type Ask = SecretsQuestion['ask'];

interface SecretsDialogProps {
  readonly app: AppState;
  readonly question: SecretsQuestion;
}

/** One question on how secrets are kept; some lead to another. */
export function SecretsDialog({ app, question }: SecretsDialogProps) {
  const state = useStore(app.secrets.store, (secrets) => secrets.state);
  const [ask, setAsk] = useState<Ask>(question.ask);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Failure | null>(null);
  const turn: Turn = {
    app,
    state,
    busy,
    problem,
    go: (next) => {
      setProblem(null);
      setAsk(next);
    },
    run: async (doing) => {
      const close = app.shell.closer('over');
      setBusy(true);
      // Of the try before: with the next passphrase it is not true any more.
      setProblem(null);
      const failure = await doing();
      setBusy(false);
      setProblem(failure);
      // What was asked for afterwards is not wanted any more where the question was left.
      if (failure === null && close()) question.after?.();
    },
  };
  switch (ask) {
    case 'decide':
      return state?.kind === 'weak-keychain' ? <WeakKeychain turn={turn} /> : <Decide turn={turn} />;
    case 'unlock':
      return <Unlock turn={turn} />;
    case 'create':
      return <Create turn={turn} replace={false} />;
    case 'replace':
      return <Create turn={turn} replace />;
    case 'change':
      return <Change turn={turn} />;
    case 'memory':
      return <Memory turn={turn} />;
    case 'keychain':
      return <Keychain turn={turn} />;
  }
}

/** What every question needs. */
interface Turn {
  readonly app: AppState;
  readonly state: SecretsState | null;
  readonly busy: boolean;
  readonly problem: Failure | null;
  /** To another question instead. */
  readonly go: (ask: Ask) => void;
  readonly run: (doing: () => Promise<Failure | null>) => Promise<void>;
}

interface FrameProps {
  readonly turn: Turn;
  readonly title: string;
  readonly action: string;
  readonly danger?: boolean;
  /** What stands in the way; null: it can be done. */
  readonly ready: boolean;
  readonly onAction: () => void;
  readonly cancel?: string;
  /** Other ways, at the left. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

function Frame({ turn, title, action, danger, ready, onAction, cancel, aside, children }: FrameProps) {
  const { app, busy, problem } = turn;
  return (
    <Dialog
      open
      title={title}
      icon={KeyRound}
      width="560px"
      keepOnOutsidePress
      onClose={() => app.shell.closeOver()}
      footer={
        <>
          {aside}
          <span className="dialog-foot-space" />
          <Button variant="quiet" onClick={() => app.shell.closeOver()}>
            {cancel ?? 'Cancel'}
          </Button>
          <Button
            type="submit"
            form="secrets-form"
            variant={danger === true ? 'danger' : 'primary'}
            disabled={busy || !ready}
          >
            {action}
          </Button>
        </>
      }
    >
      <form
        id="secrets-form"
        className="secrets"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) onAction();
        }}
      >
        {children}
        {problem === null ? null : (
          <StatusText tone="err" role="alert">
            {problem.message} <span className="tone-mut">{problem.advice}</span>
          </StatusText>
        )}
      </form>
    </Dialog>
  );
}

function Unlock({ turn }: { readonly turn: Turn }) {
  const { app, state } = turn;
  const [passphrase, setPassphrase] = useState('');
  const waiting = state?.waiting.length ?? 0;
  return (
    <Frame
      turn={turn}
      title="Unlock the vault"
      action="Unlock the vault"
      cancel="Not now"
      ready={passphrase !== ''}
      onAction={() => void turn.run(() => app.secrets.unlock(passphrase))}
      aside={
        <Button variant="quiet" onClick={() => turn.go('replace')}>
          Forgot the passphrase…
        </Button>
      }
    >
      <p>
        Saved passwords and keys are in a vault, encrypted with a passphrase.{' '}
        {waiting === 0
          ? 'Profiles without secrets connect without it.'
          : `${formatCounted(waiting, 'profile waits', 'profiles wait')} for it to connect.`}
      </p>
      <SecretField label="Passphrase" reveals="passphrase" value={passphrase} onChange={setPassphrase} />
    </Frame>
  );
}

function Create({ turn, replace }: { readonly turn: Turn; readonly replace: boolean }) {
  const { app } = turn;
  const [value, setValue] = useState<NewPassphrase>(NO_PASSPHRASE);
  const [judged, setJudged] = useState(false);
  return (
    <Frame
      turn={turn}
      title={replace ? 'Begin a new vault' : 'Create a vault'}
      action={replace ? 'Give up the old secrets' : 'Create the vault'}
      danger={replace}
      ready
      onAction={() => {
        setJudged(true);
        if (isUsable(value)) void turn.run(() => app.secrets.createVault(value.first, replace));
      }}
      aside={
        replace || turn.problem?.code === 'vault-exists' ? (
          <Button variant="quiet" onClick={() => turn.go('unlock')}>
            {replace ? 'Back' : 'Unlock the vault…'}
          </Button>
        ) : null
      }
    >
      {replace ? (
        <StatusText tone="warn">
          Nobody can open the old vault without its passphrase. Its passwords and keys are given up and have
          to be entered again; the profiles stay.
        </StatusText>
      ) : (
        <p>
          Passwords and keys are kept in a file of the data directory, encrypted with a passphrase that is
          asked for once each time Topicscope starts.
        </p>
      )}
      <NewPassphraseFields value={value} judged={judged} onChange={setValue} />
    </Frame>
  );
}

function Change({ turn }: { readonly turn: Turn }) {
  const { app } = turn;
  const [now, setNow] = useState('');
  const [next, setNext] = useState<NewPassphrase>(NO_PASSPHRASE);
  const [judged, setJudged] = useState(false);
  return (
    <Frame
      turn={turn}
      title="Change the passphrase of the vault"
      action="Change the passphrase"
      ready={now !== ''}
      onAction={() => {
        setJudged(true);
        if (isUsable(next)) void turn.run(() => app.secrets.change(now, next.first));
      }}
    >
      <SecretField label="Passphrase now" reveals="passphrase now" value={now} onChange={setNow} />
      <NewPassphraseFields label="New passphrase" value={next} judged={judged} onChange={setNext} />
    </Frame>
  );
}

function Memory({ turn }: { readonly turn: Turn }) {
  const { app, state } = turn;
  const proof = useVaultProof(state);
  return (
    <Frame
      turn={turn}
      title="Keep secrets in memory only"
      action="Keep them in memory only"
      ready={proof.ready}
      onAction={() => void turn.run(() => app.secrets.keepInMemory(proof.passphrase))}
    >
      <p>
        Passwords and keys are forgotten when Topicscope ends, and have to be entered again after each start.
        Profiles that need one cannot connect by themselves.
      </p>
      {state?.kind === 'vault-locked' ? (
        <StatusText tone="warn">The locked vault stays on the disk as it is.</StatusText>
      ) : (
        <p>Secrets that are saved now are removed from the disk.</p>
      )}
      {proof.field}
    </Frame>
  );
}

/** What is in a vault that is open is taken out by who knows its passphrase only. */
function useVaultProof(state: SecretsState | null) {
  const [passphrase, setPassphrase] = useState('');
  const asked = state?.kind === 'vault-open';
  return {
    passphrase: asked ? passphrase : null,
    ready: !asked || passphrase !== '',
    field: asked ? (
      <SecretField
        label="Passphrase of the vault"
        reveals="passphrase of the vault"
        value={passphrase}
        hint="Needed to take secrets out of the vault."
        onChange={setPassphrase}
      />
    ) : null,
  };
}

function Keychain({ turn }: { readonly turn: Turn }) {
  const { app, state } = turn;
  const proof = useVaultProof(state);
  return (
    <Frame
      turn={turn}
      title="Keep secrets in the keychain"
      action="Keep them in the keychain"
      ready={proof.ready}
      onAction={() => void turn.run(() => app.secrets.acceptWeakKeychain(proof.passphrase))}
    >
      <p>Passwords and keys are encrypted with a key that the system keeps for you.</p>
      <StatusText tone="mut">
        On Linux without a keyring such as GNOME Keyring or KWallet that key protects little: any program that
        runs as you could read them.
      </StatusText>
      {proof.field}
    </Frame>
  );
}

function Decide({ turn }: { readonly turn: Turn }) {
  return (
    <Frame
      turn={turn}
      title="How to keep secrets"
      action="Create a vault…"
      cancel="Decide later"
      ready
      onAction={() => turn.go('create')}
      aside={
        <Button variant="quiet" onClick={() => turn.go('memory')}>
          Keep them in memory only…
        </Button>
      }
    >
      <p>
        Passwords and keys never go to the disk as they are. They can be kept in a vault, encrypted with a
        passphrase that is asked for once each start, or in memory only, until Topicscope ends.
      </p>
      <StatusText tone="mut">Until you decide they are kept in memory.</StatusText>
    </Frame>
  );
}

function WeakKeychain({ turn }: { readonly turn: Turn }) {
  const { app } = turn;
  return (
    <Frame
      turn={turn}
      title="This system does not protect secrets"
      action="Create a vault…"
      cancel="Decide later"
      ready
      onAction={() => turn.go('create')}
      aside={
        <>
          <Button
            variant="quiet"
            disabled={turn.busy}
            onClick={() => void turn.run(() => app.secrets.acceptWeakKeychain(null))}
          >
            Save them anyway
          </Button>
          <Button variant="quiet" onClick={() => turn.go('memory')}>
            Memory only…
          </Button>
        </>
      }
    >
      <StatusText tone="warn">
        No keyring such as GNOME Keyring or KWallet answers. Saved anyway, any program that runs as you could
        read your passwords and keys.
      </StatusText>
      <p>
        A vault protects them with a passphrase that is asked for once each start. In memory only they are
        forgotten when Topicscope ends. Installing a keyring and starting again helps as well.
      </p>
    </Frame>
  );
}
