import type { RetainedBy, RetainedState } from '../../contract/model/model.ts';

/**
 * What can be learnt about a topic's stored message.
 * - `delivered`: retain = 1 with a payload, from any subscription
 * - `delivered-empty`: retain = 1 without a payload (retain-as-published)
 * - `live`: retain = 0, whatever the payload
 * - `expired`: the Message Expiry Interval of the retained message is over
 * - `probe-absent`: a fenced, complete probe did not return the topic
 * - `probe-incomplete`: the probe did not return it, but may have lost messages
 */
export type Evidence =
  'delivered' | 'delivered-empty' | 'live' | 'expired' | 'probe-absent' | 'probe-incomplete';

/** The state after a piece of evidence. A live message says nothing of the stored one: no change. */
export function judge(state: RetainedState, evidence: Evidence): RetainedState {
  switch (evidence) {
    case 'delivered':
      return 'retained';
    case 'delivered-empty':
      return 'cleared';
    case 'probe-absent':
      return 'not-retained';
    case 'expired':
      // Only a message that was there can expire; the other states do not depend on it.
      return state === 'retained' ? 'unknown' : state;
    case 'live':
    case 'probe-incomplete':
      return state;
  }
}

/** The states and sources as the small numbers the columns keep. Unknown by none is 0. */
export const STATES: readonly RetainedState[] = ['unknown', 'retained', 'cleared', 'not-retained'];
export const SOURCES: readonly RetainedBy[] = ['none', 'subscribe', 'live', 'probe', 'expiry'];
export const RETAINED_CODE = 1;
