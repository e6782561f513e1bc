import * as z from '../base/zod.ts';
import {
  Authentication,
  Header,
  LevelSeparator,
  NotSecret,
  PasswordFrom,
  Proxy,
  ServiceLimits,
  Signing,
  TlsChecks,
  UserProperty,
  Will,
} from './connect-fields.ts';
import { TlsState } from './certificates.ts';
import { DecoderChain, DecoderRules } from './decoder-rule.ts';
import { Failure } from '../base/errors.ts';
import { MarkColour, SavedFilters } from './filters.ts';
import { VerdictSummary } from './verdicts.ts';

export const Bytes = z.instanceof(Uint8Array);
export const ConnectionId = z.string().min(1).max(64).brand('ConnectionId');
export type ConnectionId = z.infer<typeof ConnectionId>;

/** A topic as text: of valid UTF-8 without NUL it is itself, any other is NUL and its escaped form. */
export const TopicKey = z.string().max(4 * 65_535 + 1);
export type TopicKey = z.infer<typeof TopicKey>;

export const Qos = z.union([z.literal(0), z.literal(1), z.literal(2)]);
export type Qos = z.infer<typeof Qos>;

/** `unix`: MQTT over a Unix socket or a Windows named pipe; its path is in `host`. */
export const Protocol = z.enum(['mqtt', 'mqtts', 'ws', 'wss', 'unix']);
export type Protocol = z.infer<typeof Protocol>;
/** `auto` tries 5, then 3.1.1. */
export const MqttVersion = z.enum(['auto', '5', '3.1.1', '3.1']);
export type MqttVersion = z.infer<typeof MqttVersion>;

export const SubscriptionRequest = z.object({
  filter: z.string().min(1).max(65_535),
  qos: Qos,
  noLocal: z.boolean().default(false),
  retainAsPublished: z.boolean().default(true),
  retainHandling: Qos.default(0),
  /** Kept in the list without being subscribed to. */
  enabled: z.boolean().default(true),
  /** Subscription Identifier of the user's own; null: one of ours. MQTT 5 only. */
  identifier: z.number().int().min(1).max(268_435_455).nullable().default(null),
});
export type SubscriptionRequest = z.infer<typeof SubscriptionRequest>;

export const TlsOptions = z.object({
  /** False: none of the checks. */
  verify: z.boolean().default(true),
  checks: TlsChecks.prefault({}),
  /** The system's store of CA certificates beside `ca`; with neither, Node's own list. */
  systemCa: z.boolean().default(false),
  minVersion: z.enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
  /** PKCS#12 with certificate and key: a path, or base64 after `base64:`. Secret in the latter form. */
  pfx: z.string().max(1_000_000).nullable().default(null),
  /** Each a path or PEM text. */
  ca: z.string().max(1_000_000).nullable().default(null),
  cert: z.string().max(1_000_000).nullable().default(null),
  key: z.string().max(1_000_000).nullable().default(null),
  passphrase: z.string().max(4_096).nullable().default(null),
  servername: z.string().max(255).nullable().default(null),
  alpn: z.array(z.string().min(1).max(255)).max(16).default([]),
});
export type TlsOptions = z.infer<typeof TlsOptions>;

export const DEFAULT_SUBSCRIPTIONS: readonly z.input<typeof SubscriptionRequest>[] = [
  { filter: '#', qos: 0 },
  { filter: '$SYS/#', qos: 0 },
];

/** Everything needed to connect; what a profile saves. */
export const ConnectionOptions = z.object({
  name: z.string().max(200),
  protocol: Protocol,
  /** A path where the protocol is `unix`. */
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  /** WebSocket path with its query; ignored over tcp. */
  path: z.string().max(4_096).default('/mqtt'),
  /** WebSocket sub-protocol; empty: none is asked for. */
  subprotocol: z.string().max(256).default('mqtt'),
  headers: z.array(Header).max(100).default([]),
  proxy: Proxy.nullable().default(null),
  version: MqttVersion.default('auto'),
  /** Empty: a new one with our prefix is made for the connection. */
  clientId: z.string().max(65_535).default(''),
  username: z.string().max(65_535).nullable().default(null),
  password: z.string().max(65_535).nullable().default(null),
  passwordFrom: PasswordFrom.default({ kind: 'text' }),
  authentication: Authentication.default('none'),
  signing: Signing.default({ kind: 'none' }),
  notSecret: NotSecret.prefault({}),
  cleanStart: z.boolean().default(true),
  /** Seconds; MQTT 5 only; null leaves the property out. */
  sessionExpiry: z.number().int().min(0).max(0xffff_ffff).nullable().default(null),
  /** Null leaves the property out (65,535 messages, no limit of bytes); MQTT 5 only, as the next four. */
  receiveMaximum: z.number().int().min(1).max(65_535).nullable().default(null),
  /** Bytes. */
  maximumPacketSize: z.number().int().min(1).max(0xffff_ffff).nullable().default(null),
  requestProblemInformation: z.boolean().default(true),
  requestResponseInformation: z.boolean().default(false),
  userProperties: z.array(UserProperty).max(1_000).default([]),
  will: Will.nullable().default(null),
  /** Seconds; 0 switches keep-alive off. */
  keepAlive: z.number().int().min(0).max(65_535).default(60),
  connectTimeoutMs: z.number().int().min(500).max(120_000).default(10_000),
  backOff: z
    .object({
      minMs: z.number().int().min(100).max(600_000),
      maxMs: z.number().int().min(100).max(3_600_000),
    })
    .default({ minMs: 1_000, maxMs: 30_000 }),
  tls: TlsOptions.prefault({}),
  subscriptions: z
    .array(SubscriptionRequest)
    .max(1_000)
    .prefault([...DEFAULT_SUBSCRIPTIONS]),
  /** Of the tree that is shown: MQTT's own, and what goes to the broker, is always `/`. */
  levelSeparator: LevelSeparator.default('/'),
  /** Name of the preset that filled the fields, and what its service allows. */
  preset: z.string().max(64).nullable().default(null),
  serviceLimits: ServiceLimits.prefault({}),
});
export type ConnectionOptions = z.infer<typeof ConnectionOptions>;

export const ProfileColour = z.enum(['none', ...MarkColour.options]);
export type ProfileColour = z.infer<typeof ProfileColour>;

/** Steps of a way into a JSON value. */
export const MAX_PATH_STEPS = 64;

/** A way into a JSON value: names of members and places in lists. */
export const FieldPath = z
  .array(z.union([z.string().max(65_535), z.number().int().min(0)]))
  .max(MAX_PATH_STEPS);
export type FieldPath = readonly (string | number)[];

/** A number in the payloads of a topic: at a path of JSON, or the payload itself where the path is empty. */
export const SeriesField = z.object({
  key: TopicKey,
  path: FieldPath,
  /** How the payloads are decoded; without it they are JSON, or a number as text. */
  chain: DecoderChain.optional(),
});
export type SeriesField = z.infer<typeof SeriesField>;

/** Series in one chart; the product's rule. */
export const MOST_SERIES = 8;
/** Pinned charts of one profile. */
export const MOST_PINNED = 30;

/** A chart under a name; names of one profile differ. */
export const PinnedChart = z.object({
  name: z.string().min(1).max(1_000),
  fields: z.array(SeriesField).min(1).max(MOST_SERIES),
});
export type PinnedChart = z.infer<typeof PinnedChart>;

/** Topics that are watched at once. */
export const MAX_WATCHED = 100;

/** A topic that is watched, or one field of its JSON; path null: the whole value. */
export const WatchedItem = z.object({ key: TopicKey, path: FieldPath.nullable() });
export type WatchedItem = z.infer<typeof WatchedItem>;

/** What a person keeps an eye on. What is absent was never kept with the profile. */
const Pinned = {
  watched: z.array(WatchedItem).max(MAX_WATCHED).optional(),
  charts: z.array(PinnedChart).max(MOST_PINNED).optional(),
};

/** The order of profiles is that of their list. */
export const Profile = z.object({
  id: z.string().min(1).max(64),
  options: ConnectionOptions,
  /** Names of folders from the outermost, divided by `/`; empty: at the top. */
  folder: z.string().max(400).default(''),
  /** Red means production: what changes something on the broker asks once more. */
  colour: ProfileColour.default('none'),
  /** Connect when the program starts. */
  autoConnect: z.boolean().default(false),
  decoderRules: DecoderRules.optional(),
  filters: SavedFilters.optional(),
  ...Pinned,
});
export type Profile = z.infer<typeof Profile>;

/** What the broker allows, as announced in CONNACK; absent means it said nothing. */
export const ServerLimits = z.object({
  receiveMaximum: z.number().optional(),
  maximumPacketSize: z.number().optional(),
  maximumQos: Qos.optional(),
  retainAvailable: z.boolean().optional(),
  wildcardSubscriptionAvailable: z.boolean().optional(),
  subscriptionIdentifiersAvailable: z.boolean().optional(),
  sharedSubscriptionAvailable: z.boolean().optional(),
  topicAliasMaximum: z.number().optional(),
  sessionExpiryInterval: z.number().optional(),
});
export type ServerLimits = z.infer<typeof ServerLimits>;

const Attempt = { attempt: z.number().int(), since: z.number() };
/** Times are milliseconds since the epoch. */
export const ConnectionState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('resolving'), ...Attempt, host: z.string() }),
  z.object({ kind: z.literal('connecting'), ...Attempt, address: z.string() }),
  z.object({ kind: z.literal('securing'), ...Attempt, address: z.string() }),
  z.object({
    kind: z.literal('handshaking'),
    ...Attempt,
    address: z.string(),
    version: z.enum(['5', '3.1.1', '3.1']),
  }),
  z.object({
    kind: z.literal('online'),
    since: z.number(),
    version: z.enum(['5', '3.1.1', '3.1']),
    address: z.string(),
    clientId: z.string(),
    sessionPresent: z.boolean(),
    /** Seconds in force, and who decided. */
    keepAlive: z.number(),
    keepAliveBy: z.enum(['client', 'server']),
    limits: ServerLimits,
    tls: TlsState.nullable(),
  }),
  z.object({
    kind: z.literal('waiting'),
    retryAt: z.number(),
    attempt: z.number().int(),
    why: Failure,
  }),
  /** `why` is null when the user stopped it. */
  z.object({ kind: z.literal('stopped'), since: z.number(), why: Failure.nullable() }),
]);
export type ConnectionState = z.infer<typeof ConnectionState>;

export const SubscriptionStatus = z.object({
  filter: z.string(),
  /** As asked for, like the flags; what was granted is in `result`. */
  qos: Qos,
  noLocal: z.boolean(),
  retainAsPublished: z.boolean(),
  retainHandling: Qos,
  enabled: z.boolean(),
  /** The user's own Subscription Identifier; null: one of ours. */
  identifier: z.number().nullable(),
  /** What these options cannot do here, e.g. a shared subscription brings no retained messages. */
  notes: z.array(z.string()),
  result: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('off') }),
    z.object({ kind: z.literal('pending') }),
    z.object({ kind: z.literal('granted'), qos: Qos }),
    z.object({ kind: z.literal('refused'), code: z.number(), failure: Failure }),
  ]),
  messages: z.number(),
  /** `delivered`: by Subscription Identifier. `matches`: by comparing names. */
  countedBy: z.enum(['delivered', 'matches']),
});
export type SubscriptionStatus = z.infer<typeof SubscriptionStatus>;

export const ConnectionSummary = z.object({
  id: ConnectionId,
  profileId: z.string().nullable(),
  name: z.string(),
  /** Without username and password. */
  address: z.string(),
  protocol: Protocol,
  /** Of its tree, as it was opened. */
  levelSeparator: LevelSeparator,
  state: ConnectionState,
  subscriptions: z.array(SubscriptionStatus),
  received: z.number(),
  rate: z.number(),
  /** Bytes of MQTT since it was opened, and bytes a second over the last seconds. */
  bytesIn: z.number(),
  bytesOut: z.number(),
  bytesInRate: z.number(),
  bytesOutRate: z.number(),
  /** What is wrong with the session, if anything. */
  verdict: VerdictSummary.nullable(),
  /** The worker died at that time: the history before it is lost. */
  historyLostAt: z.number().nullable(),
  /** The saved profile has changed: `connect` and `retryNow` apply it, which starts the connection over. */
  profileChanged: z.boolean(),
  demo: z.boolean(),
});
export type ConnectionSummary = z.infer<typeof ConnectionSummary>;
