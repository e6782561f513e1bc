import { plural } from '../../../ui/base/format.ts';
import { useStore } from 'zustand';
import { KeyRound } from 'lucide-react';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { SecretsState } from '../../../../src-main/contract/profiles/profiles.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import type { SecretsQuestion } from '../../../state/app/over-dialogs.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import './secrets-note.css';

/** What is worth saying beside a password, and what can be done about it; nothing where all is well. */
const WORDS: Readonly<
  Record<SecretsState['kind'], readonly [words: string, ask: SecretsQuestion['ask'], action: string] | null>
> = {
  keychain: null,
  'vault-open': null,
  'weak-keychain': [
    'Secrets are kept in memory only until you decide: this system does not protect them.',
    'decide',
    'Decide…',
  ],
  'vault-none': ['Secrets are kept in memory only until you decide how to keep them.', 'decide', 'Decide…'],
  'vault-locked': [
    'The vault is locked: what is saved cannot be used, what is new stays in memory.',
    'unlock',
    'Unlock the vault…',
  ],
  memory: ['Secrets are kept in memory only, until Topicscope ends.', 'create', 'Create a vault…'],
};

/** How the password beside it is kept. */
export function SecretsNote({ app }: { readonly app: AppState }) {
  const state = useStore(app.secrets.store, (secrets) => secrets.state);
  const said = state === null ? null : WORDS[state.kind];
  if (said === null) return null;
  const [words, ask, action] = said;
  return (
    <div className="secrets-note">
      <StatusText tone="mut" icon={KeyRound}>
        <span className="tone-mut">{words}</span>
      </StatusText>
      <Button variant="quiet" onClick={() => app.shell.openOver({ kind: 'secrets', ask })}>
        {action}
      </Button>
    </div>
  );
}

interface MissingSecretsProps {
  readonly app: AppState;
  readonly profileId: string | null;
}

/** Secrets of the profile that are lost or could not be decrypted, by the names of their fields. */
export function MissingSecrets({ app, profileId }: MissingSecretsProps) {
  const paths = useStore(app.profiles.store, (state) =>
    profileId === null ? undefined : state.missingSecrets[profileId],
  );
  const bound = useStore(app.profiles.store, (state) =>
    profileId === null ? undefined : state.boundSecrets[profileId],
  );
  const inMemory = useStore(app.profiles.store, (state) =>
    profileId === null ? undefined : state.neverSealed[profileId],
  );
  if (bound !== undefined) {
    return (
      <StatusText tone="warn" role="status">
        Enter again: {bound.paths.map(secretName).join(', ')}.{' '}
        <span className="tone-mut">
          What was saved was entered {escapeUnsafe(bound.difference)}. If you did not change that, somebody
          else did.
        </span>
      </StatusText>
    );
  }
  if (paths === undefined || paths.length === 0) return null;
  return (
    <StatusText tone="warn" role="status">
      Enter again: {paths.map(secretName).join(', ')}.{' '}
      <span className="tone-mut">
        {whyMissing(paths, inMemory ?? [])}; the rest of the profile is as it was.
      </span>
    </StatusText>
  );
}

/** Whether it is the keychain, its key or the vault that cannot decrypt what was saved now, is not known. */
function whyMissing(paths: readonly string[], inMemory: readonly string[]): string {
  const sealed = paths.filter((path) => !inMemory.includes(path));
  const lost = paths.filter((path) => inMemory.includes(path));
  const named = (some: readonly string[], alone: string) =>
    some.length === paths.length ? alone : some.map(secretName).join(', ');
  const of = named(sealed, plural(sealed.length, 'it', 'them'));
  const parts = [
    ...(lost.length === 0
      ? []
      : [
          `${named(lost, plural(lost.length, 'It', 'They'))} ${plural(lost.length, 'was', 'were')} kept in memory only, until Topicscope ended`,
        ]),
    ...(sealed.length === 0 ? [] : [`What was saved of ${of} cannot be decrypted now`]),
  ];
  return parts.join('. ');
}

const NAMES: Readonly<Record<string, string>> = {
  password: 'Password',
  username: 'Username',
  'proxy.username': 'Proxy username',
  'proxy.password': 'Proxy password',
  'tls.passphrase': 'Key passphrase',
  'tls.key': 'Client key',
  'tls.cert': 'Client certificate',
  'tls.ca': 'CA certificate',
  'tls.pfx': 'PKCS#12',
  'signing.secretAccessKey': 'Secret access key',
  'signing.sessionToken': 'Session token',
  'signing.key': 'Shared access key',
};

/** What the form calls the field of a secret. */
export function secretName(path: string): string {
  const header = /^headers\.(\d+)\.value$/.exec(path)?.[1];
  if (header !== undefined) return `Header ${Number(header) + 1}`;
  const value = /^path\.query\.(\d+)$/.exec(path)?.[1];
  return value === undefined ? (NAMES[path] ?? path) : `Value ${Number(value) + 1} in the path`;
}
