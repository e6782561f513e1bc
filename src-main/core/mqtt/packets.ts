import type { ServerLimits } from '../../contract/model/model.ts';
import {
  AUTH,
  CONNACK,
  DISCONNECT,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBREC,
  PUBREL,
  SUBACK,
  UNSUBACK,
  type ProtocolLevel,
} from './packet-types.ts';
import * as id from './properties.ts';
import { isOddRefusal, isReasonCode } from './reason-codes.ts';
import { decodeText } from './text.ts';
import type { Rule } from './violations.ts';

/** User properties in the order of the wire; names may repeat. */
export type UserProperties = readonly (readonly [name: string, value: string])[];

/** What CONNACK announces, MQTT 5; all absent before 5. */
export interface ConnackProperties extends ServerLimits {
  readonly assignedClientId?: string;
  /** Seconds. */
  readonly serverKeepAlive?: number;
  readonly reason?: string;
  readonly responseInformation?: string;
  readonly serverReference?: string;
  readonly authenticationMethod?: string;
  readonly authenticationData?: Uint8Array;
  readonly user: UserProperties;
}

/** Control packets as a broker sends them, read for diagnostics. Codes are as on the wire. */
export type ControlPacket =
  | {
      readonly kind: 'connack';
      readonly sessionPresent: boolean;
      /** MQTT 5 reason code, or the return code of 3.x (1-5), which a 3.x broker also sends to a 5 client. */
      readonly code: number;
      readonly properties: ConnackProperties;
    }
  | {
      readonly kind: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';
      readonly packetId: number;
      /** 0 on 3.x, which has none. */
      readonly code: number;
      readonly reason: string | null;
      readonly user: UserProperties;
    }
  | {
      readonly kind: 'suback' | 'unsuback';
      readonly packetId: number;
      /** One a filter, in the order of the request; empty for UNSUBACK of 3.x. */
      readonly codes: readonly number[];
      readonly reason: string | null;
      readonly user: UserProperties;
    }
  | { readonly kind: 'pingresp' }
  | {
      readonly kind: 'disconnect';
      readonly code: number;
      readonly reason: string | null;
      readonly serverReference: string | null;
      readonly user: UserProperties;
    }
  | {
      readonly kind: 'auth';
      readonly code: number;
      readonly method: string;
      /** Empty where there is none. */
      readonly data: Uint8Array;
      readonly reason: string | null;
    };

/** Values collected from checked properties. */
interface Collected {
  readonly numbers: Map<number, number>;
  readonly texts: Map<number, string>;
  readonly data: Map<number, Uint8Array>;
  readonly user: (readonly [string, string])[];
}

const NOTHING: Collected = { numbers: new Map(), texts: new Map(), data: new Map(), user: [] };

/** Reads [length][properties] at `at`; the position after them is returned with them. */
function properties(
  bytes: Uint8Array,
  at: number,
  end: number,
  type: number,
): { readonly to: number; readonly values: Collected } | Rule {
  const start = id.varintEnd(bytes, at, end);
  if (start < 0) return 'property-length';
  const to = start + id.varintValue(bytes, at, start);
  if (to > end) return 'property-length';
  const rule = id.checkProperties(bytes, start, to, type, null);
  if (rule !== null) return rule;
  if (start === to) return { to, values: NOTHING };
  const values: Collected = { numbers: new Map(), texts: new Map(), data: new Map(), user: [] };
  id.eachProperty(bytes, start, to, (property, from, until) => collect(bytes, property, from, until, values));
  return { to, values };
}

function collect(bytes: Uint8Array, property: number, from: number, until: number, into: Collected): void {
  switch (id.propertyKind(property)) {
    case id.BYTE:
      into.numbers.set(property, bytes[from] as number);
      break;
    case id.U16:
      into.numbers.set(property, id.readU16(bytes, from));
      break;
    case id.U32:
      into.numbers.set(property, id.readU32(bytes, from));
      break;
    case id.TEXT:
      into.texts.set(property, decodeText(bytes, from + 2, until));
      break;
    case id.BINARY:
      into.data.set(property, new Uint8Array(bytes.subarray(from + 2, until)));
      break;
    case id.PAIR: {
      const second = from + 2 + id.readU16(bytes, from);
      into.user.push([decodeText(bytes, from + 2, second), decodeText(bytes, second + 2, until)]);
      break;
    }
    default:
  }
}

type ReadResult = ControlPacket | Rule;

function readConnack(bytes: Uint8Array, at: number, end: number, version: ProtocolLevel): ReadResult {
  if (end - at < 2) return 'truncated';
  const flags = bytes[at] as number;
  if (flags > 1) return 'connack-flags';
  const code = bytes[at + 1] as number;
  const sessionPresent = flags === 1;
  // A broker that does not speak our version answers in its own: 3.x to 5 without properties, and 5
  // to 3.x with them. A broker that accepts us (code 0) has to use ours; only an empty list may be missing.
  if (version !== 5) {
    if (end - at > 2 && code < 128) return 'trailing-bytes';
    return { kind: 'connack', sessionPresent, code, properties: { user: [] } };
  }
  if (end - at === 2) return { kind: 'connack', sessionPresent, code, properties: { user: [] } };
  const read = properties(bytes, at + 2, end, CONNACK);
  if (typeof read === 'string') return read;
  if (read.to !== end) return 'trailing-bytes';
  return { kind: 'connack', sessionPresent, code, properties: connackProperties(read.values) };
}

function connackProperties({ numbers, texts, data, user }: Collected): ConnackProperties {
  const flag = (property: number) => {
    const value = numbers.get(property);
    return value === undefined ? undefined : value === 1;
  };
  const qos = numbers.get(id.MAXIMUM_QOS);
  return withoutUndefined({
    receiveMaximum: numbers.get(id.RECEIVE_MAXIMUM),
    maximumPacketSize: numbers.get(id.MAXIMUM_PACKET_SIZE),
    maximumQos: qos === undefined ? undefined : qos === 0 ? 0 : 1,
    retainAvailable: flag(id.RETAIN_AVAILABLE),
    wildcardSubscriptionAvailable: flag(id.WILDCARD_SUBSCRIPTION_AVAILABLE),
    subscriptionIdentifiersAvailable: flag(id.SUBSCRIPTION_IDENTIFIERS_AVAILABLE),
    sharedSubscriptionAvailable: flag(id.SHARED_SUBSCRIPTION_AVAILABLE),
    topicAliasMaximum: numbers.get(id.TOPIC_ALIAS_MAXIMUM),
    sessionExpiryInterval: numbers.get(id.SESSION_EXPIRY_INTERVAL),
    assignedClientId: texts.get(id.ASSIGNED_CLIENT_IDENTIFIER),
    serverKeepAlive: numbers.get(id.SERVER_KEEP_ALIVE),
    reason: texts.get(id.REASON_STRING),
    responseInformation: texts.get(id.RESPONSE_INFORMATION),
    serverReference: texts.get(id.SERVER_REFERENCE),
    authenticationMethod: texts.get(id.AUTHENTICATION_METHOD),
    authenticationData: data.get(id.AUTHENTICATION_DATA),
    user,
  });
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Absent is absent: "the broker said nothing" is not a value. */
function withoutUndefined<T extends object>(values: T): Partial<Defined<T>> & Pick<T, RequiredKeys<T>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Defined<T>
  > &
    Pick<T, RequiredKeys<T>>;
}

type RequiredKeys<T> = { [K in keyof T]: undefined extends T[K] ? never : K }[keyof T];

const CONFIRMATIONS = {
  [PUBACK]: 'puback',
  [PUBREC]: 'pubrec',
  [PUBREL]: 'pubrel',
  [PUBCOMP]: 'pubcomp',
} as const;

function readConfirmation(
  bytes: Uint8Array,
  at: number,
  end: number,
  version: ProtocolLevel,
  type: keyof typeof CONFIRMATIONS,
): ReadResult {
  if (end - at < 2) return 'truncated';
  const packetId = id.readU16(bytes, at);
  if (packetId === 0) return 'packet-id-zero';
  const kind = CONFIRMATIONS[type];
  if (end - at === 2) return { kind, packetId, code: 0, reason: null, user: [] };
  if (version !== 5) return 'trailing-bytes';
  const code = bytes[at + 2] as number;
  if (!isReasonCode(type, code) && !isOddRefusal(type, code)) return 'reason-code';
  if (end - at === 3) return { kind, packetId, code, reason: null, user: [] };
  const read = properties(bytes, at + 3, end, type);
  if (typeof read === 'string') return read;
  if (read.to !== end) return 'trailing-bytes';
  const { texts, user } = read.values;
  return { kind, packetId, code, reason: texts.get(id.REASON_STRING) ?? null, user };
}

/** What refuses a message with a code that is not defined there, as "unspecified error"; null: it does not. */
export function plainRefusal(packet: ControlPacket, type: number): Uint8Array | null {
  if (packet.kind !== 'puback' && packet.kind !== 'pubrec') return null;
  const { packetId, code } = packet;
  return isOddRefusal(type, code) ? Uint8Array.of(type << 4, 3, packetId >>> 8, packetId & 0xff, 128) : null;
}

function readSubscriptionAnswer(
  bytes: Uint8Array,
  at: number,
  end: number,
  version: ProtocolLevel,
  type: typeof SUBACK | typeof UNSUBACK,
): ReadResult {
  if (end - at < 2) return 'truncated';
  const packetId = id.readU16(bytes, at);
  if (packetId === 0) return 'packet-id-zero';
  const kind = type === SUBACK ? 'suback' : 'unsuback';
  let values = NOTHING;
  let from = at + 2;
  if (version === 5) {
    const read = properties(bytes, from, end, type);
    if (typeof read === 'string') return read;
    values = read.values;
    from = read.to;
  } else if (type === UNSUBACK) {
    if (from !== end) return 'trailing-bytes';
    return { kind, packetId, codes: [], reason: null, user: [] };
  }
  if (from === end) return 'truncated';
  const codes = Array.from(bytes.subarray(from, end));
  const valid = (code: number) => (version === 5 ? isReasonCode(type, code) : code <= 2 || code === 128);
  if (!codes.every(valid)) return 'reason-code';
  return { kind, packetId, codes, reason: values.texts.get(id.REASON_STRING) ?? null, user: values.user };
}

/** The reason and properties of DISCONNECT and AUTH, both of which may leave them out. */
function readReason(
  bytes: Uint8Array,
  at: number,
  end: number,
  type: typeof DISCONNECT | typeof AUTH,
): { readonly code: number; readonly values: Collected } | Rule {
  if (at === end) return { code: 0, values: NOTHING };
  const code = bytes[at] as number;
  if (!isReasonCode(type, code)) return 'reason-code';
  if (end - at === 1) return { code, values: NOTHING };
  const read = properties(bytes, at + 1, end, type);
  if (typeof read === 'string') return read;
  if (read.to !== end) return 'trailing-bytes';
  return { code, values: read.values };
}

function readDisconnect(bytes: Uint8Array, at: number, end: number): ReadResult {
  const read = readReason(bytes, at, end, DISCONNECT);
  if (typeof read === 'string') return read;
  const { numbers, texts, user } = read.values;
  // [MQTT-3.14.2-2]: only a client may send it.
  if (numbers.has(id.SESSION_EXPIRY_INTERVAL)) return 'property-not-allowed';
  return {
    kind: 'disconnect',
    code: read.code,
    reason: texts.get(id.REASON_STRING) ?? null,
    serverReference: texts.get(id.SERVER_REFERENCE) ?? null,
    user,
  };
}

function readAuth(bytes: Uint8Array, at: number, end: number): ReadResult {
  const read = readReason(bytes, at, end, AUTH);
  if (typeof read === 'string') return read;
  const { texts, data } = read.values;
  const method = texts.get(id.AUTHENTICATION_METHOD);
  if (method === undefined) return 'auth-without-method';
  return {
    kind: 'auth',
    code: read.code,
    method,
    data: data.get(id.AUTHENTICATION_DATA) ?? new Uint8Array(0),
    reason: texts.get(id.REASON_STRING) ?? null,
  };
}

/**
 * Reads the body [start, end) of a packet that a broker may send, PUBLISH excepted, in full: what
 * passes here is also taken by mqtt-packet, whose errors would leave the socket open.
 */
export function readControlPacket(
  bytes: Uint8Array,
  type: number,
  start: number,
  end: number,
  version: ProtocolLevel,
): ControlPacket | Rule {
  switch (type) {
    case CONNACK:
      return readConnack(bytes, start, end, version);
    case PUBACK:
    case PUBREC:
    case PUBREL:
    case PUBCOMP:
      return readConfirmation(bytes, start, end, version, type);
    case SUBACK:
    case UNSUBACK:
      return readSubscriptionAnswer(bytes, start, end, version, type);
    case PINGRESP:
      return start === end ? { kind: 'pingresp' } : 'trailing-bytes';
    case DISCONNECT:
      return version === 5 ? readDisconnect(bytes, start, end) : 'not-from-a-broker';
    case AUTH:
      return version === 5 ? readAuth(bytes, start, end) : 'not-from-a-broker';
    default:
      return 'not-from-a-broker';
  }
}
