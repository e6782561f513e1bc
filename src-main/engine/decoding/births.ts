import type { WorkerClient } from '../../connection/worker-api.ts';
import { MAX_PIECE } from '../../contract/decoding/decoder-calls.ts';
import type { TopicKey } from '../../contract/model/model.ts';

type Worker = Pick<WorkerClient, 'call'>;

/** Birth certificates of these: they name what the messages themselves only number. */
const NAMED = /^spBv1\.0\/([^/]+)\/([ND])(?:DATA|CMD)\/([^/]+)(?:\/([^/]+))?$/;

/** Topics of the birth certificates that name the metrics of a Sparkplug B message; none for other topics. */
export function birthTopics(topic: string): readonly string[] {
  const [, group, kind, node, device] = NAMED.exec(topic) ?? [];
  if (group === undefined || node === undefined) return [];
  // An alias is unique in the edge node: its own birth comes first, so that the device's goes before it.
  const births = [`spBv1.0/${group}/NBIRTH/${node}`];
  if (kind === 'D' && device !== undefined) births.push(`spBv1.0/${group}/DBIRTH/${node}/${device}`);
  return births;
}

/**
 * The birth certificates that were in force when a message came: the last ones before it that are kept.
 *
 * @param seq of the message; null: the newest count
 */
export async function readBirthsFor(
  worker: Worker,
  topic: string,
  seq: number | null,
): Promise<Uint8Array[]> {
  const births: Uint8Array[] = [];
  for (const key of birthTopics(topic)) {
    const bytes = await readBirth(worker, key, seq);
    if (bytes !== null) births.push(bytes);
  }
  return births;
}

async function readBirth(worker: Worker, key: TopicKey, seq: number | null): Promise<Uint8Array | null> {
  const { messages } = await worker.call('readHistory', { key, before: seq, limit: 1 });
  const which = messages[0]?.seq;
  if (which === undefined) return null;
  const answer = await worker.call('readMessage', { key, which, offset: 0, length: MAX_PIECE });
  return answer.kind === 'message' ? answer.bytes : null;
}
