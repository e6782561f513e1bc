import { failed, type Failure } from '../../contract/base/errors.ts';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import type { ClearResult, PublishOutcome, RestoreResult } from '../../contract/session/outcomes.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import {
  afterWait,
  receivedProperties,
  sameProperties,
  withoutStamps,
} from '../publish/received-properties.ts';
import { reasonName } from '../session/failures/reasons.ts';
import { checkTopicName, isPlainTopic, topicKey } from '../topics/names.ts';
import type { Incomplete, Probed } from './probe-batch.ts';
import { sameBytes } from '../message/same-bytes.ts';

type ClearOutcome = ClearResult['outcome'];

/** That of most topics of a clear. */
export const CLEARED: ClearOutcome = { kind: 'cleared' };

/** Code of the failure where a broker that is connected acknowledged nothing for too long. */
export const UNACKNOWLEDGED = 'unacknowledged';

type RestoreOutcome = RestoreResult['outcome'];

/** What to do with a topic that is to be cleared, by what the broker holds now. */
export type Keeping =
  | { readonly kind: 'keep'; readonly kept: KeptMessage }
  /** The broker holds nothing that could be kept. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'postponed' }
  | { readonly kind: 'impossible'; readonly failure: Failure };

/** What is found before a clear is what can be put back after it, and nothing else is. */
export function keeping(topic: TopicKey, probed: Probed | undefined): Keeping {
  if (probed?.kind === 'absent') return { kind: 'nothing' };
  if (probed?.kind !== 'retained') {
    const failure = failed(
      'not-kept',
      `What the broker holds could not be read and kept: ${why(probed?.why)}.`,
      'Clear it without a copy if you do not need it back.',
    );
    return { kind: 'impossible', failure };
  }
  const { payload, isCrowded, size, qos, properties, at } = probed.message;
  if (isCrowded === true) return { kind: 'postponed' };
  if (payload.length === size) return { kind: 'keep', kept: { key: topic, payload, qos, properties, at } };
  return { kind: 'impossible', failure: tooLargeToKeep() };
}

/** Code of the failure where the payload is larger than what is kept whole. */
export const TOO_LARGE = 'too-large-to-keep';

/** Only the beginning of a message came to us. */
export function tooLargeToKeep(): Failure {
  return failed(
    TOO_LARGE,
    'The message is larger than “Largest payload kept whole” in Settings, so there can be no copy of it.',
    'Raise that, or clear it without a copy if you do not need it back.',
  );
}

/**
 * The kept message in the form in which it is published again.
 *
 * @param waited ms since it was received, which its expiry is shortened by
 * @param maximumQos of the broker it goes to
 * @returns null where it has expired meanwhile
 */
export function restoringMessage(
  { key, payload, qos, properties }: KeptMessage,
  waited: number,
  isMqtt5: boolean,
  maximumQos: Qos,
): PublishMessage | null {
  const left = afterWait(receivedProperties(properties), waited);
  if (left === null) return null;
  const message = { topic: key, payload, qos: Math.min(qos, maximumQos) as Qos, retain: true };
  return isMqtt5 ? { ...message, properties: left } : message;
}

/**
 * The publish that clears a topic: empty, at the QoS whose acknowledgement says most.
 *
 * @param isTold an acknowledgement says something
 */
export function clearingMessage(topic: TopicKey, isTold: boolean, maximumQos: Qos): PublishMessage {
  // Before 5 a refusal looks like success, so an acknowledgement proves nothing, and mosquitto loses
  // some when its window is full. The probe decides.
  const qos = isTold && maximumQos >= 1 ? 1 : 0;
  return { topic, payload: new Uint8Array(0), qos, retain: true };
}

/** The link closed; the broker did not refuse anything. */
const NOT_SENT = new Set(['not-connected', 'not-sent']);

/** The broker may have it. */
export function wasSent(outcome: PublishOutcome): boolean {
  return outcome.kind === 'sent' || outcome.kind === 'acknowledged';
}

/**
 * What came of a clear, by the answer to the publish and the probe after it.
 *
 * @param isAnother what the broker delivers is known not to be what was there before
 */
export function judgeCleared(
  sent: PublishOutcome,
  probed: Probed | undefined,
  isAnother: (payload: Uint8Array) => boolean = () => false,
): ClearOutcome {
  const unsent = judgeUnsent(sent);
  if (unsent !== null) return unsent;
  if (probed?.kind === 'absent') return CLEARED;
  if (probed?.kind === 'retained') {
    const { payload, isCrowded, at } = probed.message;
    return isCrowded !== true && isAnother(payload)
      ? { kind: 'still-retained', failure: isBack(), at, back: true }
      : { kind: 'still-retained', failure: stillRetained(), at };
  }
  const failure = failed(
    codeOf(probed?.why),
    `The clearing was sent, but it could not be checked: ${why(probed?.why)}.`,
    'Clear it again to have it checked.',
  );
  return { kind: 'not-verified', failure };
}

/** What became of a publish that did not reach the broker for certain; null: it did. */
export function judgeUnsent(
  sent: PublishOutcome,
): Extract<ClearOutcome, { kind: 'refused' | 'not-verified' }> | null {
  switch (sent.kind) {
    case 'refused':
      return { kind: 'refused', code: sent.code, failure: sent.failure };
    case 'failed':
      if (NOT_SENT.has(sent.code)) return { kind: 'not-verified', failure: sent };
      return { kind: 'refused', code: 0, failure: sent };
    case 'unknown':
      return { kind: 'not-verified', failure: sent.failure };
    case 'sent':
    case 'acknowledged':
      return null;
  }
}

/**
 * Why a message is not put back although it could be: it would take the place of another. Null: it would not.
 *
 * @param us our client ID
 */
export function wouldOverwrite(
  message: PublishMessage,
  probed: Probed | undefined,
  us: string,
): Failure | null {
  if (probed?.kind === 'absent' || isTheSame(message, probed, us)) return null;
  if (probed?.kind === 'retained') {
    return failed(
      'would-overwrite',
      'The broker holds another retained message for this topic, which is newer.',
      'Restore and overwrite it if the old one is wanted all the same.',
    );
  }
  return failed(
    'would-overwrite-maybe',
    `Whether the broker holds a newer retained message could not be checked: ${why(probed?.why)}.`,
    'Restore and overwrite if the old one is wanted whatever is there now.',
  );
}

/**
 * The broker holds it: payload, QoS and properties; of the expiry, that there is one.
 *
 * @param us our client ID, which some brokers write into what we publish
 */
export function isTheSame(message: PublishMessage, probed: Probed | undefined, us: string): boolean {
  return hasThePayload(message, probed) && differences(message, probed, us).length === 0;
}

/**
 * The same but for an expiry, which the message has none of: some brokers (RMQTT) give it one of their own. That it is
 * ours has to be known otherwise, as another client may have published it like that.
 */
export function isTheSameButExpires(
  message: PublishMessage,
  probed: Probed | undefined,
  us: string,
): boolean {
  const { properties } = message;
  if (properties === undefined || properties.messageExpiry !== undefined) return false;
  return isTheSame({ ...message, properties: { ...properties, messageExpiry: 1 } }, probed, us);
}

/**
 * Two copies hold the same: payload, QoS and properties; of an expiry, that there is one.
 *
 * @param most QoS of the broker that holds one of them: above it there is no other
 */
export function isSameKept(a: KeptMessage, b: KeptMessage, most: Qos = 2): boolean {
  return (
    Math.min(a.qos, most) === Math.min(b.qos, most) &&
    sameBytes(a.payload, b.payload) &&
    sameProperties(receivedProperties(a.properties), receivedProperties(b.properties))
  );
}

function hasThePayload(
  { payload }: PublishMessage,
  probed: Probed | undefined,
): probed is Extract<Probed, { kind: 'retained' }> {
  if (probed?.kind !== 'retained' || probed.message.size !== payload.length) return false;
  const held = probed.message.payload;
  return sameBytes(held, payload);
}

/** What else than the payload is not as it was published. */
function differences(
  { qos, properties }: PublishMessage,
  probed: Extract<Probed, { kind: 'retained' }>,
  us: string,
): string[] {
  const { message } = probed;
  const same =
    properties === undefined ||
    sameProperties(...withoutStamps(properties, receivedProperties(message.properties), us));
  return [
    ...(message.qos === qos ? [] : [`at QoS ${message.qos}`]),
    ...(same ? [] : ['with other properties']),
  ];
}

/**
 * What came of putting a message back, by the answer to the publish and the probe after it.
 *
 * @param mayExpire before it was sent the broker held no such message, so one that expires can be ours only
 */
export function judgeRestored(
  message: PublishMessage,
  sent: PublishOutcome,
  probed: Probed | undefined,
  us: string,
  mayExpire = false,
): RestoreOutcome {
  const unsent = judgeUnsent(sent);
  if (unsent !== null) return unsent;
  if (isTheSame(message, probed, us)) return { kind: 'restored' };
  if (mayExpire && sent.kind === 'acknowledged' && isTheSameButExpires(message, probed, us))
    return { kind: 'restored', added: 'expiry' };
  if (probed?.kind === 'absent') return { kind: 'not-stored', failure: notStored(message.qos) };
  const failure = failed(
    codeOf(probed?.kind === 'retained' ? { kind: 'changing' } : probed?.why),
    probed?.kind === 'retained'
      ? heldOtherwise(message, probed, us)
      : `The message was sent, but it could not be checked: ${why(probed?.why)}.`,
    'Look at the topic, then decide.',
  );
  return { kind: 'not-verified', failure };
}

/**
 * What came of putting a message back, with the QoS that it has now where it had more.
 *
 * @param most of the broker
 */
export function sayLowered(outcome: RestoreOutcome, had: Qos, most: Qos): RestoreOutcome {
  return outcome.kind === 'restored' && had > most ? { ...outcome, atQos: most } : outcome;
}

function heldOtherwise(
  message: PublishMessage,
  probed: Extract<Probed, { kind: 'retained' }>,
  us: string,
): string {
  if (hasThePayload(message, probed))
    return `The message was sent, and the broker delivers its payload ${differences(message, probed, us).join(' and ')}.`;
  return 'The message was sent, and the broker now holds another one: another client published as well.';
}

function notStored(qos: Qos): Failure {
  return failed(
    'not-stored',
    'The broker took the message and does not deliver it, so it seems not to store it.',
    qos === 0
      ? 'Some brokers do not store what is published at QoS 0, and none says at QoS 0 that an access list refused it. The message is still in the trash: publish it at QoS 1.'
      : 'The broker may not allow this client to publish it, or to read it. The message is still in the trash.',
  );
}

function stillRetained(): Failure {
  return failed(
    'still-retained',
    'The broker still delivers a retained message for this topic.',
    'The broker may not allow this client to clear it, or someone set it again at once. Check the access list and who publishes it.',
  );
}

function isBack(): Failure {
  return failed(
    'still-retained',
    'The broker delivers another retained message for this topic.',
    'Someone published it after the clearing, or just before. Check who does, then try again.',
  );
}

/**
 * What came of a clear that the broker did not confirm, by a check afterwards: what is no longer there is cleared,
 * whatever was answered.
 *
 * @param answer what became of the publish; null: it was acknowledged, or the answer was not awaited
 */
export function judgeUnconfirmed(answer: ClearOutcome | null, checked: ClearOutcome): ClearOutcome {
  if (answer === null || checked.kind === 'cleared') return checked;
  if (checked.kind !== 'still-retained' || answer.kind !== 'not-verified') return answer;
  if (checked.back === true) return checked;
  const { message, advice } = answer.failure;
  const failure = failed(checked.failure.code, `${message} ${checked.failure.message}`, advice);
  return { ...checked, failure };
}

function codeOf(incomplete: Incomplete | undefined): string {
  switch (incomplete?.kind) {
    case 'refused':
      return `probe-${incomplete.code}`;
    case 'no-link':
      return incomplete.failure.code;
    case 'changing':
      return 'probe-changing';
    case 'unanswered':
    case undefined:
      return 'probe-incomplete';
  }
}

/** A sentence without its end. */
function why(incomplete: Incomplete | undefined): string {
  switch (incomplete?.kind) {
    case 'refused':
      return refusedWhy(incomplete.code);
    case 'no-link':
      return withoutEnd(incomplete.failure.message);
    case 'changing':
      return 'the topic was published to meanwhile';
    case 'unanswered':
    case undefined:
      return 'the broker did not answer';
  }
}

/** SUBACK before MQTT 5, "not authorized" and "topic filter invalid". */
const NOT_ALLOWED = new Set([128, 135, 143]);

function refusedWhy(code: number): string {
  if (NOT_ALLOWED.has(code)) return 'the broker does not allow a subscription to this topic';
  return `the broker refused the subscription to this topic (${reasonName(code)})`;
}

function withoutEnd(sentence: string): string {
  const words = sentence.replace(/\.$/, '');
  return words.charAt(0).toLowerCase() + words.slice(1);
}

const DOLLAR = 0x24;

/** The same by a topic's bytes, which for most are enough. */
export function excludedByBytes(
  bytes: Uint8Array,
  start: number,
  end: number,
  fact: RetainedFact,
  retainAvailable: boolean,
): string | null {
  const isRetained = retainAvailable && fact.state === 'retained';
  if (isRetained && bytes[start] !== DOLLAR && isPlainTopic(bytes, start, end)) return null;
  return excludedBecause(topicKey(bytes.subarray(start, end)), fact, retainAvailable);
}

/** Why a topic cannot be cleared; null if it can. What is not known for certain always can. */
export function excludedBecause(key: TopicKey, fact: RetainedFact, retainAvailable: boolean): string | null {
  const invalid = checkTopicName(key);
  if (invalid) return `It cannot be published to: ${invalid.message}`;
  if (key.startsWith('$SYS/')) return 'The broker writes this topic itself.';
  if (!retainAvailable) return 'This broker does not keep retained messages.';
  const isAbsent = fact.state === 'not-retained' || fact.state === 'cleared';
  // As of an earlier connection, or cleared from here and not checked: it may be there.
  return isAbsent && !fact.stale && fact.by !== 'us' ? 'It is not retained.' : null;
}
