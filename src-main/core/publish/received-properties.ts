import type { MessageProperties, PropertyText, UserPair } from '../../contract/model/publish-message.ts';
import * as id from '../mqtt/properties.ts';
import { decodeStrict } from '../payload/utf8.ts';

/** Text where it is UTF-8, else a copy of its bytes: either way the same bytes go out again. */
function textOf(bytes: Uint8Array): PropertyText {
  return decodeStrict(bytes) ?? bytes.slice();
}

/**
 * The properties of a received PUBLISH, as they are published again. What is between broker and
 * receiver only is left out: Subscription Identifiers and a Topic Alias [MQTT-3.3.4-6].
 *
 * @param bytes the property section without its length; nothing of it is kept
 */
export function receivedProperties(bytes: Uint8Array): MessageProperties {
  const properties: MessageProperties = {};
  const user: UserPair[] = [];
  id.eachProperty(bytes, 0, bytes.length, (property, start, end) => {
    const value = (): Uint8Array => bytes.subarray(start + 2, end);
    switch (property) {
      case id.PAYLOAD_FORMAT_INDICATOR:
        properties.payloadFormat = bytes[start] === 1 ? 1 : 0;
        break;
      case id.MESSAGE_EXPIRY_INTERVAL:
        properties.messageExpiry = id.readU32(bytes, start);
        break;
      case id.CONTENT_TYPE:
        properties.contentType = textOf(value());
        break;
      case id.RESPONSE_TOPIC:
        properties.responseTopic = textOf(value());
        break;
      case id.CORRELATION_DATA:
        properties.correlationData = value().slice();
        break;
      case id.USER_PROPERTY: {
        const nameEnd = start + 2 + id.readU16(bytes, start);
        user.push([textOf(bytes.subarray(start + 2, nameEnd)), textOf(bytes.subarray(nameEnd + 2, end))]);
        break;
      }
      default:
    }
  });
  return user.length === 0 ? properties : { ...properties, userProperties: user };
}

/**
 * The same properties after a wait, with what is left of the expiry [MQTT-3.3.2-6].
 *
 * @param ms the message was kept here for
 * @returns null where it has expired meanwhile
 */
export function afterWait(properties: MessageProperties, ms: number): MessageProperties | null {
  const { messageExpiry } = properties;
  if (messageExpiry === undefined) return properties;
  const left = messageExpiry - Math.floor(Math.max(0, ms) / 1_000);
  return left <= 0 ? null : { ...properties, messageExpiry: left };
}

/**
 * Whether a message with the one is delivered as one with the other: what is left of an expiry changes with
 * every second, so only its presence counts; a payload format of 0 is as good as none.
 */
export function sameProperties(a: MessageProperties, b: MessageProperties): boolean {
  return comparableProperties(a) === comparableProperties(b);
}

/** A text that is the same for those that are: of an expiry it says only that there is one. */
export function comparableProperties(properties: MessageProperties): string {
  const { payloadFormat, messageExpiry, contentType, responseTopic, correlationData, userProperties } =
    properties;
  return JSON.stringify([
    payloadFormat ?? 0,
    messageExpiry !== undefined,
    [contentType, responseTopic, correlationData].map(plain),
    (userProperties ?? []).map((pair) => pair.map(plain)),
  ]);
}

function plain(value: PropertyText | undefined): string | readonly number[] | null {
  return value instanceof Uint8Array ? [...value] : (value ?? null);
}

/**
 * Both without what the broker wrote into the delivered one: some (mqttv5) put the client ID of the publisher into
 * each message, as a user property, and in the place of one that was sent.
 *
 * @param us the client ID that the first was published with
 */
export function withoutStamps(
  sent: MessageProperties,
  delivered: MessageProperties,
  us: string,
): readonly [MessageProperties, MessageProperties] {
  const isSent = ([name, value]: UserPair): boolean =>
    (sent.userProperties ?? []).some((pair) => pair[0] === name && pair[1] === value);
  const stamps = (delivered.userProperties ?? []).filter((pair) => pair[1] === us && !isSent(pair));
  const names = new Set(stamps.map(([name]) => name));
  if (us === '' || names.size === 0) return [sent, delivered];
  const without = (properties: MessageProperties): MessageProperties => ({
    ...properties,
    userProperties: (properties.userProperties ?? []).filter(([name]) => !names.has(name)),
  });
  return [without(sent), without(delivered)];
}
