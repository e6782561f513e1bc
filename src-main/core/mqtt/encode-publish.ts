import type { MessageProperties, PublishMessage } from '../../contract/model/publish-message.ts';
import { concat, encodeVarint, propertyList, textField, u16, type ByteBatch } from './encode.ts';
import { byte, field, given, long, pair, short } from './encode-properties.ts';
import { PUBLISH, type ProtocolLevel } from './packet-types.ts';
import * as id from './properties.ts';
import { encodeText } from './text.ts';

const DUP = 8;
const RETAIN = 1;

/** User properties in their order, after the others, whose order has no meaning [MQTT5-2.2.2.2]. */
function properties(of: MessageProperties): Uint8Array[] {
  return [
    ...given(of.payloadFormat, (value) => byte(id.PAYLOAD_FORMAT_INDICATOR, value)),
    ...given(of.messageExpiry, (value) => long(id.MESSAGE_EXPIRY_INTERVAL, value)),
    ...given(of.topicAlias, (value) => short(id.TOPIC_ALIAS, value)),
    ...given(of.responseTopic, (value) => field(id.RESPONSE_TOPIC, value)),
    ...given(of.correlationData, (value) => field(id.CORRELATION_DATA, value)),
    ...given(of.contentType, (value) => field(id.CONTENT_TYPE, value)),
    ...(of.userProperties ?? []).map(([name, value]) => pair(id.USER_PROPERTY, name, value)),
  ];
}

/** Everything of a PUBLISH up to its payload but the first byte and the length. */
function variableHeader(level: ProtocolLevel, message: PublishMessage, packetId: number): Uint8Array[] {
  return [
    textField(message.topic),
    ...(message.qos === 0 ? [] : [u16(packetId)]),
    ...propertyList(level, level === 5 ? properties(message.properties ?? {}) : []),
  ];
}

/**
 * PUBLISH [MQTT5-3.3]. Ours instead of the library's, which groups user properties by name and takes
 * texts for their bytes.
 *
 * @param packetId not used at QoS 0
 * @param dup sent before, at QoS 1 or 2
 * @throws RangeError where a text is over 65,535 bytes or the packet over 268,435,455
 */
export function encodePublish(
  level: ProtocolLevel,
  message: PublishMessage,
  packetId: number,
  dup = false,
): Uint8Array {
  const head = variableHeader(level, message, packetId);
  const size = head.reduce((sum, part) => sum + part.length, message.payload.length);
  const flags = (dup ? DUP : 0) | (message.qos << 1) | (message.retain ? RETAIN : 0);
  return concat([Uint8Array.of((PUBLISH << 4) | flags), encodeVarint(size), ...head, message.payload]);
}

/**
 * The PUBLISH of MQTT 5 that clears a retained message, at QoS 1 and without properties: as `encodePublish`
 * makes it, without an object a field.
 *
 * @param topic at most 65,535 bytes, from `start` to before `end`
 */
export function appendEmpty(
  batch: ByteBatch,
  topic: Uint8Array,
  packetId: number,
  start = 0,
  end = topic.length,
): void {
  const topicLength = end - start;
  const size = 2 + topicLength + 3;
  batch.reserve(4 + size);
  const { bytes } = batch;
  let at = batch.length;
  bytes[at++] = (PUBLISH << 4) | (1 << 1) | RETAIN;
  for (let rest = size; ; rest >>>= 7) {
    bytes[at++] = (rest & 127) | (rest > 127 ? 128 : 0);
    if (rest <= 127) break;
  }
  bytes[at++] = topicLength >>> 8;
  bytes[at++] = topicLength & 255;
  for (let from = start; from < end; from++) bytes[at++] = topic[from] ?? 0;
  bytes[at++] = packetId >>> 8;
  bytes[at++] = packetId & 255;
  bytes[at++] = 0;
  batch.length = at;
}

/** Bytes of the whole packet. */
export function publishSize(level: ProtocolLevel, message: PublishMessage): number {
  const size =
    message.properties === undefined
      ? 2 + encodeText(message.topic).length + (message.qos > 0 ? 2 : 0) + (level === 5 ? 1 : 0)
      : variableHeader(level, message, 1).reduce((sum, part) => sum + part.length, 0);
  return sizeWith(size + message.payload.length);
}

function sizeWith(size: number): number {
  return 1 + (size < 128 ? 1 : size < 16_384 ? 2 : size < 2_097_152 ? 3 : 4) + size;
}
