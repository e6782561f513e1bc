import { useState, type ReactNode, type Ref, type RefObject } from 'react';
import { Eye, EyeOff, Plus, X } from 'lucide-react';
import type { MqttVersion, Protocol } from '../../../src-main/contract/model.ts';
import type { AppState } from '../../state/app-state.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Checkbox, NumberField, Select, TextArea, TextField } from '../../ui/field.tsx';
import { QosSelect } from '../../ui/segmented.tsx';
import {
  addSubscription,
  usesPath,
  usesTls,
  withProtocol,
  type Draft,
  type DraftErrors,
} from './editor-draft.ts';

const PROTOCOLS: readonly { readonly value: Protocol; readonly label: string }[] = [
  { value: 'mqtt', label: 'mqtt' },
  { value: 'mqtts', label: 'mqtts' },
  { value: 'ws', label: 'ws' },
  { value: 'wss', label: 'wss' },
];
const VERSIONS: readonly { readonly value: MqttVersion; readonly label: string }[] = [
  { value: 'auto', label: 'auto: 5, then 3.1.1' },
  { value: '5', label: '5' },
  { value: '3.1.1', label: '3.1.1' },
  { value: '3.1', label: '3.1' },
];

interface PartProps {
  readonly draft: Draft;
  readonly errors: DraftErrors;
  readonly onChange: (draft: Draft) => void;
  readonly onLeave: (field: string) => void;
}

interface EditorFormProps extends PartProps {
  readonly app: AppState;
  readonly hostInput: Ref<HTMLInputElement>;
  readonly onAddress: (text: string) => void;
}

export function EditorForm({ hostInput, onAddress, ...part }: EditorFormProps) {
  return (
    <>
      <Section id="general" title="General">
        <General {...part} hostInput={hostInput} onAddress={onAddress} />
      </Section>
      <Section id="authentication" title="Authentication">
        <Authentication {...part} />
      </Section>
      <Section id="tls" title="TLS">
        <Tls {...part} />
      </Section>
      <Section id="session" title="Session">
        <SessionPart {...part} />
      </Section>
      <Section id="subscriptions" title="Subscriptions">
        <Subscriptions {...part} />
      </Section>
    </>
  );
}

function Section({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="editor-section" data-section={id} aria-label={title}>
      <h3 className="editor-head">{title}</h3>
      {children}
    </section>
  );
}

function General(props: PartProps & Pick<EditorFormProps, 'hostInput' | 'onAddress'>) {
  const { draft, errors, onChange, onLeave, hostInput, onAddress } = props;
  const isAddress = (text: string) => /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text);
  return (
    <>
      <div className="editor-row editor-general">
        <Select
          label="Protocol"
          options={PROTOCOLS}
          value={draft.protocol}
          onChange={(protocol) => onChange(withProtocol(draft, protocol))}
        />
        <TextField
          ref={hostInput}
          label="Host"
          mono
          value={draft.host}
          error={errors.host}
          placeholder="broker.example, or paste an address"
          onChange={(host) => onChange({ ...draft, host })}
          onPaste={(text) => {
            if (!isAddress(text)) return false;
            onAddress(text.trim());
            return true;
          }}
          onBlur={() => {
            onLeave('host');
            if (isAddress(draft.host)) onAddress(draft.host.trim());
          }}
        />
        <NumberField
          label="Port"
          min={1}
          max={65_535}
          value={draft.port}
          error={errors.port}
          onChange={(port) => {
            onLeave('port');
            onChange({ ...draft, port });
          }}
        />
      </div>
      {usesPath(draft.protocol) ? (
        <TextField
          label="Path"
          mono
          value={draft.path}
          error={errors.path}
          onChange={(path) => onChange({ ...draft, path })}
          onBlur={() => onLeave('path')}
        />
      ) : null}
      <div className="editor-row">
        <TextField
          label="Name"
          value={draft.name}
          error={errors.name}
          placeholder="as the list shall show it"
          onChange={(name) => onChange({ ...draft, name })}
          onBlur={() => onLeave('name')}
        />
        <Select
          label="MQTT version"
          options={VERSIONS}
          value={draft.version}
          onChange={(version) => onChange({ ...draft, version })}
        />
      </div>
    </>
  );
}

function Authentication({ draft, errors, onChange, onLeave }: PartProps) {
  return (
    <div className="editor-row">
      <TextField
        label="Username"
        value={draft.username}
        error={errors.username}
        onChange={(username) => onChange({ ...draft, username })}
        onBlur={() => onLeave('username')}
      />
      <SecretField
        label="Password"
        reveals="password"
        value={draft.password}
        error={errors.password}
        onChange={(password) => {
          onLeave('password');
          onChange({ ...draft, password });
        }}
      />
    </div>
  );
}

interface SecretFieldProps {
  readonly label: string;
  /** For the button's name: "Show password". */
  readonly reveals: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
}

function SecretField({ label, reveals, value, error, disabled, onChange }: SecretFieldProps) {
  const [open, setOpen] = useState(false);
  return (
    <TextField
      label={label}
      type={open ? 'text' : 'password'}
      value={value}
      error={error}
      disabled={disabled === true}
      onChange={onChange}
      end={
        <IconButton
          label={open ? `Hide ${reveals}` : `Show ${reveals}`}
          icon={open ? EyeOff : Eye}
          onClick={() => setOpen(!open)}
        />
      }
    />
  );
}

function Tls({ draft, onChange }: PartProps) {
  if (!usesTls(draft.protocol)) {
    return <p className="editor-note">Used with mqtts and wss. This connection is not encrypted.</p>;
  }
  const keyWithout = draft.key !== '' && draft.cert === '';
  return (
    <>
      <Checkbox
        label="Verify server certificate"
        checked={draft.verify}
        onChange={(verify) => onChange({ ...draft, verify })}
        hint={
          draft.verify
            ? undefined
            : 'Anyone on the way can read and change everything, the password included. Only for a test.'
        }
      />
      <TextArea
        label="CA certificate"
        mono
        value={draft.ca}
        placeholder="path or PEM text"
        hint="Empty: the authorities this computer trusts."
        onChange={(ca) => onChange({ ...draft, ca })}
      />
      <div className="editor-row">
        <TextArea
          label="Client certificate"
          mono
          value={draft.cert}
          placeholder="path or PEM text"
          error={keyWithout ? 'A client key is used together with its certificate.' : null}
          onChange={(cert) => onChange({ ...draft, cert })}
        />
        <TextArea
          label="Client key"
          mono
          value={draft.key}
          placeholder="path or PEM text"
          hint={draft.cert !== '' && draft.key === '' ? 'A client certificate needs its key.' : undefined}
          onChange={(key) => onChange({ ...draft, key })}
        />
      </div>
      <div className="editor-row">
        <SecretField
          label="Key passphrase"
          reveals="passphrase"
          value={draft.passphrase}
          onChange={(passphrase) => onChange({ ...draft, passphrase })}
        />
        <span />
      </div>
    </>
  );
}

function SessionPart({ draft, errors, onChange, onLeave }: PartProps) {
  return (
    <>
      <div className="editor-row">
        <TextField
          label="Client ID"
          mono
          value={draft.clientId}
          error={errors.clientId}
          placeholder="a new one each time"
          onChange={(clientId) => onChange({ ...draft, clientId })}
          onBlur={() => onLeave('clientId')}
        />
        <NumberField
          label="Keep-alive (s)"
          min={0}
          max={65_535}
          step={5}
          value={draft.keepAlive}
          error={errors.keepAlive}
          hint={Number(draft.keepAlive) === 0 ? 'Off: a dead link is noticed only when we send.' : undefined}
          onChange={(keepAlive) => {
            onLeave('keepAlive');
            onChange({ ...draft, keepAlive });
          }}
        />
      </div>
      <Checkbox
        label="Clean start"
        checked={draft.cleanStart}
        onChange={(cleanStart) => onChange({ ...draft, cleanStart })}
        hint={
          !draft.cleanStart && draft.clientId === ''
            ? 'To find its session again a connection needs a Client ID that stays the same.'
            : undefined
        }
      />
    </>
  );
}

function Subscriptions({ draft, errors, onChange, onLeave }: PartProps) {
  const { subscriptions } = draft;
  const set = (next: Draft['subscriptions']) => onChange({ ...draft, subscriptions: next });
  return (
    <>
      {subscriptions.length === 0 ? (
        <p className="editor-note">None: no message arrives until you subscribe.</p>
      ) : null}
      {subscriptions.map((subscription, index) => (
        <div key={index} className="editor-subscription">
          <TextField
            label={`Topic filter ${index + 1}`}
            hideLabel
            mono
            value={subscription.filter}
            error={errors[`subscription-${index}`]}
            onChange={(filter) => set(subscriptions.with(index, { ...subscription, filter }))}
            onBlur={() => onLeave(`subscription-${index}`)}
          />
          <QosSelect
            hideLabel
            value={subscription.qos}
            onChange={(qos) => set(subscriptions.with(index, { ...subscription, qos }))}
          />
          <IconButton
            label={`Remove ${subscription.filter === '' ? 'this filter' : subscription.filter}`}
            icon={X}
            onClick={() => set(subscriptions.toSpliced(index, 1))}
          />
        </div>
      ))}
      <div>
        <Button variant="quiet" icon={Plus} onClick={() => onChange(addSubscription(draft, '', 0))}>
          Add a topic filter
        </Button>
      </div>
    </>
  );
}

/** The parts of the form at its left; each brings its part into sight. */
export function EditorSections({
  draft,
  scroller,
}: {
  readonly draft: Draft;
  readonly scroller: RefObject<HTMLDivElement | null>;
}) {
  const parts: readonly (readonly [string, string, string])[] = [
    [
      'general',
      'General',
      draft.host.trim() === '' ? draft.protocol : `${draft.protocol}, port ${draft.port}`,
    ],
    ['authentication', 'Authentication', draft.username === '' ? 'none' : draft.username],
    ['tls', 'TLS', tlsDetail(draft)],
    ['session', 'Session', `${draft.cleanStart ? 'clean start' : 'resumes'}, ${draft.keepAlive} s`],
    ['subscriptions', 'Subscriptions', draft.subscriptions.map(({ filter }) => filter).join(', ') || 'none'],
  ];
  return (
    <nav className="editor-nav" aria-label="Parts of the form">
      {parts.map(([id, title, detail]) => (
        <button
          key={id}
          type="button"
          className="editor-part"
          onClick={() => {
            const section = scroller.current?.querySelector(`[data-section="${id}"]`);
            section?.scrollIntoView({ block: 'start' });
            section?.querySelector<HTMLElement>('input, select, button')?.focus({ preventScroll: true });
          }}
        >
          <span className="editor-part-title">{title}</span>
          <span className="editor-part-detail cut">{detail}</span>
        </button>
      ))}
    </nav>
  );
}

function tlsDetail(draft: Draft): string {
  if (!usesTls(draft.protocol)) return 'not used';
  if (!draft.verify) return 'not verified';
  return draft.cert === '' ? 'server verified' : 'client certificate';
}
