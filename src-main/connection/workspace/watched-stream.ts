import type { StreamSignal } from '../../contract/base/define.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import {
  MAX_WATCHED_BYTES,
  type WatchedMessage,
  type WatchedMessages,
} from '../../contract/session/watched.ts';
import { NO_NODE, NO_RECORD, type TopicSource } from '../../core/topics/columns/nodes.ts';
import { keyBytes } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import { pause } from '../base/clock.ts';

/** A person reads no faster, ms. */
const EVERY_MS = 500;

/** The latest message of each topic, and again whenever another one came; at most twice a second. */
export async function* watchedStream(
  source: TopicSource,
  clock: Clock,
  topics: readonly TopicKey[],
  signal: StreamSignal,
): AsyncGenerator<WatchedMessages> {
  const watched = topics.map((key) => ({ key, path: keyBytes(key), seq: 0 }));
  while (!signal.aborted) {
    const messages: WatchedMessage[] = [];
    for (const one of watched) {
      const message = latest(source, one.key, one.path, one.seq);
      if (message === null) continue;
      one.seq = message.seq;
      messages.push(message);
    }
    if (messages.length > 0) yield { messages };
    await pause(clock, EVERY_MS);
  }
}

/** Null where there is none, or none after `seq`. */
function latest(source: TopicSource, key: TopicKey, path: Uint8Array, seq: number): WatchedMessage | null {
  const node = source.find(path);
  const address = node === NO_NODE ? NO_RECORD : source.lastRecord(node);
  const record = address === NO_RECORD ? null : source.record(address);
  if (record === null || record.seq === seq) return null;
  const bytes = record.payload.slice(0, MAX_WATCHED_BYTES) as Uint8Array<ArrayBuffer>;
  return { key, seq: record.seq, at: record.at, size: record.size, bytes };
}
