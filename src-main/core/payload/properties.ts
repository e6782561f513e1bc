import {
  CONTENT_TYPE,
  CORRELATION_DATA,
  eachProperty,
  MESSAGE_EXPIRY_INTERVAL,
  PAYLOAD_FORMAT_INDICATOR,
  RESPONSE_TOPIC,
  SUBSCRIPTION_IDENTIFIER,
  USER_PROPERTY,
  readU16,
  readU32,
  varintValue,
} from '../mqtt/properties.ts';
import { decodeUtf8 } from './utf8.ts';

/** A property of a received PUBLISH, for a person to read [MQTT5-3.3.2.3]. */
export type MessageProperty =
  | { readonly kind: 'format'; readonly text: boolean }
  /** Seconds. */
  | { readonly kind: 'expiry'; readonly seconds: number }
  | { readonly kind: 'content-type'; readonly text: string }
  | { readonly kind: 'response-topic'; readonly text: string }
  | { readonly kind: 'correlation-data'; readonly bytes: Uint8Array }
  | { readonly kind: 'subscription'; readonly id: number }
  | { readonly kind: 'user'; readonly name: string; readonly value: string }
  | { readonly kind: 'other'; readonly id: number; readonly bytes: Uint8Array };

/**
 * The properties in the bytes of a PUBLISH's property section, its length field left out, in their
 * order. What follows a malformed property is left out; texts that are not UTF-8 are escaped.
 */
export function messageProperties(bytes: Uint8Array): MessageProperty[] {
  const found: MessageProperty[] = [];
  eachProperty(bytes, 0, bytes.length, (id, start, end) => found.push(read(bytes, id, start, end)));
  return found;
}

function read(bytes: Uint8Array, id: number, start: number, end: number): MessageProperty {
  switch (id) {
    case PAYLOAD_FORMAT_INDICATOR:
      return { kind: 'format', text: bytes[start] === 1 };
    case MESSAGE_EXPIRY_INTERVAL:
      return { kind: 'expiry', seconds: readU32(bytes, start) };
    case CONTENT_TYPE:
      return { kind: 'content-type', text: text(bytes, start + 2, end) };
    case RESPONSE_TOPIC:
      return { kind: 'response-topic', text: text(bytes, start + 2, end) };
    case CORRELATION_DATA:
      return { kind: 'correlation-data', bytes: bytes.subarray(start + 2, end) };
    case SUBSCRIPTION_IDENTIFIER:
      return { kind: 'subscription', id: varintValue(bytes, start, end) };
    case USER_PROPERTY: {
      const value = start + 2 + readU16(bytes, start);
      return { kind: 'user', name: text(bytes, start + 2, value), value: text(bytes, value + 2, end) };
    }
    default:
      return { kind: 'other', id, bytes: bytes.subarray(start, end) };
  }
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return decodeUtf8(bytes.subarray(start, end)).text;
}
