import type { RetainedBy, RetainedState } from '../../contract/model/retained.ts';

/**
 * What can be learnt about the message that a broker stores for a topic.
 * - `stored`: delivered as a stored message: in answer to a SUBSCRIBE, retain = 1, with a payload
 * - `stored-soon`: the same within `SETTLE_MS` of an empty message to the topic
 * - `live-retained`, `live-cleared`: live with retain = 1, with a payload or without one
 * - `live`, `live-empty`: live with retain = 0, with a payload or without one
 * - `published`: our own retained publish, acknowledged by the broker
 * - `sent`: our own retained publish at QoS 0, with a payload or without one, written to the socket
 * - `emptied`: our own empty retained publish, acknowledged by the broker
 * - `unanswered`: our own retained publish; the connection ended before the answer
 * - `expired`: the Message Expiry Interval of the retained message is over
 * - `absent`: a complete scan or probe did not return the topic
 * - `absent-live`: the same, and a live message with a payload came after the SUBSCRIBE
 * - `incomplete`: the scan or probe did not return it, but may have lost messages
 */
export type Evidence = keyof typeof TABLE;

/** `same`: no change, and the fact keeps its source and time. */
export type Next = RetainedState | 'same';

/** What follows for each state that was believed before. */
type Row = Readonly<Record<RetainedState, Next>>;

const all = (next: Next): Row => ({
  unknown: next,
  retained: next,
  cleared: next,
  'not-retained': next,
});

/** `proven`: the retain flag of a live message says whether it was published as retained. */
interface Columns {
  readonly proven: Row;
  readonly unproven: Row;
}

const either = (row: Row): Columns => ({ proven: row, unproven: row });

/**
 * The rules. `proven`: this broker is known to keep the retain flag of live messages, as it was asked to
 * (retain-as-published). Until then, and always before MQTT 5, a live message with retain = 0 may have
 * been published as retained.
 */
const TABLE = {
  stored: either(all('retained')),
  // NATS delivers the old message for some seconds after it was cleared.
  'stored-soon': either(all('unknown')),
  'live-retained': either(all('retained')),
  'live-cleared': either(all('cleared')),
  live: {
    proven: all('same'),
    unproven: { unknown: 'unknown', retained: 'same', cleared: 'unknown', 'not-retained': 'unknown' },
  },
  'live-empty': {
    proven: all('same'),
    unproven: { ...all('same'), retained: 'unknown' },
  },
  published: either(all('retained')),
  // A broker may discard a message retained at QoS 0 [MQTT-3.3.1-7], and QoS 0 is not acknowledged.
  sent: either(all('unknown')),
  emptied: either(all('cleared')),
  unanswered: either(all('unknown')),
  // Only a message that is there can expire.
  expired: either({ ...all('same'), retained: 'unknown' }),
  absent: either(all('not-retained')),
  'absent-live': either(all('unknown')),
  incomplete: either(all('same')),
} as const satisfies Readonly<Record<string, Columns>>;

export const EVIDENCE = Object.keys(TABLE) as readonly Evidence[];

/** The state after a piece of evidence. */
export function judge(state: RetainedState, evidence: Evidence, proven: boolean): Next {
  const columns: Columns = TABLE[evidence];
  return (proven ? columns.proven : columns.unproven)[state];
}

/**
 * How long a broker may still deliver what was cleared, in ms: those that are eventually consistent need
 * up to some seconds.
 */
export const SETTLE_MS = 3_000;

/** The states and sources as the small numbers the columns keep. Unknown by none is 0. */
export const STATES: readonly RetainedState[] = ['unknown', 'retained', 'cleared', 'not-retained'];
export const SOURCES: readonly RetainedBy[] = [
  'none',
  'subscribe',
  'live',
  'probe',
  'expiry',
  'us',
  'scan',
  'emptied',
];
export const RETAINED_CODE = 1;

/** Bits of `careTable`: a live message with retain = 0 has to be looked at. */
export const Care = {
  /** It has a payload. */
  payload: 1,
  empty: 2,
  /** It has a payload and a Message Expiry Interval. */
  expiry: 4,
} as const;

const careOf = (state: RetainedState, by: RetainedBy, proven: boolean, marking: boolean): number => {
  // What comes live during a scan may also be a stored message whose flag the broker left out.
  if (proven) return marking ? Care.payload | Care.expiry : 0;
  // An unknown state that stays so need not be written, but for a doubt that ends.
  const payload =
    marking || (state === 'unknown' ? by === 'emptied' : judge(state, 'live', false) !== 'same');
  const empty = judge(state, 'live-empty', false) !== 'same';
  return (
    (payload ? Care.payload : 0) |
    (empty ? Care.empty : 0) |
    (state === 'retained' || payload ? Care.expiry : 0)
  );
};

const tableOf = (proven: boolean, marking: boolean): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, code) =>
    careOf(STATES[code & 3] ?? 'unknown', SOURCES[code >> 2] ?? 'none', proven, marking),
  );

const CARE = {
  proven: [tableOf(true, false), tableOf(true, true)],
  unproven: [tableOf(false, false), tableOf(false, true)],
} as const;

/** The evidence of our own publish with Retain, once its outcome is known; null: none. */
export function publishEvidence(
  empty: boolean,
  outcome: 'sent' | 'acknowledged' | 'unknown' | 'refused' | 'failed',
): Evidence | null {
  switch (outcome) {
    case 'acknowledged':
      return empty ? 'emptied' : 'published';
    case 'sent':
      return 'sent';
    case 'unknown':
      return 'unanswered';
    case 'refused':
    case 'failed':
      return null;
  }
}

/**
 * For each state and source, as the columns keep them, the `Care` it takes with live messages with
 * retain = 0: this is asked of every message, so the table in words is not.
 *
 * @param marking what comes live is to be remembered, as a scan is still to be judged
 */
export function careTable(proven: boolean, marking: boolean): Uint8Array {
  return CARE[proven ? 'proven' : 'unproven'][marking ? 1 : 0];
}
