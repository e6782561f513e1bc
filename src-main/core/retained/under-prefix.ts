import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionState, TopicKey } from '../../contract/model/model.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { afterWait, receivedProperties } from '../publish/received-properties.ts';
import { checkTopicName, keyBytes, topicKey } from '../topics/names.ts';
import { checkAgainstLimits } from '../publish/check-message.ts';
import { excludedBecause, restoringMessage } from './clearing.ts';

/** The fact for a topic that was never checked. */
const UNKNOWN: RetainedFact = { state: 'unknown', by: 'none', at: 0, stale: false };

/** Why no topic can begin with this; null if one can. The empty one is none. */
export function checkPrefix(prefix: string): Failure | null {
  const problem = prefix === '' ? null : checkTopicName(`${prefix}x`);
  if (problem === null) return null;
  return failed('bad-prefix', `No topic can begin with this. ${problem.message}`, 'Choose another prefix.');
}

/** The topic with a text put before its name; no `/` is added. */
export function keyUnderPrefix(key: TopicKey, prefix: string): TopicKey {
  if (prefix === '') return key;
  const [before, name] = [new TextEncoder().encode(prefix), keyBytes(key)];
  const bytes = new Uint8Array(before.length + name.length);
  bytes.set(before);
  bytes.set(name, before.length);
  return topicKey(bytes);
}

/** The same message for the topic of that name. */
export function underPrefix(message: KeptMessage, prefix: string): KeptMessage {
  return prefix === '' ? message : { ...message, key: keyUnderPrefix(message.key, prefix) };
}

/**
 * Why a kept message is never published again, whatever the broker holds; null if it may be. Every restore asks
 * here, and so does every preview of one.
 *
 * @param now ms since the epoch
 */
export function neverRestored({ key, properties, at }: KeptMessage, now: number): Failure | null {
  if (afterWait(receivedProperties(properties), now - at) === null) return expired();
  const why = excludedBecause(key, UNKNOWN, true);
  return why === null ? null : failed('never-restored', why, '');
}

/** Why this broker is not sent a kept message that it does not hold: what it said in CONNACK that it does not take. */
export function notTakenBy(state: ConnectionState, kept: KeptMessage, now: number): Failure | null {
  if (state.kind !== 'online') return null;
  const { limits, version } = state;
  const isMqtt5 = version === '5';
  const message = restoringMessage(kept, now - kept.at, isMqtt5, limits.maximumQos ?? 2);
  return message === null ? expired() : checkAgainstLimits(message, isMqtt5 ? 5 : 4, limits);
}

/** It was published to be kept for a limited time, which is over. */
export const expired = (): Failure =>
  failed('expired', 'It has expired.', 'Publish it again if it is still wanted.');
