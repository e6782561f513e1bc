import type { Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { Incomplete, Probed, StoredMessage } from './probe-batch.ts';
import { sameBytes } from '../message/same-bytes.ts';

export function isRefused(probed: Probed): boolean {
  return probed.kind === 'incomplete' && (probed.why.kind === 'refused' || probed.why.kind === 'no-link');
}

export function isChanging(probed: Probed | undefined): boolean {
  return probed?.kind === 'incomplete' && probed.why.kind === 'changing';
}

/** Topics that the end of a connection left without an answer; another one may bring it. */
export function cutOff(results: ReadonlyMap<TopicKey, Probed>): TopicKey[] {
  return [...results].flatMap(([key, probed]) =>
    probed.kind === 'incomplete' && isCutOff(probed.why) ? [key] : [],
  );
}

/** The connection ended before the answer; where none can be made it is not. */
export function isCutOff(why: Incomplete): boolean {
  return why.kind === 'no-link' && why.failure.code === CUT_OFF;
}

/** Code of the failure where a connection ended before the answer. */
export const CUT_OFF = 'probe-closed';

/** A delivered message was stored at that time. That no message came may no longer be true. */
export function unlessRetained(probed: Probed): Probed {
  return probed.kind === 'absent' ? { kind: 'incomplete', why: { kind: 'changing' } } : probed;
}

/** It is retained, and its payload is not known: there was no room for it. */
export function isCrowded(probed: Probed | undefined): boolean {
  return probed?.kind === 'retained' && probed.message.isCrowded === true;
}

export function noLink(failure: Failure): Probed {
  return { kind: 'incomplete', why: { kind: 'no-link', failure } };
}

export function refused(): Probed {
  return { kind: 'incomplete', why: { kind: 'refused', code: 143 } };
}

/** What was known of each before it was asked for. */
export function stampsOf(keys: readonly TopicKey[], stamp: (key: TopicKey) => number): Float64Array {
  const stamps = new Float64Array(keys.length);
  for (let i = 0; i < keys.length; i++) stamps[i] = stamp(keys[i] ?? '');
  return stamps;
}

/** Two deliveries of which both payloads are there are of the same message. */
export function isSamePayload(one: StoredMessage, other: StoredMessage): boolean {
  return one.isCrowded !== true && other.isCrowded !== true && sameBytes(one.payload, other.payload);
}
