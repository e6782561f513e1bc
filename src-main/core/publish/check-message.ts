import { formatCount, formatCounted } from '../text/amounts.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type {
  MessageProperties,
  PropertyText,
  PublishMessage,
} from '../../contract/model/publish-message.ts';
import { publishSize } from '../mqtt/encode-publish.ts';
import type { ProtocolLevel } from '../mqtt/packet-types.ts';
import { isWellFormed, utf8Length } from '../payload/utf8.ts';
import { checkServiceTopic, type LinkLimits } from '../session/failures/service-limits.ts';
import { checkTopicName } from '../topics/names.ts';

const MOST_TEXT_BYTES = 65_535;
/** Remaining Length is at most this [MQTT5-1.5.5]. */
const MOST_REMAINING = 268_435_455;

/** Why this message cannot be put into a PUBLISH of that version; null if it can. */
export function checkMessage(message: PublishMessage, level: ProtocolLevel): Failure | null {
  const { topic, properties } = message;
  const badTopic = checkTopicName(topic);
  if (badTopic !== null || properties === undefined) return badTopic;
  return level === 5 ? checkProperties(properties) : checkNone(properties);
}

/** What the broker announced, or its service is known, to refuse: it would answer by closing. */
export function checkAgainstLimits(
  message: PublishMessage,
  level: ProtocolLevel,
  limits: LinkLimits,
): Failure | null {
  if (limits.maximumQos !== undefined && message.qos > limits.maximumQos) {
    return failed(
      'qos-unsupported',
      `The broker accepts messages up to QoS ${limits.maximumQos}, and this one has QoS ${message.qos}.`,
      `Choose QoS ${limits.maximumQos} or lower.`,
    );
  }
  if (message.retain && limits.retainAvailable === false) {
    return failed(
      'retain-unsupported',
      'The broker does not keep retained messages.',
      'Publish without Retain.',
    );
  }
  const size = publishSize(level, message);
  const most = Math.min(limits.maximumPacketSize ?? MOST_REMAINING, MOST_REMAINING);
  if (size > most) {
    return failed(
      'too-large',
      `The message makes a packet of ${formatCounted(size, 'byte')}, and the broker accepts ${formatCount(most)}.`,
      message.payload.length === 0
        ? 'There is no payload: make the topic or the properties shorter.'
        : 'Make the payload smaller.',
    );
  }
  const { topicAlias } = message.properties ?? {};
  if (topicAlias !== undefined && topicAlias > (limits.topicAliasMaximum ?? 0)) {
    return failed(
      'topic-alias-unsupported',
      `The broker accepts topic aliases up to ${limits.topicAliasMaximum ?? 0}, and this one is ${topicAlias}.`,
      'Remove the topic alias, or choose a lower one.',
    );
  }
  return limits.service === undefined ? null : checkServiceTopic(message.topic, limits.service);
}

/** Before MQTT 5 a message has no properties; without them it would be a different message. */
function checkNone(properties: MessageProperties): Failure | null {
  if (Object.values(properties).every((value) => value === undefined)) return null;
  return failed(
    'properties-unsupported',
    'The message has MQTT 5 properties, and this connection does not use MQTT 5.',
    'Remove the properties, or connect with MQTT 5.',
  );
}

function checkProperties(properties: MessageProperties): Failure | null {
  const { contentType, responseTopic, userProperties } = properties;
  const texts: [name: string, text: PropertyText][] = [];
  if (contentType !== undefined) texts.push(['content type', contentType]);
  if (responseTopic !== undefined) texts.push(['response topic', responseTopic]);
  for (const [name, value] of userProperties ?? []) {
    texts.push(['name of a user property', name], ['value of a user property', value]);
  }
  for (const [what, text] of texts) {
    const failure = checkText(what, text);
    if (failure !== null) return failure;
  }
  return typeof responseTopic === 'string' ? checkResponseTopic(responseTopic) : null;
}

/** Bytes are what a broker sent: they go out as they came. */
function checkText(what: string, text: PropertyText): Failure | null {
  if (typeof text !== 'string') return null;
  if (text.includes('\0')) {
    return failed(
      'property-nul',
      `The ${what} contains the character NUL, which MQTT does not allow.`,
      'Remove it. A broker would close the connection.',
    );
  }
  if (!isWellFormed(text)) {
    return failed(
      'property-surrogate',
      `The ${what} contains half of a surrogate pair, which has no encoding in UTF-8.`,
      'Remove the broken character; it is often half of an emoji that was cut.',
    );
  }
  if (utf8Length(text) > MOST_TEXT_BYTES) {
    return failed(
      'property-too-long',
      `The ${what} is longer than ${formatCounted(MOST_TEXT_BYTES, 'byte')}, the most that MQTT allows.`,
      'Shorten it.',
    );
  }
  return null;
}

/** [MQTT-3.3.2-14]; an empty one is a topic without characters. */
function checkResponseTopic(topic: string): Failure | null {
  const problem = checkTopicName(topic);
  return problem === null
    ? null
    : failed(
        'response-topic-invalid',
        problem.message.replace(/^The topic/, 'The response topic'),
        problem.advice,
      );
}
