import * as z from '../base/zod.ts';

/** Parts of `ConnectionOptions`. Lengths are those of the MQTT 5 specification unless said otherwise. */

const Utf8 = z.string().max(65_535);

/** May occur more than once with the same name [MQTT-3.1.2.11.8]. */
export const UserProperty = z.object({ name: Utf8, value: Utf8 });
export type UserProperty = z.infer<typeof UserProperty>;

export const Will = z.object({
  topic: z.string().min(1).max(65_535),
  /** Text as typed, or hex digits with any white space between. */
  payload: z.string().max(1_048_576),
  encoding: z.enum(['text', 'hex']).default('text'),
  qos: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(0),
  retain: z.boolean().default(false),
  /** Seconds; MQTT 5 only, as all that follows. Null leaves the property out. */
  delayInterval: z.number().int().min(0).max(0xffff_ffff).nullable().default(null),
  messageExpiry: z.number().int().min(0).max(0xffff_ffff).nullable().default(null),
  /** Payload Format Indicator 1: the broker may check that the payload is UTF-8. */
  utf8: z.boolean().default(false),
  contentType: Utf8.nullable().default(null),
  responseTopic: Utf8.nullable().default(null),
  /** Hex digits. */
  correlationData: z.string().max(131_070).nullable().default(null),
  userProperties: z.array(UserProperty).max(1_000).default([]),
});
export type Will = z.infer<typeof Will>;

/** Where a password comes from; read for every attempt. */
export const PasswordFrom = z.discriminatedUnion('kind', [
  /** What is in `password`. */
  z.object({ kind: z.literal('text') }),
  /** The contents of a file without the line break at its end. */
  z.object({ kind: z.literal('file'), path: z.string().min(1).max(4_096) }),
  z.object({ kind: z.literal('environment'), name: z.string().min(1).max(256) }),
]);
export type PasswordFrom = z.infer<typeof PasswordFrom>;

/** Enhanced authentication with username and password; MQTT 5 only. */
export const Authentication = z.enum(['none', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512']);
export type Authentication = z.infer<typeof Authentication>;

export const Proxy = z.object({
  kind: z.enum(['socks5', 'http']),
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  username: z.string().max(255).nullable().default(null),
  /** Secret. */
  password: z.string().max(255).nullable().default(null),
});
export type Proxy = z.infer<typeof Proxy>;

/** A header of the WebSocket's HTTP request. Its value is a secret, unless its name is among `NotSecret`. */
export const Header = z.object({ name: z.string().min(1).max(256), value: z.string().max(16_384) });
export type Header = z.infer<typeof Header>;

/** Names that identify the client but grant no access. */
const HARMLESS_HEADERS = ['accept-language', 'origin', 'user-agent'];
const HARMLESS_PARAMETERS = ['x-amz-customauthorizer-name'];

/**
 * What the user said is no secret. Without it, values of headers and of the query of a path are secrets, and so is
 * a username that has no password beside it: it may be a token.
 */
export const NotSecret = z.object({
  username: z.boolean().default(false),
  proxyUsername: z.boolean().default(false),
  /** Names in lower case. */
  headers: z
    .array(z.string().max(256))
    .max(200)
    .default([...HARMLESS_HEADERS]),
  /** Names as they are when nothing of them is written with `%`. */
  query: z
    .array(z.string().max(4_096))
    .max(200)
    .default([...HARMLESS_PARAMETERS]),
});
export type NotSecret = z.infer<typeof NotSecret>;

/** Credentials that are made for each attempt, because they expire. */
export const Signing = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  /** AWS Signature Version 4 in the address of a WebSocket (IoT Core, service `iotdevicegateway`). */
  z.object({
    kind: z.literal('aws-sigv4'),
    region: z.string().max(64),
    accessKeyId: z.string().max(256),
    /** Secret. */
    secretAccessKey: z.string().max(1_024),
    /** Secret; of temporary credentials. */
    sessionToken: z.string().max(8_192).nullable().default(null),
  }),
  /** A shared access signature as password (Azure IoT Hub). */
  z.object({
    kind: z.literal('azure-sas'),
    /** Null: the key is the device's own. */
    policy: z.string().max(256).nullable().default(null),
    /** Secret; base64. */
    key: z.string().max(1_024),
    ttlSeconds: z.number().int().min(60).max(31_536_000).default(3_600),
  }),
]);
export type Signing = z.infer<typeof Signing>;

/**
 * What divides topics into the levels of the tree: one ASCII punctuation mark, but for `+` and `#`, which MQTT
 * keeps for itself, `$`, by which topics begin that are divided by `/` in every tree, and `\`, `{` and `}`, by
 * which characters are escaped that cannot be shown.
 */
export const LevelSeparator = z.string().regex(/^[!"%-*,-/:-@[\]-`|~]$/);

/** What a service allows without announcing it; null: no limit. From a preset. */
export const ServiceLimits = z.object({
  maximumQos: z
    .union([z.literal(0), z.literal(1), z.literal(2)])
    .nullable()
    .default(null),
  filtersPerSubscribe: z.number().int().min(1).nullable().default(null),
  topicLevels: z.number().int().min(1).nullable().default(null),
  /** Bytes of UTF-8. */
  topicBytes: z.number().int().min(1).nullable().default(null),
  retain: z.boolean().nullable().default(null),
  /** Seconds. */
  keepAliveMin: z.number().int().min(0).nullable().default(null),
  keepAliveMax: z.number().int().min(1).nullable().default(null),
});
export type ServiceLimits = z.infer<typeof ServiceLimits>;

/** Each check can be turned off by itself; all off is what `verify: false` means. */
export const TlsChecks = z.object({
  chain: z.boolean().default(true),
  dates: z.boolean().default(true),
  hostName: z.boolean().default(true),
});
export type TlsChecks = z.infer<typeof TlsChecks>;
