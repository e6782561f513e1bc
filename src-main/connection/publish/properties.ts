import type { IPublishPacket } from 'mqtt';
import {
  CONTENT_TYPE,
  CORRELATION_DATA,
  eachProperty,
  MESSAGE_EXPIRY_INTERVAL,
  PAYLOAD_FORMAT_INDICATOR,
  readU16,
  readU32,
  RESPONSE_TOPIC,
  USER_PROPERTY,
} from '../../core/mqtt/properties.ts';
import { decodeLenient } from '../../core/payload/utf8.ts';

type Properties = NonNullable<IPublishPacket['properties']>;

/**
 * The properties of a received PUBLISH as they are given to mqtt.js to publish it again. The
 * Subscription Identifier is the receiver's and left out [MQTT-3.3.4-6].
 *
 * @param ageMs since it was received: its expiry is shortened by it [MQTT-3.3.2-6]
 */
export function republishProperties(bytes: Uint8Array, ageMs: number): Properties {
  const properties: Properties = {};
  const user: Record<string, string[]> = {};
  eachProperty(bytes, 0, bytes.length, (id, start, end) => {
    const value = bytes.subarray(start + 2, end);
    switch (id) {
      case PAYLOAD_FORMAT_INDICATOR:
        properties.payloadFormatIndicator = bytes[start] === 1;
        break;
      case MESSAGE_EXPIRY_INTERVAL:
        properties.messageExpiryInterval = Math.max(0, readU32(bytes, start) - Math.floor(ageMs / 1_000));
        break;
      case CONTENT_TYPE:
        properties.contentType = decodeLenient(value);
        break;
      case RESPONSE_TOPIC:
        properties.responseTopic = decodeLenient(value);
        break;
      case CORRELATION_DATA:
        properties.correlationData = Buffer.from(value);
        break;
      case USER_PROPERTY: {
        const nameEnd = start + 2 + readU16(bytes, start);
        const name = decodeLenient(bytes.subarray(start + 2, nameEnd));
        // A name such as "__proto__" must stay a name.
        const values = Object.hasOwn(user, name) ? (user[name] ?? []) : [];
        values.push(decodeLenient(bytes.subarray(nameEnd + 2, end)));
        Object.defineProperty(user, name, {
          value: values,
          enumerable: true,
          configurable: true,
          writable: true,
        });
        break;
      }
      default:
    }
  });
  if (Object.keys(user).length > 0) properties.userProperties = user;
  return properties;
}
