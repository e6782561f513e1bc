import type { ConnectionState } from '../../contract/model/model.ts';
import type { RestoreResult } from '../../contract/session/outcomes.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { countInRoom } from '../../core/retained/room.ts';
import { pause } from '../base/observable.ts';
import type { ClearingWorker } from './listed-kept.ts';

/** Payload bytes of messages that are put back together. */
export const PUT_BACK_BYTES = 16 * 2 ** 20;
/** Messages that are put back together: below the queue of a default broker (1,000). */
const MOST_MESSAGES = 200;
/** A broker that is started again is waited for, ms. */
const AWAY_MS = 30_000;
const LOOK_AGAIN_MS = 100;
/** So often messages are put back of which the end of the connection left open what became of them. */
const MOST_TRIES = 3;

type RestoringState =
  /** `since`: another for each connection to the broker. */
  | { readonly kind: 'online'; readonly since: number }
  | { readonly kind: Exclude<ConnectionState['kind'], 'online'> };

/** A connection as restoring needs it. */
export interface RestoringConnection {
  readonly worker: ClearingWorker;
  readonly summary: { readonly value: { readonly state: RestoringState } };
}

export interface PutBack {
  readonly results: RestoreResult[];
  /**
   * In which all of it was put back and found: after its end a broker that was killed may have lost it again. Another
   * for each connection; null: there was none, or none lasted long enough.
   */
  readonly session: number | null;
}

/**
 * Publishes kept messages again, in parts; one result a topic. Where the connection ends it goes on with the next one.
 *
 * @param messages of each topic at most one
 * @param wait between two looks at the state of the connection
 */
export async function putBack(
  live: RestoringConnection,
  messages: readonly KeptMessage[],
  overwrite: boolean,
  wait: (ms: number) => Promise<void> = (ms) => pause(ms, new AbortController().signal),
): Promise<PutBack> {
  for (let tries = 1; ; tries++) {
    const session = messages.length === 0 ? sessionOf(live) : await online(live, wait);
    const results = await putBackParts(live.worker, messages, overwrite);
    const lasted = session !== null && (await hasLasted(live, session, results, wait));
    if (session === null || lasted || tries === MOST_TRIES)
      return { results, session: lasted ? session : null };
  }
}

/** Whether all of it was done over one connection. Its end may be noticed a moment after what it did. */
async function hasLasted(
  live: RestoringConnection,
  session: number,
  results: readonly RestoreResult[],
  wait: (ms: number) => Promise<void>,
): Promise<boolean> {
  if (results.some(({ outcome }) => outcome.kind !== 'restored')) await wait(LOOK_AGAIN_MS);
  return sessionOf(live) === session;
}

/** The session in force, or the next one if it comes in time. */
async function online(
  live: RestoringConnection,
  wait: (ms: number) => Promise<void>,
): Promise<number | null> {
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    const session = sessionOf(live);
    const { kind } = live.summary.value.state;
    // Nobody tries to connect then.
    if (session !== null || kind === 'idle' || kind === 'stopped' || waited >= AWAY_MS) return session;
    await wait(LOOK_AGAIN_MS);
  }
}

function sessionOf({ summary }: RestoringConnection): number | null {
  const { state } = summary.value;
  return state.kind === 'online' ? state.since : null;
}

async function putBackParts(
  worker: ClearingWorker,
  messages: readonly KeptMessage[],
  overwrite: boolean,
): Promise<RestoreResult[]> {
  const results: RestoreResult[] = [];
  for (let at = 0; at < messages.length;) {
    const next = messages.slice(at, at + MOST_MESSAGES);
    const count = countInRoom(next.length, (i) => next[i]?.payload.length ?? 0, PUT_BACK_BYTES);
    const answer = await worker.call('putBackRetained', { messages: next.slice(0, count), overwrite });
    results.push(...answer.results);
    at += count;
  }
  return results;
}
