import { isSecretHeader } from '../../../../../src-main/core/profiles/not-secret.ts';
import { Select } from '../../../../ui/controls/field.tsx';
import { LIMITS, type LimitsDraft, type ProxyDraft } from '../../draft/draft-network.ts';
import { usesPath, withHostsTaken } from '../../draft/editor-draft.ts';
import { SecretsNote } from '../../base/secrets-note.tsx';
import { headersHold, proxyHolds } from './held-secrets.ts';
import { NameField, withName } from './not-secret.tsx';
import { PairRows } from './pair-rows.tsx';
import { Note, NumberPart, SecretField, Subhead, TextPart, type PartProps } from './part.tsx';

const PROXIES: readonly { readonly value: ProxyDraft['kind']; readonly label: string }[] = [
  { value: 'none', label: 'none' },
  { value: 'socks5', label: 'SOCKS5' },
  { value: 'http', label: 'HTTP CONNECT' },
];

/** Time-outs, how topics are shown, the way there, and what the service allows. */
export function AdvancedSection(props: PartProps) {
  return (
    <>
      <Waits {...props} />
      <Subhead>Topic tree</Subhead>
      <Tree {...props} />
      <Subhead>Proxy</Subhead>
      <Proxy {...props} />
      {proxyHolds(props.draft) ? <SecretsNote app={props.app} /> : null}
      <Subhead>WebSocket headers</Subhead>
      <Headers {...props} />
      {headersHold(props.draft) ? <SecretsNote app={props.app} /> : null}
      <Subhead>Service limits</Subhead>
      <ServiceLimits {...props} />
    </>
  );
}

function Waits(props: PartProps) {
  const { draft, onChange } = props;
  return (
    <div className="editor-row editor-three">
      <NumberPart
        part={props}
        name="connectTimeout"
        label="Connect timeout (s)"
        min={0.5}
        max={120}
        step={0.5}
        value={draft.connectTimeout}
        onValue={(connectTimeout) => onChange({ ...draft, connectTimeout })}
      />
      <NumberPart
        part={props}
        name="backOffMin"
        label="Shortest wait to retry (ms)"
        min={100}
        max={600_000}
        step={100}
        value={draft.backOffMin}
        onValue={(backOffMin) => onChange({ ...draft, backOffMin })}
      />
      <NumberPart
        part={props}
        name="backOffMax"
        label="Longest wait to retry (ms)"
        min={100}
        max={3_600_000}
        step={1_000}
        value={draft.backOffMax}
        onValue={(backOffMax) => onChange({ ...draft, backOffMax })}
      />
    </div>
  );
}

function Tree(props: PartProps) {
  const { draft, onChange } = props;
  return (
    <>
      <Note>
        Where the tree divides topics into levels. MQTT itself uses / only: topic filters keep it, and so do
        topics that begin with $.
      </Note>
      <div className="editor-row">
        <TextPart
          part={props}
          name="levelSeparator"
          label="Topic level separator"
          mono
          value={draft.levelSeparator}
          onValue={(levelSeparator) => onChange({ ...draft, levelSeparator })}
        />
        <span />
      </div>
    </>
  );
}

function Proxy(props: PartProps) {
  const { draft, errors, onChange, onLeave } = props;
  const { proxy } = draft;
  const set = (change: Partial<ProxyDraft>) => onChange({ ...draft, proxy: { ...proxy, ...change } });
  if (draft.protocol === 'unix') return <Note>A Unix socket is on this computer: no proxy is used.</Note>;
  const kind = (
    <Select
      label="Proxy kind"
      options={PROXIES}
      value={proxy.kind}
      onChange={(picked) =>
        set({ kind: picked, port: proxy.port === '' ? (picked === 'http' ? '3128' : '1080') : proxy.port })
      }
    />
  );
  if (proxy.kind === 'none')
    return (
      <div className="editor-row">
        {kind}
        <span />
      </div>
    );
  return (
    <>
      <div className="editor-row editor-proxy">
        {kind}
        <TextPart
          part={props}
          name="proxy.host"
          label="Proxy host"
          mono
          value={proxy.host}
          onValue={(host) => set({ host })}
          onLeave={() => onChange(withHostsTaken(draft))}
        />
        <NumberPart
          part={props}
          name="proxy.port"
          label="Proxy port"
          min={1}
          max={65_535}
          value={proxy.port}
          onValue={(port) => set({ port })}
        />
      </div>
      <div className="editor-row">
        <NameField
          part={props}
          name="proxy.username"
          label="Proxy username"
          value={proxy.username}
          hasPassword={proxy.password !== ''}
          isMarked={draft.notSecret.proxyUsername}
          onValue={(username) => set({ username })}
          onMarked={(proxyUsername) =>
            onChange({ ...draft, notSecret: { ...draft.notSecret, proxyUsername } })
          }
        />
        <SecretField
          label="Proxy password"
          reveals="proxy password"
          value={proxy.password}
          error={errors['proxy.password']}
          onChange={(password) => {
            onLeave('proxy.password');
            set({ password });
          }}
        />
      </div>
    </>
  );
}

function Headers(props: PartProps) {
  const { draft, onChange } = props;
  const { notSecret } = draft;
  return (
    <PairRows
      part={props}
      name="headers"
      marks={{
        has: (name) => !isSecretHeader(name, notSecret),
        set: (name, on) =>
          onChange({
            ...draft,
            notSecret: { ...notSecret, headers: withName(notSecret.headers, name.toLowerCase(), on) },
          }),
      }}
      what="header"
      rows={draft.headers}
      off={usesPath(draft.protocol) ? null : 'Sent with ws and wss only.'}
      onRows={(headers) => onChange({ ...draft, headers: [...headers] })}
    />
  );
}

const QOS_LIMITS = [
  { value: 'none', label: 'no limit' },
  { value: '0', label: '0' },
  { value: '1', label: '1' },
  { value: '2', label: '2' },
] as const;
const RETAIN_LIMITS = [
  { value: 'none', label: 'as announced' },
  { value: 'yes', label: 'allowed' },
  { value: 'no', label: 'not allowed' },
] as const;
const NUMBERS = [
  ['filtersPerSubscribe', 'Filters per SUBSCRIBE'],
  ['topicLevels', 'Topic levels'],
  ['topicBytes', 'Topic length (bytes)'],
  ['keepAliveMin', 'Minimum keep-alive (s)'],
  ['keepAliveMax', 'Maximum keep-alive (s)'],
] as const;

/** What the service allows without saying so in CONNACK; presets fill this. */
function ServiceLimits(props: PartProps) {
  const { draft, onChange } = props;
  const limits = draft.serviceLimits;
  const set = (change: Partial<LimitsDraft>) =>
    onChange({ ...draft, serviceLimits: { ...limits, ...change } });
  return (
    <>
      <Note>What a service allows without announcing it. Empty: what the broker says counts.</Note>
      <div className="editor-row editor-three">
        <Select
          label="Maximum QoS"
          options={QOS_LIMITS}
          value={limits.maximumQos === null ? 'none' : (QOS_LIMITS[limits.maximumQos + 1]?.value ?? 'none')}
          onChange={(picked) =>
            set({ maximumQos: picked === 'none' ? null : picked === '0' ? 0 : picked === '1' ? 1 : 2 })
          }
        />
        <Select
          label="Retained messages"
          options={RETAIN_LIMITS}
          value={limits.retain === null ? 'none' : limits.retain ? 'yes' : 'no'}
          onChange={(picked) => set({ retain: picked === 'none' ? null : picked === 'yes' })}
        />
        {NUMBERS.map(([name, label]) => (
          <NumberPart
            key={name}
            part={props}
            name={`serviceLimits.${name}`}
            label={label}
            min={LIMITS[name][0]}
            max={LIMITS[name][1]}
            value={limits[name]}
            onValue={(text) => set({ [name]: text })}
          />
        ))}
      </div>
    </>
  );
}
