import type { StreamSignal } from '../../contract/base/define.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import {
  MAX_WATCHED_BYTES,
  type LateTopic,
  type WatchedMessage,
  type WatchedMessages,
} from '../../contract/session/watched.ts';
import { HeldRecord } from '../../core/series/held-record.ts';
import { NO_NODE, NO_RECORD, type TopicSource } from '../../core/topics/columns/nodes.ts';
import { keyBytes } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import { pause } from '../base/clock.ts';

/** A person reads no faster, ms. */
const EVERY_MS = 500;

/**
 * The latest message of each topic, and again whenever another one came or other topics are late; at most
 * twice a second.
 *
 * @param forgettings how often a person had topics forgotten: the value of one that made room for others stays
 */
export async function* watchedStream(
  source: TopicSource,
  clock: Clock,
  topics: readonly TopicKey[],
  forgettings: () => number,
  signal: StreamSignal,
): AsyncGenerator<WatchedMessages> {
  const watched = topics.map((key) => ({ key, path: keyBytes(key), seq: 0, held: new HeldRecord(source) }));
  let looked = forgettings();
  let lateBefore = '';
  while (!signal.aborted) {
    const messages: WatchedMessage[] = [];
    const isOther = looked !== forgettings();
    looked = forgettings();
    const forgotten = isOther ? watched.filter(({ held }) => held.takeForgotten()) : [];
    // What came since then is sent again.
    for (const one of forgotten) one.seq = 0;
    for (const one of watched) {
      const message = latest(source, one);
      if (message === null) continue;
      one.seq = message.seq;
      messages.push(message);
    }
    const late = watched.flatMap((one) => lateness(source, one) ?? []);
    const lateNow = late.map(({ key }) => key).join('\n');
    if (messages.length > 0 || forgotten.length > 0 || lateNow !== lateBefore)
      yield { messages, forgotten: forgotten.map(({ key }) => key), late };
    lateBefore = lateNow;
    await pause(clock, EVERY_MS);
  }
}

/** What is known of a watched topic. */
interface Watched {
  readonly key: TopicKey;
  readonly path: Uint8Array;
  readonly held: HeldRecord;
  /** Sequence number of the message that was sent last; 0: none was. */
  readonly seq: number;
}

/** Null where there is none, or none after `seq`. */
function latest(source: TopicSource, { key, path, seq, held }: Watched): WatchedMessage | null {
  const node = source.find(path);
  const address = node === NO_NODE ? NO_RECORD : source.lastRecord(node);
  const record = address === NO_RECORD ? null : source.record(address);
  if (record === null || record.seq === seq) return null;
  held.hold(node, address);
  const bytes = record.payload.slice(0, MAX_WATCHED_BYTES) as Uint8Array<ArrayBuffer>;
  return { key, seq: record.seq, at: record.at, size: record.size, bytes };
}

/** Null where it is not late by its rhythm. */
function lateness(source: TopicSource, { key, path }: Watched): LateTopic | null {
  const node = source.find(path);
  if (node === NO_NODE || !source.isLate(node)) return null;
  const address = source.lastRecord(node);
  const record = address === NO_RECORD ? null : source.record(address);
  // A message that made room for newer ones has no time of its own any more.
  const seen = record?.at ?? source.lastSeen(node);
  return { key, silent: Math.max(0, source.now - seen), usual: source.usualInterval(node) };
}
