import { concat, encodeVarint, packet, propertyList, textField, u16 } from './encode.ts';
import { binaryField, byte, field, given, long, pair, short } from './encode-properties.ts';
import { AUTH, CONNECT, type ProtocolLevel } from './packet-types.ts';
import * as id from './properties.ts';

/** Name and value; names may repeat, and their order is kept. */
export type UserPairs = readonly { readonly name: string; readonly value: string }[];

export interface WillFields {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** All that follows is of MQTT 5 and left out before; null leaves a property out. */
  readonly delayInterval: number | null;
  readonly messageExpiry: number | null;
  readonly utf8: boolean;
  readonly contentType: string | null;
  readonly responseTopic: string | null;
  readonly correlationData: Uint8Array | null;
  readonly userProperties: UserPairs;
}

export interface ConnectFields {
  readonly level: ProtocolLevel;
  readonly clientId: string;
  readonly cleanStart: boolean;
  /** Seconds. */
  readonly keepAlive: number;
  readonly username: string | null;
  /** Without a username on 5 only. */
  readonly password: Uint8Array | null;
  readonly will: WillFields | null;
  /** All that follows is of MQTT 5 and left out before; null leaves a property out. */
  readonly sessionExpiry: number | null;
  readonly receiveMaximum: number | null;
  readonly maximumPacketSize: number | null;
  readonly requestProblemInformation: boolean;
  readonly requestResponseInformation: boolean;
  readonly userProperties: UserPairs;
  readonly authentication: { readonly method: string; readonly data: Uint8Array } | null;
}

const pairs = (user: UserPairs): Uint8Array[] =>
  user.map(({ name, value }) => pair(id.USER_PROPERTY, name, value));

function connectProperties(fields: ConnectFields): Uint8Array[] {
  const { authentication } = fields;
  return [
    ...given(fields.sessionExpiry, (value) => long(id.SESSION_EXPIRY_INTERVAL, value)),
    ...given(fields.receiveMaximum, (value) => short(id.RECEIVE_MAXIMUM, value)),
    ...given(fields.maximumPacketSize, (value) => long(id.MAXIMUM_PACKET_SIZE, value)),
    // The values that MQTT assumes are not sent.
    ...(fields.requestProblemInformation ? [] : [byte(id.REQUEST_PROBLEM_INFORMATION, 0)]),
    ...(fields.requestResponseInformation ? [byte(id.REQUEST_RESPONSE_INFORMATION, 1)] : []),
    ...pairs(fields.userProperties),
    ...(authentication
      ? [
          field(id.AUTHENTICATION_METHOD, authentication.method),
          field(id.AUTHENTICATION_DATA, authentication.data),
        ]
      : []),
  ];
}

function willProperties(will: WillFields): Uint8Array[] {
  return [
    ...given(will.delayInterval, (value) => long(id.WILL_DELAY_INTERVAL, value)),
    ...(will.utf8 ? [byte(id.PAYLOAD_FORMAT_INDICATOR, 1)] : []),
    ...given(will.messageExpiry, (value) => long(id.MESSAGE_EXPIRY_INTERVAL, value)),
    ...given(will.contentType, (value) => field(id.CONTENT_TYPE, value)),
    ...given(will.responseTopic, (value) => field(id.RESPONSE_TOPIC, value)),
    ...given(will.correlationData, (value) => field(id.CORRELATION_DATA, value)),
    ...pairs(will.userProperties),
  ];
}

function flags({ cleanStart, will, username, password }: ConnectFields): number {
  const ofWill = will ? 4 | (will.qos << 3) | (will.retain ? 32 : 0) : 0;
  return (cleanStart ? 2 : 0) | ofWill | (password ? 64 : 0) | (username === null ? 0 : 128);
}

/**
 * CONNECT [MQTT5-3.1, MQTT-3.1.1-3.1]. Ours instead of the library's, which refuses a password without a
 * username, does not keep the order of user properties, and takes no bytes where it wants a text.
 *
 * @throws RangeError where a text or binary field is over 65,535 bytes
 */
export function encodeConnect(fields: ConnectFields): Uint8Array {
  const { level, will, username, password } = fields;
  return packet(CONNECT << 4, [
    textField(level === 3 ? 'MQIsdp' : 'MQTT'),
    Uint8Array.of(level, flags(fields)),
    u16(fields.keepAlive),
    ...propertyList(level, connectProperties(fields)),
    textField(fields.clientId),
    ...(will
      ? [...propertyList(level, willProperties(will)), textField(will.topic), binaryField(will.payload)]
      : []),
    ...given(username, textField),
    ...given(password, binaryField),
  ]);
}

/** @param code 24: continue, 25: re-authenticate */
export function encodeAuth(code: 24 | 25, method: string, data: Uint8Array): Uint8Array {
  const list = concat([field(id.AUTHENTICATION_METHOD, method), field(id.AUTHENTICATION_DATA, data)]);
  return packet(AUTH << 4, [Uint8Array.of(code), encodeVarint(list.length), list]);
}
