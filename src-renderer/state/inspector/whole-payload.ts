import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import type { Loaded } from './inspector.ts';

/** The most one call may ask for (contract). Bytes */
const STEP_BYTES = 1_048_576;

/** By its number, or the latest of its topic. */
export type WhichMessage = number | 'latest';

type Source = Pick<ConnectionSession, 'client' | 'connectionId'>;

/**
 * The kept bytes of a message from its start, up to `limit`. Rejects, with what a sentence about it may
 * say, where they were dropped for newer ones.
 * @param start what is known of it
 */
export async function wholePayload(
  session: Source,
  key: TopicKey,
  { meta, bytes: start }: Loaded,
  limit = Infinity,
): Promise<Uint8Array<ArrayBuffer>> {
  const size = Math.min(meta.kept, limit);
  const whole = new Uint8Array(size);
  whole.set(start.subarray(0, size));
  for (let at = Math.min(size, start.length); at < size;) {
    const { bytes } = await read(session, key, meta.seq, at, Math.min(STEP_BYTES, size - at));
    if (bytes.length === 0) throw new Error(DROPPED);
    whole.set(bytes.subarray(0, size - at), at);
    at += bytes.length;
  }
  return whole;
}

/** A message with its kept bytes, up to `limit`. Rejects as `wholePayload` does. */
export async function wholeMessage(
  session: Source,
  key: TopicKey,
  which: WhichMessage,
  limit = Infinity,
): Promise<Loaded> {
  const first = await messageStart(session, key, which, limit);
  return { ...first, bytes: await wholePayload(session, key, first, limit) };
}

/** A message with its first bytes, and how many there are. Rejects as `wholePayload` does. */
export function messageStart(
  session: Source,
  key: TopicKey,
  which: WhichMessage,
  limit = Infinity,
): Promise<Loaded> {
  return read(session, key, which, 0, Math.min(STEP_BYTES, limit));
}

const DROPPED = 'this message was dropped for newer ones';

async function read(
  { client, connectionId }: Source,
  key: TopicKey,
  which: WhichMessage,
  offset: number,
  length: number,
): Promise<Loaded> {
  const answer = await client.call('readMessage', {
    connection: connectionId,
    key,
    which,
    offset,
    length,
  });
  if (answer.kind === 'gone') throw new Error(DROPPED);
  return { meta: answer.meta, bytes: answer.bytes, properties: answer.properties };
}
