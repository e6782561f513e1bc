import type { WorkerClient } from '../../connection/worker-api.ts';
import { MAX_PIECE } from '../../contract/decoding/decoder-calls.ts';
import type { MessageMeta } from '../../contract/model/message.ts';
import type { TopicKey } from '../../contract/model/model.ts';

export interface AskedMessage {
  readonly key: TopicKey;
  readonly which: number | 'latest' | 'retained';
  /** For a view that is paused: values as of its sequence. */
  readonly view?: string | undefined;
}

export interface ReadMessage {
  readonly kind: 'message';
  readonly meta: MessageMeta;
  /** From the start, as many as were kept, up to the limit. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly properties: Uint8Array<ArrayBuffer>;
}

export type GoneMessage = { readonly kind: 'gone'; readonly why: 'evicted' | 'forgotten' | 'never' };

/** The kept bytes of one message, piece by piece. @param limit bytes at most */
export async function readMessage(
  worker: Pick<WorkerClient, 'call'>,
  { key, which, view }: AskedMessage,
  limit: number,
): Promise<ReadMessage | GoneMessage> {
  const paused = view === undefined ? {} : { view };
  const first = await worker.call('readMessage', { key, which, offset: 0, length: MAX_PIECE, ...paused });
  if (first.kind === 'gone') return first;
  const { meta, properties } = first;
  const wanted = Math.min(meta.kept, limit);
  const pieces = [first.bytes];
  let length = first.bytes.length;
  while (length < wanted) {
    const asked = { key, which: meta.seq, offset: length, length: Math.min(MAX_PIECE, wanted - length) };
    const next = await worker.call('readMessage', { ...asked, ...paused });
    if (next.kind === 'gone') return next;
    if (next.bytes.length === 0) break;
    pieces.push(next.bytes);
    length += next.bytes.length;
  }
  const bytes = pieces.length === 1 ? first.bytes : Buffer.concat(pieces);
  return { kind: 'message', meta, bytes, properties };
}
