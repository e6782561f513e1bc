import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ProtocolLevel } from '../../core/mqtt/packet-types.ts';
import { utf8Length } from '../../core/payload/utf8.ts';
import { checkServiceTopic, type LinkLimits } from '../../core/session/failures/service-limits.ts';
import type { PublishRequest } from './request.ts';

/** Remaining Length is at most this [MQTT5-1.5.5]. */
const MOST_REMAINING = 268_435_455;

/**
 * Bytes of the whole PUBLISH packet. Properties are counted generously, by their text: a message
 * that is put back had them in a packet before.
 */
export function publishSize(request: PublishRequest, level: ProtocolLevel): number {
  const properties = request.properties ? JSON.stringify(request.properties).length : 0;
  const body =
    2 +
    utf8Length(request.topic) +
    (request.qos > 0 ? 2 : 0) +
    (level === 5 ? 1 + properties : 0) +
    request.payload.length;
  const lengthBytes = body < 128 ? 1 : body < 16_384 ? 2 : body < 2_097_152 ? 3 : 4;
  return 1 + lengthBytes + body;
}

/** What the broker announced, or its service is known, to refuse: it would answer by closing. */
export function checkAgainstLimits(
  request: PublishRequest,
  level: ProtocolLevel,
  limits: LinkLimits,
): Failure | null {
  if (limits.maximumQos !== undefined && request.qos > limits.maximumQos) {
    return failed(
      'qos-unsupported',
      `The broker accepts messages up to QoS ${limits.maximumQos}, and this one has QoS ${request.qos}.`,
      `Choose QoS ${limits.maximumQos} or lower.`,
    );
  }
  if (request.retain && limits.retainAvailable === false) {
    return failed(
      'retain-unsupported',
      'The broker does not keep retained messages.',
      'Publish without Retain.',
    );
  }
  const size = publishSize(request, level);
  const most = Math.min(limits.maximumPacketSize ?? MOST_REMAINING, MOST_REMAINING);
  if (size > most) {
    return failed(
      'too-large',
      `The message makes a packet of ${size.toLocaleString('en-US')} bytes, and the broker accepts ${most.toLocaleString('en-US')}.`,
      'Make the payload smaller.',
    );
  }
  return limits.service === undefined ? null : checkServiceTopic(request.topic, limits.service);
}
