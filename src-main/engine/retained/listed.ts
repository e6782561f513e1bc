import type { WorkerClient, WorkerHandlers } from '../../connection/worker-api.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ClearScope } from '../../contract/session/jobs.ts';
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

/** Their names. */
export async function keysIn(
  worker: { readonly call: WorkerClient['call'] },
  scope: ClearScope,
): Promise<TopicKey[]> {
  const keys: TopicKey[] = [];
  for await (const { list } of listedIn(worker, scope)) for (const key of list.keys()) keys.push(key);
  return keys;
}
