import type {
  Authentication,
  Header,
  NotSecret,
  UserProperty,
} from '../../../../src-main/contract/model/connect-fields.ts';
import {
  ConnectionOptions,
  type MqttVersion,
  type ProfileColour,
  type Protocol,
  type Qos,
} from '../../../../src-main/contract/model/model.ts';
import { bracketed, readHost } from '../../../../src-main/core/profiles/host.ts';
import { hasPassword } from '../../../../src-main/core/profiles/not-secret.ts';
import type { ProfileMarks } from '../../../state/connections/profiles.ts';
import {
  limitsDraftOf,
  limitsOf,
  passwordFromDraftOf,
  passwordFromOf,
  proxyDraftOf,
  proxyErrors,
  proxyOf,
  signingDraftOf,
  signingOf,
  type LimitsDraft,
  type PasswordFromDraft,
  type ProxyDraft,
  type SigningDraft,
} from './draft-network.ts';
import { holdsMark, shownPath } from './kept-marks.ts';
import { numberIn, numberText, textOrNull, type Rule } from './draft-rules.ts';
import {
  newSubscription,
  subscriptionDraftOf,
  subscriptionOf,
  type SubscriptionDraft,
} from './draft-subscriptions.ts';
import { tlsDraftOf, tlsOptionsOf, type TlsDraft } from './draft-tls.ts';
import { willDraftOf, willOf, type WillDraft } from './draft-will.ts';
import { DEFAULT_PORTS } from '../base/places.ts';
import { percentEncoded } from '../../../../src-main/core/text/percent.ts';

export const NO_MARKS: ProfileMarks = { folder: '', colour: 'none', autoConnect: false };

/** The form as typed: text stays text until it is asked for, so that nothing typed is lost. */
export interface Draft {
  readonly name: string;
  readonly folder: string;
  readonly colour: ProfileColour;
  readonly autoConnect: boolean;

  readonly protocol: Protocol;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly subprotocol: string;
  readonly headers: readonly Header[];
  readonly proxy: ProxyDraft;
  readonly version: MqttVersion;

  readonly username: string;
  readonly password: string;
  readonly passwordFrom: PasswordFromDraft;
  readonly authentication: Authentication;
  readonly signing: SigningDraft;
  readonly notSecret: NotSecret;

  readonly clientId: string;
  readonly keepAlive: string;
  readonly cleanStart: boolean;
  readonly sessionExpiry: string;
  readonly receiveMaximum: string;
  readonly maximumPacketSize: string;
  readonly requestProblemInformation: boolean;
  readonly requestResponseInformation: boolean;
  readonly userProperties: readonly UserProperty[];

  readonly will: WillDraft;
  readonly tls: TlsDraft;
  readonly subscriptions: readonly SubscriptionDraft[];

  /** Seconds. */
  readonly connectTimeout: string;
  /** Milliseconds, as the next one. */
  readonly backOffMin: string;
  readonly backOffMax: string;
  readonly levelSeparator: string;
  readonly preset: string | null;
  readonly serviceLimits: LimitsDraft;
}

export function usesTls(protocol: Protocol): boolean {
  return protocol === 'mqtts' || protocol === 'wss';
}

export function usesPath(protocol: Protocol): boolean {
  return protocol === 'ws' || protocol === 'wss';
}

/** Whether what only MQTT 5 carries may be sent. */
export function mayBeFive({ version }: Pick<Draft, 'version'>): boolean {
  return version === 'auto' || version === '5';
}

export function emptyOptions(): ConnectionOptions {
  return { ...ConnectionOptions.parse({ name: '', protocol: 'mqtt', host: 'x', port: 1883 }), host: '' };
}

export function draftOf(options: ConnectionOptions, marks: ProfileMarks = NO_MARKS): Draft {
  return {
    name: options.name,
    folder: marks.folder,
    colour: marks.colour,
    autoConnect: marks.autoConnect,
    protocol: options.protocol,
    host: options.host,
    port: String(options.port),
    path: options.path,
    subprotocol: options.subprotocol,
    headers: options.headers,
    proxy: proxyDraftOf(options.proxy),
    version: options.version,
    username: options.username ?? '',
    password: options.password ?? '',
    passwordFrom: passwordFromDraftOf(options.passwordFrom),
    authentication: options.authentication,
    signing: signingDraftOf(options.signing),
    notSecret: options.notSecret,
    clientId: options.clientId,
    keepAlive: String(options.keepAlive),
    cleanStart: options.cleanStart,
    sessionExpiry: numberText(options.sessionExpiry),
    receiveMaximum: numberText(options.receiveMaximum),
    maximumPacketSize: numberText(options.maximumPacketSize),
    requestProblemInformation: options.requestProblemInformation,
    requestResponseInformation: options.requestResponseInformation,
    userProperties: options.userProperties,
    will: willDraftOf(options.will),
    tls: tlsDraftOf(options.tls),
    subscriptions: options.subscriptions.map(subscriptionDraftOf),
    connectTimeout: String(options.connectTimeoutMs / 1_000),
    backOffMin: String(options.backOff.minMs),
    backOffMax: String(options.backOff.maxMs),
    levelSeparator: options.levelSeparator,
    preset: options.preset,
    serviceLimits: limitsDraftOf(options.serviceLimits),
  };
}

export function marksOf({ folder, colour, autoConnect }: Draft): ProfileMarks {
  const levels = folder.split('/').map((level) => level.trim());
  return { folder: levels.filter((level) => level !== '').join('/'), colour, autoConnect };
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

/**
 * The form with its hosts taken apart: a port behind one goes where ports go, brackets go. What cannot be read
 * stays as it is.
 */
export function withHostsTaken(draft: Draft): Draft {
  const place = draft.protocol === 'unix' ? null : takenApart(draft);
  const proxy = draft.proxy.kind === 'none' ? null : takenApart(draft.proxy);
  if (place === null && proxy === null) return draft;
  return { ...draft, ...place, proxy: { ...draft.proxy, ...proxy } };
}

/** Null where nothing changes. */
function takenApart({ host, port }: { readonly host: string; readonly port: string }) {
  const read = readHost(host);
  if (read.kind === 'failed' || (read.port === null && read.host === host.trim())) return null;
  return { host: read.host, port: read.port === null ? port : String(read.port) };
}

/** The options as they stand in the form, right or wrong. */
export function readDraft(typed: Draft): unknown {
  const draft = withHostsTaken(typed);
  const host = draft.host.trim();
  const unix = draft.protocol === 'unix';
  const web = usesPath(draft.protocol);
  return {
    name: nameOf(draft),
    protocol: draft.protocol,
    host,
    port: unix ? (numberIn(draft.port) ?? 1) : Number(draft.port),
    path: draft.path === '' ? '/' : draft.path,
    subprotocol: draft.subprotocol,
    headers: draft.headers.filter(({ name, value }) => name !== '' || (web && value !== '')),
    proxy: unix && isBroken(proxyErrors(draft.proxy)) ? null : proxyOf(draft.proxy),
    version: draft.version,
    clientId: draft.clientId,
    username: textOrNull(draft.username),
    password: textOrNull(draft.password),
    passwordFrom: passwordFromOf(draft.passwordFrom),
    authentication: draft.authentication,
    signing: signingOf(draft.signing),
    notSecret: draft.notSecret,
    cleanStart: draft.cleanStart,
    // What a version does not carry is not judged, so it may be no number.
    sessionExpiry: numberIn(draft.sessionExpiry),
    receiveMaximum: numberIn(draft.receiveMaximum),
    maximumPacketSize: numberIn(draft.maximumPacketSize),
    requestProblemInformation: draft.requestProblemInformation,
    requestResponseInformation: draft.requestResponseInformation,
    userProperties: draft.userProperties,
    will: willOf(draft.will),
    keepAlive: Number(draft.keepAlive),
    connectTimeoutMs: Math.round(Number(draft.connectTimeout) * 1_000),
    backOff: { minMs: Number(draft.backOffMin), maxMs: Number(draft.backOffMax) },
    tls: tlsOptionsOf(draft.tls),
    subscriptions: draft.subscriptions.map(subscriptionOf),
    levelSeparator: draft.levelSeparator,
    preset: draft.preset,
    serviceLimits: limitsOf(draft.serviceLimits),
  };
}

function isBroken(rules: Readonly<Record<string, Rule>>): boolean {
  return Object.values(rules).some((rule) => rule !== null);
}

function nameOf(draft: Draft): string {
  if (draft.name.trim() !== '') return draft.name.trim();
  return placeOf(draft).slice(0, 200);
}

function placeOf({ protocol, host, port }: Draft): string {
  return protocol === 'unix' ? host.trim() : `${bracketed(host.trim())}:${port.trim()}`;
}

/** The username as far as it may be seen; null: it is a secret. */
export function shownUser(draft: Draft): string | null {
  const isSecret = !draft.notSecret.username && !hasPassword(draft);
  return isSecret || holdsMark(draft.username) ? null : draft.username;
}

/** `mqtts://ops@broker.example:8883`, never with a secret. */
export function addressOf(typed: Draft): string {
  const draft = withHostsTaken(typed);
  // What is no host may be anything, such as a key.
  if (draft.protocol !== 'unix' && readHost(draft.host).kind === 'failed') return '';
  if (draft.host.trim() === '') return '';
  const name = shownUser(draft) ?? '';
  const user = name === '' ? '' : `${percentEncoded(name)}@`;
  const path = usesPath(draft.protocol) ? shownPath(draft.path, draft.notSecret) : '';
  return `${draft.protocol}://${user}${placeOf(draft)}${path}`;
}

export function addSubscription(draft: Draft, filter: string, qos: Qos): Draft {
  return { ...draft, subscriptions: [...draft.subscriptions, { ...newSubscription(filter), qos }] };
}
