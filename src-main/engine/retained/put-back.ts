import type { ConnectionState, TopicKey } from '../../contract/model/model.ts';
import type { RestoreResult } from '../../contract/session/outcomes.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { countInRoom } from '../../core/retained/room.ts';
import { pause } from '../base/observable.ts';
import type { ClearingWorker } from './listed-kept.ts';

/** Payload bytes of messages that are put back together. */
export const PUT_BACK_BYTES = 16 * 2 ** 20;
/** Messages that are put back together: below the queue of a default broker (1,000). */
const MOST_MESSAGES = 800;
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
 * What a broker ends it over (HiveMQ does so over each topic that it denies) is left out then, and all else put back.
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
  const begun = sessionOf(live);
  const denied = new Denied((message) => blame(live, message, overwrite, wait));
  for (let tries = 1; ;) {
    const left = messages.filter(({ key }) => !denied.results.has(key));
    const { session, lasted, results } = await putBackOnce(live, left, overwrite, wait);
    if (session === null || lasted || tries === MOST_TRIES) {
      if (lasted && denied.areEndsExplained) sayIsSame(live, session, begun);
      const all = inOrderOf(messages, [...results, ...denied.results.values()]);
      return { results: all, session: lasted ? nameOf(live, session) : null };
    }
    if (!(await denied.learn(left, results))) tries++;
  }
}

/** What the broker ends the connection over. */
class Denied {
  readonly results = new Map<TopicKey, RestoreResult>();
  /** The broker said of each end which topic it was over. */
  areEndsExplained = true;
  readonly #blame: (message: KeptMessage) => Promise<RestoreResult | null>;
  /** Sent alone, as the connection may have ended over it. */
  readonly #singled = new Set<TopicKey>();

  /** @param blameFor what becomes of it alone, where the connection ends over it */
  constructor(blameFor: (message: KeptMessage) => Promise<RestoreResult | null>) {
    this.#blame = blameFor;
  }

  /** By the results of a try that the end of the connection cut off; false: nothing was learnt. */
  async learn(messages: readonly KeptMessage[], results: readonly RestoreResult[]): Promise<boolean> {
    const refused = results.filter(({ outcome }) => outcome.kind === 'refused');
    for (const one of refused) this.results.set(one.key, one);
    if (refused.length > 0) return true;
    const suspect = suspectOf(messages, results);
    const blamed = suspect === null ? null : await this.#blame(suspect);
    this.areEndsExplained &&= blamed?.outcome.kind === 'refused';
    if (suspect === null || this.#singled.has(suspect.key)) return false;
    this.#singled.add(suspect.key);
    if (blamed !== null) this.results.set(blamed.key, blamed);
    return true;
  }
}

/** Over the connection in force, or the next one. */
async function putBackOnce(
  live: RestoringConnection,
  messages: readonly KeptMessage[],
  overwrite: boolean,
  wait: (ms: number) => Promise<void>,
) {
  const session = messages.length === 0 ? sessionOf(live) : await online(live, wait);
  const results = await putBackParts(live.worker, messages, overwrite);
  const lasted = session !== null && (await hasLasted(live, session, results, wait));
  return { session, lasted, results };
}

/** A broker reads them in their order: it may have ended the connection over the first that was not put back. */
function suspectOf(messages: readonly KeptMessage[], results: readonly RestoreResult[]): KeptMessage | null {
  const open = results.find(({ outcome }) => OPEN.has(outcome.kind));
  return messages.find(({ key }) => key === open?.key) ?? null;
}

const OPEN: ReadonlySet<RestoreResult['outcome']['kind']> = new Set(['not-verified', 'not-stored']);

/** What becomes of it alone, where the connection ends over it; once may be chance. Null: it does not. */
async function blame(
  live: RestoringConnection,
  suspect: KeptMessage,
  overwrite: boolean,
  wait: (ms: number) => Promise<void>,
): Promise<RestoreResult | null> {
  let result: RestoreResult | null = null;
  for (let times = 0; times < 2; times++) {
    const { session, lasted, results } = await putBackOnce(live, [suspect], overwrite, wait);
    result = results[0] ?? null;
    if (result?.outcome.kind === 'refused') return result;
    if (session === null || lasted || result?.outcome.kind === 'restored') return null;
  }
  return result;
}

function inOrderOf(messages: readonly KeptMessage[], results: readonly RestoreResult[]): RestoreResult[] {
  const byKey = new Map(results.map((one) => [one.key, one] as const));
  return messages.flatMap(({ key }) => byKey.get(key) ?? []);
}

/**
 * Sessions that took the place of another when the broker ended that over what it refused: it was not killed, so what
 * was put back before is there still.
 */
const sameAs = new WeakMap<RestoringConnection, Map<number, number>>();

function sayIsSame(live: RestoringConnection, session: number | null, before: number | null): void {
  if (session === null || before === null || session === before) return;
  const names = sameAs.get(live) ?? new Map<number, number>();
  sameAs.set(live, names.set(session, names.get(before) ?? before));
}

function nameOf(live: RestoringConnection, session: number | null): number | null {
  return session === null ? null : (sameAs.get(live)?.get(session) ?? session);
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
