import type { WorkerClient } from '../../connection/worker-api.ts';
import type { Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ClearResult, RestoreResult } from '../../contract/session/outcomes.ts';
import type { FetchedRetained, KeptMessage } from '../../contract/session/trash.ts';
import { CLEARED } from '../../core/retained/clearing.ts';
import { displayTopic } from '../../core/topics/names.ts';
import { fetchedOf } from './listed.ts';
import type { TrashWriter } from './trash.ts';

/** What to do with what cannot be kept: `stop` leaves it alone and says so. */
export type Unkept = 'stop' | 'clear';

/** The calls of a connection's worker that clearing takes. */
export interface ClearingWorker {
  readonly call: WorkerClient['call'];
}

/** Where copies go: on the disk when `keep` is over. */
export type Keeper = Pick<TrashWriter, 'keep' | 'has' | 'notCleared'>;

/** Payload bytes of messages that are put back together. */
const MOST_BYTES = 16 * 2 ** 20;
/** Messages that are put back together: below the queue of a default broker (1,000). */
const MOST_MESSAGES = 200;

/** What became of a topic before anything is checked. */
export interface SentTopic {
  readonly key: TopicKey;
  /** Null: the clearing was sent, and is to be checked. */
  readonly result: ClearResult | null;
  /** Payload bytes of the copy in the trash; null: there is none. */
  readonly kept: number | null;
  /** ms until the broker acknowledged it; left out where it did not. */
  readonly took?: number;
}

/**
 * Clears topics, at most 1,000: what the broker holds is fetched, written to the trash, and only then
 * cleared. Nothing is checked yet. One answer a topic, in the order asked for.
 *
 * @returns a failure where the trash cannot be written: then nothing was sent
 */
export async function sendKept(
  worker: ClearingWorker,
  trash: Keeper,
  keys: readonly TopicKey[],
  unkept: Unkept,
): Promise<SentTopic[] | Failure> {
  const found = await fetchedOf(worker, keys);
  const messages = found.flatMap((one) => (one.kind === 'message' ? [one.message] : []));
  const failure = await trash.keep(messages);
  if (failure !== null && unkept === 'stop') return failure;
  const { go, results } = sortedOut(found, unkept);
  const { unsent, took } =
    go.length === 0
      ? { unsent: [], took: new Float32Array(0) }
      : await worker.call('sendEmpty', { keys: go });
  await trash.notCleared(unsent.flatMap(({ key, outcome }) => (outcome.kind === 'refused' ? [key] : [])));
  for (const { key, outcome } of unsent)
    results.set(key, { ...resultOf(key, outcome), restorable: trash.has(key) });
  return sentTopics(found, go, took, results);
}

/** Those of what was found that may be cleared, and what became of the others instead. */
export function sortedOut(
  found: readonly FetchedRetained[],
  unkept: Unkept,
): { readonly go: TopicKey[]; readonly results: Map<TopicKey, ClearResult> } {
  const results = new Map<TopicKey, ClearResult>();
  const go: TopicKey[] = [];
  for (const one of found) {
    if (one.kind === 'invalid')
      results.set(one.key, resultOf(one.key, { kind: 'refused', code: 0, failure: one.failure }));
    else if (one.kind === 'unreadable' && unkept === 'stop')
      results.set(one.key, resultOf(one.key, { kind: 'not-kept', failure: one.failure }));
    else go.push(one.key);
  }
  return { go, results };
}

/**
 * An answer for each that was found, in that order.
 *
 * @param go those that were sent to, of which `took` tells how long each took, in ms; NaN: not acknowledged
 * @param results of those that are settled already
 */
export function sentTopics(
  found: readonly FetchedRetained[],
  go: readonly TopicKey[],
  took: Float32Array,
  results: ReadonlyMap<TopicKey, ClearResult>,
): SentTopic[] {
  // In the order of what was found, of which these are some.
  let at = 0;
  return found.map((one) => {
    const ms = one.key === go[at] ? (took[at++] ?? Number.NaN) : Number.NaN;
    return {
      key: one.key,
      result: results.get(one.key) ?? null,
      kept: one.kind === 'message' ? one.message.payload.length : null,
      ...(Number.isNaN(ms) ? {} : { took: ms }),
    };
  });
}

/**
 * Asks for topics again that were sent. What was published between their fetch and their clear is written to
 * the trash as well.
 */
export async function checkKept(
  worker: ClearingWorker,
  trash: Keeper,
  keys: readonly TopicKey[],
): Promise<ClearResult[]> {
  // Answers are told by their place among the topics that were asked for.
  const unique = [...new Set(keys)];
  const { cleared, others, overtaken } = await worker.call('checkRetained', { keys: unique });
  // Where there is no room for it any more, there is the copy from before.
  if (overtaken.length > 0) await trash.keep(overtaken);
  return [
    ...others.map((result) => ({ ...result, restorable: trash.has(result.key) })),
    ...clearedAt(unique, cleared, trash),
  ];
}

/** Of topics that are gone, by their places among others. */
export function clearedAt(
  keys: readonly TopicKey[],
  places: Uint32Array,
  trash: Pick<Keeper, 'has'>,
): ClearResult[] {
  const results: ClearResult[] = [];
  for (const place of places) {
    const key = keys[place];
    if (key === undefined) continue;
    results.push({ key, topic: displayTopic(key), outcome: CLEARED, restorable: trash.has(key) });
  }
  return results;
}

/** The same as `sendKept`, and each is asked for again. One result a topic, in the order asked for. */
export async function clearKept(
  worker: ClearingWorker,
  trash: Keeper,
  keys: readonly TopicKey[],
  unkept: Unkept,
): Promise<ClearResult[] | Failure> {
  const sent = await sendKept(worker, trash, keys, unkept);
  if ('code' in sent) return sent;
  const ask = sent.flatMap(({ key, result }) => (result === null ? [key] : []));
  const results = ask.length === 0 ? [] : await checkKept(worker, trash, ask);
  const checked = new Map(results.map((result) => [result.key, result] as const));
  return sent.flatMap(({ key, result, took }) => {
    const one = result ?? checked.get(key);
    if (one === undefined) return [];
    const ms = took === undefined || one.outcome.kind !== 'cleared' ? {} : { took };
    return [{ ...one, ...ms, restorable: trash.has(key) }];
  });
}

/**
 * Publishes kept messages again, in parts; one result a topic.
 *
 * @param messages of each topic at most one
 */
export async function putBack(
  worker: ClearingWorker,
  messages: readonly KeptMessage[],
  overwrite: boolean,
): Promise<RestoreResult[]> {
  const results: RestoreResult[] = [];
  for (let part: KeptMessage[] = [], at = 0; at < messages.length; part = []) {
    let bytes = 0;
    for (; at < messages.length && part.length < MOST_MESSAGES; at++) {
      const message = messages[at] as KeptMessage;
      bytes += message.payload.length;
      if (part.length > 0 && bytes > MOST_BYTES) break;
      part.push(message);
    }
    const answer = await worker.call('putBackRetained', { messages: part, overwrite });
    results.push(...answer.results);
  }
  return results;
}

export function resultOf(key: TopicKey, outcome: ClearResult['outcome']): ClearResult {
  return { key, topic: displayTopic(key), outcome, restorable: false };
}
