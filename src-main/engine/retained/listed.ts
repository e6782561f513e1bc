import type { WorkerClient, WorkerHandlers } from '../../connection/worker-api.ts';
import type { Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ClearScope } from '../../contract/session/jobs.ts';
import type { FetchedRetained, KeptMessage } from '../../contract/session/trash.ts';
import { unpackMessages } from '../../core/retained/packed-messages.ts';
import { TopicList } from '../../core/retained/topic-list.ts';

type Piece = Awaited<ReturnType<Extract<WorkerHandlers['listRetained'], (...args: never) => unknown>>>;

/** Topics of a scope that are known to be retained, as they are found. */
export async function* listedIn(
  worker: { readonly call: WorkerClient['call'] },
  scope: ClearScope,
): AsyncGenerator<{ readonly list: TopicList; readonly unknown: number }> {
  for (let from: number | null = 0; from !== null;) {
    const piece: Piece = await worker.call('listRetained', { scope, from });
    yield { list: new TopicList(piece.topics), unknown: piece.unknown };
    from = piece.next;
  }
}

/**
 * What the broker holds now for each, one answer a topic, in parts that are not too large.
 *
 * @param keys at most 1,000
 */
export async function* fetchedOf(
  worker: { readonly call: WorkerClient['call'] },
  keys: readonly TopicKey[],
): AsyncGenerator<Exclude<FetchedRetained, { kind: 'postponed' }>[]> {
  // Answers name topics by their place among those that were asked for.
  for (let left: TopicKey[] = [...new Set(keys)]; left.length > 0;) {
    const found = unpackMessages(left, await worker.call('fetchRetained', { keys: left }));
    yield found.filter((one) => one.kind !== 'postponed');
    left = found.flatMap(({ kind, key }) => (kind === 'postponed' ? key : []));
  }
}

/** Their names. */
export async function keysIn(
  worker: { readonly call: WorkerClient['call'] },
  scope: ClearScope,
): Promise<TopicKey[]> {
  const keys: TopicKey[] = [];
  for await (const { list } of listedIn(worker, scope)) for (const key of list.keys()) keys.push(key);
  return keys;
}

/** What the broker holds of some topics. */
export interface HeldPart {
  readonly keys: readonly TopicKey[];
  readonly found: ReadonlyMap<TopicKey, KeptMessage>;
  /** Why it is not known of some; of the others it holds nothing. */
  readonly unread: ReadonlyMap<TopicKey, Failure>;
}

/** What the broker holds of these, in parts that are not too large. */
export async function* heldOf(
  worker: { readonly call: WorkerClient['call'] },
  keys: readonly TopicKey[],
): AsyncGenerator<HeldPart> {
  for await (const part of fetchedOf(worker, keys)) {
    const found = new Map<TopicKey, KeptMessage>();
    const unread = new Map<TopicKey, Failure>();
    for (const one of part) {
      if (one.kind === 'message') found.set(one.key, one.message);
      else if (one.kind !== 'nothing') unread.set(one.key, one.failure);
    }
    yield { keys: part.map(({ key }) => key), found, unread };
  }
}
