import { formatCount, formatCounted } from '../../text/amounts.ts';
import type { ServiceLimits } from '../../../contract/model/connect-fields.ts';
import { failed, type Failure } from '../../../contract/base/errors.ts';
import type { ConnectionOptions, Qos, ServerLimits } from '../../../contract/model/model.ts';
import { utf8Length } from '../../payload/utf8.ts';

/** What a service does not allow, without saying so in CONNACK: most answer by closing the connection. */

/** Seconds that the service keeps to; 0, which switches keep-alive off, becomes its longest. */
export function clampKeepAlive(keepAlive: number, { keepAliveMin, keepAliveMax }: ServiceLimits): number {
  const wanted = keepAlive === 0 && keepAliveMax !== null ? keepAliveMax : keepAlive;
  const least = wanted === 0 ? wanted : Math.max(wanted, keepAliveMin ?? wanted);
  return Math.min(least, keepAliveMax ?? least);
}

/** What CONNECT asks for, so that the service does it; and in sentences what that changed. */
export function withinService(options: ConnectionOptions): {
  readonly options: ConnectionOptions;
  readonly notes: readonly string[];
} {
  const { serviceLimits, will } = options;
  const notes: string[] = [];
  const keepAlive = clampKeepAlive(options.keepAlive, serviceLimits);
  if (keepAlive !== options.keepAlive) {
    notes.push(
      `The keep-alive is ${keepAlive} s instead of ${options.keepAlive} s, because this service allows no other.`,
    );
  }
  if (will === null) return { options: { ...options, keepAlive }, notes };
  const { maximumQos, retain } = serviceLimits;
  const qos = maximumQos !== null && maximumQos < will.qos ? maximumQos : will.qos;
  if (qos !== will.qos) notes.push(`The will has QoS ${qos}, because this service allows no higher one.`);
  const isRetained = will.retain && retain !== false;
  if (isRetained !== will.retain) {
    notes.push('The will is sent without Retain, because this service keeps no retained messages.');
  }
  return { options: { ...options, keepAlive, will: { ...will, qos, retain: isRetained } }, notes };
}

/** What binds a connection: what the broker announced, and what its service is known not to allow. */
export type LinkLimits = ServerLimits & { readonly service?: ServiceLimits };

/** Whichever is narrower. */
export function withService(announced: ServerLimits, service: ServiceLimits): LinkLimits {
  const { maximumQos, retain } = service;
  const lower = (qos: Qos, other: Qos): Qos => (other < qos ? other : qos);
  return {
    ...announced,
    ...(maximumQos !== null && { maximumQos: lower(announced.maximumQos ?? 2, maximumQos) }),
    ...(retain === false && { retainAvailable: false }),
    service,
  };
}

const ADVICE = {
  topic: 'Use fewer levels, that is, fewer slashes.',
  filter: 'Use a filter with fewer levels, such as one that ends with #.',
} as const;

/** Why the service would not take this topic of a message, or this filter; null if it does. */
export function checkServiceTopic(
  topic: string,
  { topicLevels, topicBytes }: ServiceLimits,
  what: 'topic' | 'filter' = 'topic',
): Failure | null {
  if (topicLevels === null && topicBytes === null) return null;
  // Of AWS: three levels that name a rule are not counted, neither in depth nor in length.
  const counted = topic.replace(/^\$aws\/rules\/[^/]*\//, '');
  const levels = counted.split('/').length;
  if (topicLevels !== null && levels > topicLevels) {
    return failed(
      'service-levels',
      `The ${what} has ${formatCounted(levels, 'level')}, and this service allows ${topicLevels}.`,
      ADVICE[what],
    );
  }
  const bytes = utf8Length(counted);
  if (topicBytes !== null && bytes > topicBytes) {
    return failed(
      'service-topic-length',
      `The ${what} is ${formatCounted(bytes, 'byte')} long, and this service allows ${formatCount(topicBytes)}.`,
      `Use a shorter ${what}.`,
    );
  }
  return null;
}
