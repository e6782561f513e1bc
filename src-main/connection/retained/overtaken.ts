import type { TopicKey } from '../../contract/model/model.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { NO_NODE, NO_RECORD, type Node, type TopicSource } from '../../core/topics/columns/nodes.ts';

/** Messages of a topic that are looked through. */
const MOST_MESSAGES = 100;

/**
 * The message that an empty one of ours took the place of, where it is not the one that was fetched; null: none.
 * Somebody published it between the fetch of the topic and our clearing of it, so that there is no copy of what the
 * broker has lost. Where live messages keep their retain flag, which takes MQTT 5, the connection proper has seen it.
 *
 * @param messages that the topic had when it was asked for
 * @param mark of the copy, as `markOf` makes it; 0: there is none
 */
export function replacedBy(
  topics: TopicSource,
  node: Node,
  key: TopicKey,
  messages: number,
  mark: number,
): KeptMessage | null {
  const since = node === NO_NODE ? 0 : topics.messages(node) - messages;
  // Our own empty one is one of them.
  const message = since < 2 ? null : replaced(topics, node, key, since);
  return message !== null && markOf(message.payload) !== mark ? message : null;
}

/** Looks back for a clear, and from there for the message before it. */
function replaced(topics: TopicSource, node: Node, key: TopicKey, since: number): KeptMessage | null {
  let address = topics.lastRecord(node);
  let isCleared = false;
  for (let left = Math.min(since, MOST_MESSAGES); left > 0 && address !== NO_RECORD; left--) {
    const record = topics.record(address);
    if (record === null) return null;
    if (record.retain && record.size === 0) isCleared = true;
    else if (record.retain && isCleared) {
      const { payload, size, qos, properties, at } = record;
      if (payload.length < size) return null;
      return { key, payload: payload.slice(), qos, properties: properties.slice(), at };
    }
    address = record.previous;
  }
  return null;
}

/** Differs between two payloads, but for one of some billions; never 0. One is the bytes from `start` to before `end`. */
export function markOf(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let mark = 0x811c9dc5 ^ (end - start);
  for (let at = start; at < end; at++) mark = Math.imul(mark ^ (bytes[at] ?? 0), 0x01000193);
  return mark === 0 ? 1 : mark;
}
