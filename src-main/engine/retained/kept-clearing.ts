import type { WorkerClient } from '../../connection/worker-api.ts';
import type { Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ClearResult, RestoreResult } from '../../contract/session/outcomes.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { displayTopic } from '../../core/topics/names.ts';
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

/**
 * Clears topics, at most 1,000: what the broker holds is fetched, written to the trash, and only then
 * cleared and asked for again. One result a topic, in the order asked for.
 *
 * @returns a failure where the trash cannot be written: then nothing was sent
 */
export async function clearKept(
  worker: ClearingWorker,
  trash: Keeper,
  keys: readonly TopicKey[],
  unkept: Unkept,
): Promise<ClearResult[] | Failure> {
  const { found } = await worker.call('fetchRetained', { keys: [...keys] });
  const messages = found.flatMap((one) => (one.kind === 'message' ? [one.message] : []));
  const failure = await trash.keep(messages);
  if (failure !== null && unkept === 'stop') return failure;
  const results = new Map<TopicKey, ClearResult>();
  const go: TopicKey[] = [];
  for (const one of found) {
    if (one.kind === 'invalid')
      results.set(one.key, resultOf(one.key, { kind: 'refused', code: 0, failure: one.failure }));
    else if (one.kind === 'unreadable' && unkept === 'stop')
      results.set(one.key, resultOf(one.key, { kind: 'not-kept', failure: one.failure }));
    else go.push(one.key);
  }
  const answer = go.length === 0 ? { results: [] } : await worker.call('emptyRetained', { keys: go });
  const refused = answer.results.filter(({ outcome }) => outcome.kind === 'refused').map(({ key }) => key);
  await trash.notCleared(refused);
  for (const result of answer.results)
    results.set(result.key, { ...result, restorable: trash.has(result.key) });
  return found.flatMap(({ key }) => results.get(key) ?? []);
}

/** Publishes kept messages again, in parts; one result a topic. */
export async function putBack(
  worker: ClearingWorker,
  messages: readonly KeptMessage[],
  overwrite: boolean,
): Promise<RestoreResult[]> {
  const results: RestoreResult[] = [];
  // Of two for one topic the newer.
  const newest = [...new Map(messages.map((message) => [message.key, message] as const)).values()];
  for (let part: KeptMessage[] = [], at = 0; at < newest.length; part = []) {
    let bytes = 0;
    for (; at < newest.length && part.length < MOST_MESSAGES; at++) {
      const message = newest[at] as KeptMessage;
      bytes += message.payload.length;
      if (part.length > 0 && bytes > MOST_BYTES) break;
      part.push(message);
    }
    const answer = await worker.call('putBackRetained', { messages: part, overwrite });
    results.push(...answer.results);
  }
  return results;
}

function resultOf(key: TopicKey, outcome: ClearResult['outcome']): ClearResult {
  return { key, topic: displayTopic(key), outcome, restorable: false };
}
