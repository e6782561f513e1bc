import { failed } from '../../../contract/base/errors.ts';
import type { Ending } from '../failures/reasons.ts';
import type { AttemptFacts } from './evidence.ts';

/** DISCONNECT "Session taken over". */
export const TAKEN_OVER = 142;
/** So many short sessions in a row are no coincidence. */
const MOST_SHORT = 3;
/** Clients reconnect within seconds, so two with the same client ID end each other's sessions about as soon. */
const SHORT_MS = 30_000;
/** Ends without a reason, which is how brokers before MQTT 5 close over a take-over. */
const SILENT_ENDS = new Set(['closed', 'reset', 'websocket-closed']);
/** An end so soon after something we sent is the answer to it. */
const ANSWER_MS = 1_000;

/** Failure code of a session that an earlier CONNECT of this connection took over. */
const TAKEN_OVER_BY_US = 'taken-over-by-us';

/** The broker says that another client took the session over, and no CONNECT of ours explains it. */
export function isTakenOver({ code, failure }: AttemptFacts): boolean {
  return code === TAKEN_OVER && failure !== TAKEN_OVER_BY_US;
}

/**
 * What ended the running attempt with “Session taken over” where it was this connection itself: a broker
 * that hung reads the CONNECTs of attempts that were given up when it runs again, and those that are read
 * on several threads (HiveMQ) may come after the newer one. Each is read once, so it explains one end; a
 * session that was not short shows that nothing waits any more. Null where another client did it.
 *
 * @param attempts oldest first; the last one is what ended at `now`
 */
export function takenOverByUs(attempts: readonly AttemptFacts[], now: number): Ending | null {
  let unread = 0;
  for (const one of attempts) {
    const { onlineAt, endedAt, failure } = one;
    if (onlineAt !== null && (endedAt ?? now) - onlineAt > SHORT_MS) unread = 0;
    else if (isGivenUp(one)) unread = Math.min(unread + 1, MOST_SHORT - 1);
    else if (failure === TAKEN_OVER_BY_US) unread--;
  }
  return unread > 0 ? OWN_TAKE_OVER : null;
}

/** CONNECT was sent, and we left before the broker had answered it. */
function isGivenUp({ onlineAt, endedAt, phase, by }: AttemptFacts): boolean {
  return onlineAt === null && endedAt !== null && phase === 'handshaking' && by !== 'remote';
}

const OWN_TAKE_OVER: Ending = {
  failure: failed(
    TAKEN_OVER_BY_US,
    'The broker closed the connection over an earlier attempt of this same connection, which it had left unanswered and read only now.',
    'Nothing to do here: the next attempt follows by itself.',
  ),
  retry: 'later',
};

/**
 * The sessions that show a fight for the client ID: the last three ended by the broker without a
 * reason, each short, none as an answer to something of ours, and every connect in between accepted at
 * once, as no broker does that crashes or is overloaded. Empty if there is no such thing.
 *
 * @param attempts oldest first
 */
export function silentTakeOver(attempts: readonly AttemptFacts[]): readonly AttemptFacts[] {
  const ended = attempts.filter(({ endedAt }) => endedAt !== null).slice(-MOST_SHORT);
  return ended.length === MOST_SHORT && ended.every(isThrownOut) ? ended : [];
}

function isThrownOut({ onlineAt, endedAt, by, code, failure, last }: AttemptFacts): boolean {
  if (onlineAt === null || endedAt === null || by !== 'remote' || code !== null) return false;
  if (!SILENT_ENDS.has(failure) || endedAt - onlineAt > SHORT_MS || last === null) return false;
  const { pendingSubscribe, lastPublish } = last;
  const published = lastPublish !== null && endedAt - lastPublish.at < ANSWER_MS;
  return pendingSubscribe === null && !published;
}
