import type { PacketField } from '../../../contract/session/packets.ts';
import * as id from '../../mqtt/properties.ts';
import { shownHex, shownText, shownTopic } from './text.ts';

/** Names as the specification writes them. */
const NAMES: Readonly<Record<number, string>> = {
  [id.PAYLOAD_FORMAT_INDICATOR]: 'Payload Format Indicator',
  [id.MESSAGE_EXPIRY_INTERVAL]: 'Message Expiry Interval',
  [id.CONTENT_TYPE]: 'Content Type',
  [id.RESPONSE_TOPIC]: 'Response Topic',
  [id.CORRELATION_DATA]: 'Correlation Data',
  [id.SUBSCRIPTION_IDENTIFIER]: 'Subscription Identifier',
  [id.SESSION_EXPIRY_INTERVAL]: 'Session Expiry Interval',
  [id.ASSIGNED_CLIENT_IDENTIFIER]: 'Assigned Client Identifier',
  [id.SERVER_KEEP_ALIVE]: 'Server Keep Alive',
  [id.AUTHENTICATION_METHOD]: 'Authentication Method',
  [id.AUTHENTICATION_DATA]: 'Authentication Data',
  [id.REQUEST_PROBLEM_INFORMATION]: 'Request Problem Information',
  [id.WILL_DELAY_INTERVAL]: 'Will Delay Interval',
  [id.REQUEST_RESPONSE_INFORMATION]: 'Request Response Information',
  [id.RESPONSE_INFORMATION]: 'Response Information',
  [id.SERVER_REFERENCE]: 'Server Reference',
  [id.REASON_STRING]: 'Reason String',
  [id.RECEIVE_MAXIMUM]: 'Receive Maximum',
  [id.TOPIC_ALIAS_MAXIMUM]: 'Topic Alias Maximum',
  [id.TOPIC_ALIAS]: 'Topic Alias',
  [id.MAXIMUM_QOS]: 'Maximum QoS',
  [id.RETAIN_AVAILABLE]: 'Retain Available',
  [id.USER_PROPERTY]: 'User Property',
  [id.MAXIMUM_PACKET_SIZE]: 'Maximum Packet Size',
  [id.WILDCARD_SUBSCRIPTION_AVAILABLE]: 'Wildcard Subscription Available',
  [id.SUBSCRIPTION_IDENTIFIERS_AVAILABLE]: 'Subscription Identifiers Available',
  [id.SHARED_SUBSCRIPTION_AVAILABLE]: 'Shared Subscription Available',
};

const SECONDS = new Set([
  id.MESSAGE_EXPIRY_INTERVAL,
  id.SESSION_EXPIRY_INTERVAL,
  id.SERVER_KEEP_ALIVE,
  id.WILL_DELAY_INTERVAL,
]);

/** Properties shown of one packet; a broker can put 30,000 empty ones into 64 kB. */
const MOST = 1_000;

/** The properties in [start, end), each with where it lies. What cannot be read is one field of bytes. */
export function propertyFields(bytes: Uint8Array, start: number, end: number): PacketField[] {
  const fields: PacketField[] = [];
  let at = start;
  while (at < end && fields.length < MOST) {
    const property = bytes[at] as number;
    const kind = id.propertyKind(property);
    const to = kind === id.NONE ? -1 : id.valueEnd(bytes, kind, at + 1, end);
    if (to < 0) break;
    fields.push(propertyField(bytes, property, kind, at, to));
    at = to;
  }
  if (at < end) {
    fields.push({
      name: fields.length < MOST ? 'Not readable' : 'Further properties',
      value: shownHex(bytes, at, end),
      offset: at,
      length: end - at,
      children: [],
    });
  }
  return fields;
}

function propertyField(
  bytes: Uint8Array,
  property: number,
  kind: number,
  at: number,
  to: number,
): PacketField {
  return {
    name: NAMES[property] ?? `Property ${property}`,
    value: valueText(bytes, property, kind, at + 1, to),
    offset: at,
    length: to - at,
    children: [
      { name: 'Identifier', value: String(property), offset: at, length: 1, children: [] },
      ...(kind === id.PAIR ? pairFields(bytes, at + 1, to) : []),
    ],
  };
}

function valueText(bytes: Uint8Array, property: number, kind: number, start: number, end: number): string {
  switch (kind) {
    case id.BYTE:
      return String(bytes[start]);
    case id.U16:
      return seconds(property, id.readU16(bytes, start));
    case id.U32:
      return seconds(property, id.readU32(bytes, start));
    case id.VARINT:
      return String(id.varintValue(bytes, start, end));
    case id.TEXT:
      return property === id.RESPONSE_TOPIC
        ? shownTopic(bytes, start + 2, end)
        : shownText(bytes, start + 2, end);
    case id.PAIR: {
      const second = start + 2 + id.readU16(bytes, start);
      return `${shownText(bytes, start + 2, second, 480)} = ${shownText(bytes, second + 2, end, 480)}`;
    }
    default:
      return property === id.AUTHENTICATION_DATA ? '(blanked)' : shownHex(bytes, start + 2, end);
  }
}

function seconds(property: number, value: number): string {
  if (!SECONDS.has(property)) return String(value);
  return property === id.SESSION_EXPIRY_INTERVAL && value === 0xffff_ffff ? 'never' : `${value} s`;
}

function pairFields(bytes: Uint8Array, start: number, end: number): PacketField[] {
  const second = start + 2 + id.readU16(bytes, start);
  const text = (name: string, from: number, to: number): PacketField => ({
    name,
    value: shownText(bytes, from + 2, to),
    offset: from,
    length: to - from,
    children: [],
  });
  return [text('Name', start, second), text('Value', second, end)];
}
