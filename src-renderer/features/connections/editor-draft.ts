import { checkTopicFilter } from '../../../src-main/core/topics/names.ts';
import {
  ConnectionOptions,
  type MqttVersion,
  type Protocol,
  type Qos,
  type SubscriptionRequest,
} from '../../../src-main/contract/model.ts';
import { DEFAULT_PORTS } from './places.ts';

/** The form as typed: text stays text until it is asked for, so that nothing typed is lost. */
export interface Draft {
  readonly name: string;
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly version: MqttVersion;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly keepAlive: string;
  readonly cleanStart: boolean;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly passphrase: string;
  readonly verify: boolean;
  readonly subscriptions: readonly SubscriptionRequest[];
  /** What the form does not show and must not lose. */
  readonly rest: ConnectionOptions;
}

export type DraftField = Exclude<keyof Draft, 'rest'>;
export type DraftErrors = Partial<Record<DraftField | `subscription-${number}`, string>>;

export function usesTls(protocol: Protocol): boolean {
  return protocol === 'mqtts' || protocol === 'wss';
}

export function usesPath(protocol: Protocol): boolean {
  return protocol === 'ws' || protocol === 'wss';
}

export function emptyOptions(): ConnectionOptions {
  return { ...ConnectionOptions.parse({ name: '', protocol: 'mqtt', host: 'x', port: 1883 }), host: '' };
}

export function draftOf(options: ConnectionOptions): Draft {
  return {
    name: options.name,
    protocol: options.protocol,
    host: options.host,
    port: String(options.port),
    path: options.path,
    version: options.version,
    username: options.username ?? '',
    password: options.password ?? '',
    clientId: options.clientId,
    keepAlive: String(options.keepAlive),
    cleanStart: options.cleanStart,
    ca: options.tls.ca ?? '',
    cert: options.tls.cert ?? '',
    key: options.tls.key ?? '',
    passphrase: options.tls.passphrase ?? '',
    verify: options.tls.verify,
    subscriptions: options.subscriptions,
    rest: options,
  };
}

/** A new protocol brings its usual port, unless the port was chosen by hand. */
export function withProtocol(draft: Draft, protocol: Protocol): Draft {
  const usual = draft.port.trim() === '' || Number(draft.port) === DEFAULT_PORTS[draft.protocol];
  return { ...draft, protocol, port: usual ? String(DEFAULT_PORTS[protocol]) : draft.port };
}

/** What an address says, over what the form holds; a name the person gave stays. */
export function withAddress(draft: Draft, options: ConnectionOptions): Draft {
  const read = draftOf(options);
  return {
    ...draft,
    name: draft.name.trim() === '' ? read.name : draft.name,
    protocol: read.protocol,
    host: read.host,
    port: read.port,
    path: read.path,
    username: options.username === null ? draft.username : read.username,
    password: options.password === null ? draft.password : read.password,
  };
}

/** Every rule that is broken, by field. */
export function draftErrors(draft: Draft): DraftErrors {
  const errors: DraftErrors = {};
  const put = (field: keyof DraftErrors, rule: string | null) => {
    if (rule !== null) errors[field] = rule;
  };
  put('name', draft.name.length > 200 ? 'Use at most 200 characters.' : null);
  put('host', hostRule(draft.host));
  put('port', wholeNumberRule(draft.port, 1, 65_535));
  put('keepAlive', wholeNumberRule(draft.keepAlive, 0, 65_535));
  put('path', usesPath(draft.protocol) && !draft.path.startsWith('/') ? 'Start the path with /.' : null);
  put('clientId', textRule(draft.clientId));
  put('username', textRule(draft.username));
  put(
    'password',
    textRule(draft.password) ??
      (draft.password !== '' && draft.username === '' && isVersion3(draft)
        ? `MQTT ${draft.version} allows a password only with a username.`
        : null),
  );
  put(
    'clientId',
    textRule(draft.clientId) ??
      (draft.version === '3.1' && new TextEncoder().encode(draft.clientId).length > 23
        ? 'MQTT 3.1 allows at most 23 bytes.'
        : null),
  );
  draft.subscriptions.forEach(({ filter }, index) => {
    const problem = checkTopicFilter(filter);
    put(`subscription-${index}`, problem === null ? null : `${problem.message} ${problem.advice}`);
  });
  return errors;
}

/** What to connect with; null while a field is wrong. */
export function optionsOf(draft: Draft): ConnectionOptions | null {
  if (Object.keys(draftErrors(draft)).length > 0) return null;
  const text = (value: string) => (value.trim() === '' ? null : value);
  const host = draft.host.trim();
  const parsed = ConnectionOptions.safeParse({
    ...draft.rest,
    name: draft.name.trim() === '' ? `${host}:${draft.port.trim()}` : draft.name.trim(),
    protocol: draft.protocol,
    host,
    port: Number(draft.port),
    path: draft.path === '' ? '/' : draft.path,
    version: draft.version,
    clientId: draft.clientId,
    username: draft.username === '' ? null : draft.username,
    password: draft.password === '' ? null : draft.password,
    cleanStart: draft.cleanStart,
    keepAlive: Number(draft.keepAlive),
    tls: {
      ...draft.rest.tls,
      verify: draft.verify,
      ca: text(draft.ca),
      cert: text(draft.cert),
      key: text(draft.key),
      passphrase: draft.passphrase === '' ? null : draft.passphrase,
    },
    subscriptions: draft.subscriptions,
  });
  return parsed.success ? parsed.data : null;
}

/** `mqtts://ops@broker.example:8883`, never with the password. */
export function addressOf(draft: Draft): string {
  if (draft.host.trim() === '') return '';
  const user = draft.username === '' ? '' : `${encodeURIComponent(draft.username)}@`;
  const host = draft.host.includes(':') ? `[${draft.host.trim()}]` : draft.host.trim();
  const path = usesPath(draft.protocol) ? draft.path : '';
  return `${draft.protocol}://${user}${host}:${draft.port.trim()}${path}`;
}

export function addSubscription(draft: Draft, filter: string, qos: Qos): Draft {
  const one: SubscriptionRequest = {
    filter,
    qos,
    noLocal: false,
    retainAsPublished: true,
    retainHandling: 0,
    enabled: true,
    identifier: null,
  };
  return { ...draft, subscriptions: [...draft.subscriptions, one] };
}

function isVersion3({ version }: Draft): boolean {
  return version === '3.1' || version === '3.1.1';
}

function hostRule(text: string): string | null {
  const host = text.trim();
  if (host === '') return 'Enter a host name or an IP address, or paste a whole address.';
  if (host.length > 255) return 'Use at most 255 characters.';
  if (host.includes('://')) return 'This is a whole address; leave the field to have it read.';
  return /[\s/?#@]/.test(host) ? 'A host has no spaces and none of / ? # @.' : null;
}

function wholeNumberRule(text: string, min: number, max: number): string | null {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? null : `Enter a whole number from ${min} to ${max}.`;
}

/** MQTT strings: at most 65,535 bytes and no NUL. */
function textRule(text: string): string | null {
  if (text.includes('\u0000')) return 'A NUL character is not allowed in MQTT.';
  return new TextEncoder().encode(text).length > 65_535 ? 'MQTT allows at most 65,535 bytes.' : null;
}
