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
