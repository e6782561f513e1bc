import {
  AUTH,
  CONNACK,
  CONNECT,
  DISCONNECT,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from './packet-types.ts';
import type { Rule } from './violations.ts';

/** Property identifiers [MQTT5-2.2.2.2]. */
export const PAYLOAD_FORMAT_INDICATOR = 1;
export const MESSAGE_EXPIRY_INTERVAL = 2;
export const CONTENT_TYPE = 3;
export const RESPONSE_TOPIC = 8;
export const CORRELATION_DATA = 9;
export const SUBSCRIPTION_IDENTIFIER = 11;
export const SESSION_EXPIRY_INTERVAL = 17;
export const ASSIGNED_CLIENT_IDENTIFIER = 18;
export const SERVER_KEEP_ALIVE = 19;
export const AUTHENTICATION_METHOD = 21;
export const AUTHENTICATION_DATA = 22;
export const REQUEST_PROBLEM_INFORMATION = 23;
export const WILL_DELAY_INTERVAL = 24;
export const REQUEST_RESPONSE_INFORMATION = 25;
export const RESPONSE_INFORMATION = 26;
export const SERVER_REFERENCE = 28;
export const REASON_STRING = 31;
export const RECEIVE_MAXIMUM = 33;
export const TOPIC_ALIAS_MAXIMUM = 34;
export const TOPIC_ALIAS = 35;
export const MAXIMUM_QOS = 36;
export const RETAIN_AVAILABLE = 37;
export const USER_PROPERTY = 38;
export const MAXIMUM_PACKET_SIZE = 39;
export const WILDCARD_SUBSCRIPTION_AVAILABLE = 40;
export const SUBSCRIPTION_IDENTIFIERS_AVAILABLE = 41;
export const SHARED_SUBSCRIPTION_AVAILABLE = 42;

/** Stands for "will properties" where a packet type is expected. */
export const WILL = 16;

export const NONE = 0;
export const BYTE = 1;
export const U16 = 2;
export const U32 = 3;
export const VARINT = 4;
export const TEXT = 5;
export const BINARY = 6;
export const PAIR = 7;

const LAST_ID = 42;
const ACKS = [PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK];
const MESSAGE = [PUBLISH, WILL];
const HANDSHAKE = [CONNECT, CONNACK];
const EVERYWHERE = [...HANDSHAKE, ...MESSAGE, ...ACKS, SUBSCRIBE, UNSUBSCRIBE, DISCONNECT, AUTH];

/** Table 2-4 [MQTT5-2.2.2.2]: identifier, type, packets it may be in. */
const TABLE: readonly (readonly [id: number, kind: number, packets: readonly number[]])[] = [
  [PAYLOAD_FORMAT_INDICATOR, BYTE, MESSAGE],
  [MESSAGE_EXPIRY_INTERVAL, U32, MESSAGE],
  [CONTENT_TYPE, TEXT, MESSAGE],
  [RESPONSE_TOPIC, TEXT, MESSAGE],
  [CORRELATION_DATA, BINARY, MESSAGE],
  [SUBSCRIPTION_IDENTIFIER, VARINT, [PUBLISH, SUBSCRIBE]],
  [SESSION_EXPIRY_INTERVAL, U32, [...HANDSHAKE, DISCONNECT]],
  [ASSIGNED_CLIENT_IDENTIFIER, TEXT, [CONNACK]],
  [SERVER_KEEP_ALIVE, U16, [CONNACK]],
  [AUTHENTICATION_METHOD, TEXT, [...HANDSHAKE, AUTH]],
  [AUTHENTICATION_DATA, BINARY, [...HANDSHAKE, AUTH]],
  [REQUEST_PROBLEM_INFORMATION, BYTE, [CONNECT]],
  [WILL_DELAY_INTERVAL, U32, [WILL]],
  [REQUEST_RESPONSE_INFORMATION, BYTE, [CONNECT]],
  [RESPONSE_INFORMATION, TEXT, [CONNACK]],
  [SERVER_REFERENCE, TEXT, [CONNACK, DISCONNECT]],
  [REASON_STRING, TEXT, [CONNACK, ...ACKS, DISCONNECT, AUTH]],
  [RECEIVE_MAXIMUM, U16, HANDSHAKE],
  [TOPIC_ALIAS_MAXIMUM, U16, HANDSHAKE],
  [TOPIC_ALIAS, U16, [PUBLISH]],
  [MAXIMUM_QOS, BYTE, [CONNACK]],
  [RETAIN_AVAILABLE, BYTE, [CONNACK]],
  [USER_PROPERTY, PAIR, EVERYWHERE],
  [MAXIMUM_PACKET_SIZE, U32, HANDSHAKE],
  [WILDCARD_SUBSCRIPTION_AVAILABLE, BYTE, [CONNACK]],
  [SUBSCRIPTION_IDENTIFIERS_AVAILABLE, BYTE, [CONNACK]],
  [SHARED_SUBSCRIPTION_AVAILABLE, BYTE, [CONNACK]],
];

const KINDS = new Uint8Array(LAST_ID + 1);
const ALLOWED = new Uint32Array(LAST_ID + 1);
for (const [id, kind, packets] of TABLE) {
  KINDS[id] = kind;
  for (const packet of packets) ALLOWED[id] = (ALLOWED[id] ?? 0) | (1 << packet);
}

/** Values that must not be zero [MQTT5-3.1.2.11, 3.3.2.3.8]. */
const NOT_ZERO = new Set([RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, SUBSCRIPTION_IDENTIFIER]);

/** One of the type constants above; NONE for an identifier that does not exist. */
export function propertyKind(id: number): number {
  return id <= LAST_ID ? (KINDS[id] ?? NONE) : NONE;
}

export function propertyAllowed(id: number, packetType: number): boolean {
  return id <= LAST_ID && ((ALLOWED[id] ?? 0) & (1 << packetType)) !== 0;
}

/** A subscription identifier may repeat in a PUBLISH only; a user property everywhere. */
function mayRepeat(id: number, packetType: number): boolean {
  return id === USER_PROPERTY || (id === SUBSCRIPTION_IDENTIFIER && packetType === PUBLISH);
}

/**
 * Where the variable byte integer at `at` ends (exclusive), -1 if it does not end before `end`, -2 if
 * it is longer than four bytes. Its value: `varintValue`.
 */
export function varintEnd(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + 4);
  for (let i = at; i < limit; i++) if ((bytes[i] as number) < 128) return i + 1;
  return limit === at + 4 ? -2 : -1;
}

/** Value of the variable byte integer in [start, end). */
export function varintValue(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= start; i--) value = value * 128 + ((bytes[i] as number) & 127);
  return value;
}

export function readU16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

export function readU32(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at) * 65_536 + readU16(bytes, at + 2);
}

/** End of a value of that kind which starts at `at`, or -1 if it does not end by `end`. */
export function valueEnd(bytes: Uint8Array, kind: number, at: number, end: number): number {
  let to: number;
  switch (kind) {
    case BYTE:
      to = at + 1;
      break;
    case U16:
      to = at + 2;
      break;
    case U32:
      to = at + 4;
      break;
    case VARINT:
      to = varintEnd(bytes, at, end);
      break;
    case PAIR: {
      if (at + 2 > end) return -1;
      const second = at + 2 + readU16(bytes, at);
      if (second + 2 > end) return -1;
      to = second + 2 + readU16(bytes, second);
      break;
    }
    default:
      if (at + 2 > end) return -1;
      to = at + 2 + readU16(bytes, at);
  }
  return to > end ? -1 : to;
}

/** The number at `at`; 0 for texts and binary data. */
function numberAt(bytes: Uint8Array, kind: number, at: number, end: number): number {
  switch (kind) {
    case BYTE:
      return bytes[at] as number;
    case U16:
      return readU16(bytes, at);
    case U32:
      return readU32(bytes, at);
    case VARINT:
      return varintValue(bytes, at, end);
    default:
      return 0;
  }
}

/** What the tap needs of a PUBLISH's properties. */
export interface PublishProperties {
  /** The first Subscription Identifier, 0 if none. */
  subscription: number;
  /** Subscription Identifiers in all: one for each subscription that the message came for. */
  identifiers: number;
  /** Seconds, -1 if none. */
  expiry: number;
}

/** What is wrong with the value, if anything. */
function valueRule(id: number, kind: number, value: number): Rule | null {
  // All bytes among the properties are flags.
  if (kind === BYTE && value > 1) return 'property-value';
  return value === 0 && NOT_ZERO.has(id) ? 'property-value' : null;
}

function take(id: number, value: number, into: PublishProperties): Rule | null {
  if (id === TOPIC_ALIAS) return 'topic-alias';
  if (id === MESSAGE_EXPIRY_INTERVAL) into.expiry = value;
  else if (id === SUBSCRIPTION_IDENTIFIER && into.identifiers++ === 0) into.subscription = value;
  return null;
}

/**
 * Checks the properties in [start, end) of any packet in full and returns the first rule that is
 * broken. `into` takes what a PUBLISH says on the way.
 */
export function checkProperties(
  bytes: Uint8Array,
  start: number,
  end: number,
  packetType: number,
  into: PublishProperties | null,
): Rule | null {
  // One bit an identifier, in two words.
  let seenLow = 0;
  let seenHigh = 0;
  let at = start;
  while (at < end) {
    // Identifiers are variable byte integers, but all that exist fit one byte.
    const id = bytes[at] as number;
    const kind = propertyKind(id);
    if (kind === NONE) return 'unknown-property';
    if (!propertyAllowed(id, packetType)) return 'property-not-allowed';
    const low = id < 32 ? 1 << id : 0;
    const high = id < 32 ? 0 : 1 << (id - 32);
    if (((seenLow & low) | (seenHigh & high)) !== 0 && !mayRepeat(id, packetType)) return 'property-twice';
    seenLow |= low;
    seenHigh |= high;
    const to = valueEnd(bytes, kind, at + 1, end);
    if (to < 0) return 'truncated';
    const value = numberAt(bytes, kind, at + 1, to);
    const rule = valueRule(id, kind, value) ?? (into === null ? null : take(id, value, into));
    if (rule !== null) return rule;
    at = to;
  }
  return null;
}

/** Calls back with each property of a range that `checkProperties` passed. */
export function eachProperty(
  bytes: Uint8Array,
  start: number,
  end: number,
  visit: (id: number, valueStart: number, valueEnd: number) => void,
): void {
  let at = start;
  while (at < end) {
    const id = bytes[at] as number;
    const to = valueEnd(bytes, propertyKind(id), at + 1, end);
    if (to < 0) return;
    visit(id, at + 1, to);
    at = to;
  }
}
