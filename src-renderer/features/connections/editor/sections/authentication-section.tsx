import type { Authentication } from '../../../../../src-main/contract/model/connect-fields.ts';
import { hasPassword } from '../../../../../src-main/core/profiles/not-secret.ts';
import { Select } from '../../../../ui/controls/field.tsx';
import type { PasswordFromDraft, SigningDraft } from '../../draft/draft-network.ts';
import { usesPath } from '../../draft/editor-draft.ts';
import { SecretsNote } from '../../base/secrets-note.tsx';
import { authenticationHolds } from './held-secrets.ts';
import { NameField } from './not-secret.tsx';
import { Note, NumberPart, onlyFive, SecretField, TextPart, type PartProps } from './part.tsx';

const PASSWORD_FROM: readonly { readonly value: PasswordFromDraft['kind']; readonly label: string }[] = [
  { value: 'text', label: 'typed here' },
  { value: 'file', label: 'a file' },
  { value: 'environment', label: 'an environment variable' },
];
const METHODS: readonly { readonly value: Authentication; readonly label: string }[] = [
  { value: 'none', label: 'none' },
  { value: 'SCRAM-SHA-1', label: 'SCRAM-SHA-1' },
  { value: 'SCRAM-SHA-256', label: 'SCRAM-SHA-256' },
  { value: 'SCRAM-SHA-512', label: 'SCRAM-SHA-512' },
];
const SIGNINGS: readonly { readonly value: SigningDraft['kind']; readonly label: string }[] = [
  { value: 'none', label: 'none' },
  { value: 'aws-sigv4', label: 'AWS Signature Version 4 (WebSocket)' },
  { value: 'azure-sas', label: 'Azure shared access signature' },
];

/** Who we say we are. */
export function AuthenticationSection(props: PartProps) {
  const { draft, onChange } = props;
  const off = onlyFive(draft);
  return (
    <>
      <div className="editor-row">
        <NameField
          part={props}
          name="username"
          label="Username"
          value={draft.username}
          hasPassword={hasPassword(draft)}
          isMarked={draft.notSecret.username}
          onValue={(username) => onChange({ ...draft, username })}
          onMarked={(username) => onChange({ ...draft, notSecret: { ...draft.notSecret, username } })}
        />
        <Password {...props} />
      </div>
      {authenticationHolds(draft) ? <SecretsNote app={props.app} /> : null}
      <div className="editor-row">
        <Select
          label="Password from"
          options={PASSWORD_FROM}
          value={draft.passwordFrom.kind}
          onChange={(kind) => onChange({ ...draft, passwordFrom: { ...draft.passwordFrom, kind } })}
        />
        <Select
          label="Enhanced authentication"
          options={METHODS}
          value={draft.authentication}
          disabled={off !== null}
          hint={
            off ??
            (draft.authentication === 'none'
              ? undefined
              : 'The password itself is not sent; the broker has to know this method.')
          }
          onChange={(authentication) => onChange({ ...draft, authentication })}
        />
      </div>
      <div className="editor-row">
        <Select
          label="Generated credentials"
          options={SIGNINGS}
          value={draft.signing.kind}
          onChange={(kind) => onChange({ ...draft, signing: { ...draft.signing, kind } })}
        />
        <span />
      </div>
      <Signing {...props} />
    </>
  );
}

/** The password, or where it is read from for each attempt. */
function Password(props: PartProps) {
  const { draft, errors, onChange, onLeave } = props;
  const from = draft.passwordFrom;
  const set = (change: Partial<PasswordFromDraft>) =>
    onChange({ ...draft, passwordFrom: { ...from, ...change } });
  if (from.kind === 'file') {
    return (
      <TextPart
        part={props}
        name="passwordFrom.path"
        label="Password file"
        mono
        value={from.path}
        placeholder="/run/secrets/mqtt"
        hint="Read for each attempt; a line break at its end does not count."
        onValue={(path) => set({ path })}
      />
    );
  }
  if (from.kind === 'environment') {
    return (
      <TextPart
        part={props}
        name="passwordFrom.name"
        label="Password variable"
        mono
        value={from.name}
        placeholder="MQTT_PASSWORD"
        hint="Of the environment in which Topicscope was started."
        onValue={(name) => set({ name })}
      />
    );
  }
  return (
    <SecretField
      label="Password"
      reveals="password"
      value={draft.password}
      error={errors['password']}
      onChange={(password) => {
        onLeave('password');
        onChange({ ...draft, password });
      }}
    />
  );
}

function Signing(props: PartProps) {
  const { draft, onChange } = props;
  const { signing } = draft;
  const set = (change: Partial<SigningDraft>) => onChange({ ...draft, signing: { ...signing, ...change } });
  if (signing.kind === 'aws-sigv4') return <Aws {...props} set={set} />;
  if (signing.kind === 'azure-sas') return <Azure {...props} set={set} />;
  return null;
}

type SigningProps = PartProps & { readonly set: (change: Partial<SigningDraft>) => void };

function Aws({ set, ...props }: SigningProps) {
  const { draft, errors } = props;
  const { signing } = draft;
  return (
    <>
      {usesPath(draft.protocol) ? null : (
        <Note>The signature is part of a WebSocket’s address: it needs the protocol wss.</Note>
      )}
      <div className="editor-row">
        <TextPart
          part={props}
          name="signing.region"
          label="Region"
          value={signing.region}
          placeholder="eu-central-1"
          onValue={(region) => set({ region })}
        />
        <TextPart
          part={props}
          name="signing.accessKeyId"
          label="Access key ID"
          mono
          value={signing.accessKeyId}
          onValue={(accessKeyId) => set({ accessKeyId })}
        />
      </div>
      <div className="editor-row">
        <SecretField
          label="Secret access key"
          reveals="secret access key"
          value={signing.secretAccessKey}
          error={errors['signing.secretAccessKey']}
          onChange={(secretAccessKey) => set({ secretAccessKey })}
        />
        <SecretField
          label="Session token"
          reveals="session token"
          value={signing.sessionToken}
          hint="Of temporary credentials only."
          error={errors['signing.sessionToken']}
          onChange={(sessionToken) => set({ sessionToken })}
        />
      </div>
    </>
  );
}

function Azure({ set, ...props }: SigningProps) {
  const { draft, errors } = props;
  const { signing } = draft;
  return (
    <>
      <div className="editor-row">
        <SecretField
          label="Shared access key"
          reveals="shared access key"
          value={signing.key}
          error={errors['signing.key']}
          onChange={(key) => set({ key })}
        />
        <TextPart
          part={props}
          name="signing.policy"
          label="Policy"
          value={signing.policy}
          hint="Empty: the key is the device’s own."
          onValue={(policy) => set({ policy })}
        />
      </div>
      <div className="editor-row">
        <NumberPart
          part={props}
          name="signing.ttlSeconds"
          label="Signature lasts (s)"
          min={60}
          max={31_536_000}
          step={60}
          value={signing.ttlSeconds}
          onValue={(ttlSeconds) => set({ ttlSeconds })}
        />
        <span />
      </div>
    </>
  );
}
