import { formatCount, formatCounted } from '../../core/text/amounts.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { ProtocolLevel } from '../../core/mqtt/packet-types.ts';
import { publishSize } from '../../core/mqtt/encode-publish.ts';
import { checkServiceTopic, type LinkLimits } from '../../core/session/failures/service-limits.ts';

/** Remaining Length is at most this [MQTT5-1.5.5]. */
const MOST_REMAINING = 268_435_455;

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
      'Make the payload smaller.',
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
