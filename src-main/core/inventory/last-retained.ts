import type { RecordLook } from '../history/look.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import { receivedProperties, sameProperties } from '../publish/received-properties.ts';
import {
  evictedSize,
  NO_NODE,
  NO_RECORD,
  type Node,
  type RecordAddress,
  type TopicSource,
} from '../topics/columns/nodes.ts';
import type { StoredMessage } from '../retained/probe-batch.ts';
import { sameBytes } from '../message/same-bytes.ts';

type Records = Pick<TopicSource, 'record' | 'lastRetainedRecord'>;

/** Whether what a probe brought is what is kept as the retained message of its topic already. */
export function isLastRetained(
  topics: Records,
  node: Node,
  { payload, isCrowded, size, properties }: StoredMessage,
): boolean {
  const record = topics.record(topics.lastRetainedRecord(node));
  if (record === null || record.size !== size) return false;
  // The payload of a crowded one is not there, so one of the same size is taken for it.
  if (isCrowded !== true && !sameBytes(record.payload, payload)) return false;
  if (sameBytes(record.properties, properties)) return true;
  // The connection proper has its Subscription Identifier among them, and of the expiry less may be left.
  return sameProperties(receivedProperties(record.properties), receivedProperties(properties));
}

/**
 * Payload bytes of the message that a topic was last seen to retain, also where it was evicted; 0: none was seen.
 *
 * @param look is used for the record
 */
export function lastRetainedSize(
  topics: Pick<TopicSource, 'lastRetainedRecord' | 'log'>,
  node: Node,
  look: RecordLook,
): number {
  return node === NO_NODE ? 0 : (sizeAt(topics, topics.lastRetainedRecord(node), look) ?? 0);
}

/**
 * Payload bytes of the message that the broker holds for a topic, as far as it was seen, also where it was evicted;
 * null: it was not.
 *
 * @param look is used for the record
 */
export function heldSize(
  topics: Records & Pick<TopicSource, 'log'>,
  node: Node,
  fact: RetainedFact,
  look: RecordLook,
): number | null {
  return node === NO_NODE ? null : sizeAt(topics, heldRecord(topics, node, fact), look);
}

function sizeAt({ log }: Pick<TopicSource, 'log'>, address: RecordAddress, look: RecordLook): number | null {
  const evicted = evictedSize(address);
  if (evicted !== null || address === NO_RECORD) return evicted;
  return log.look(address, look) ? look.size : null;
}

/**
 * The message that the broker holds for a topic, as far as it was seen; NO_RECORD: it was not. Before MQTT 5, and
 * on brokers that drop the flag, our own publish does not come back as a retained one: what was stored before it
 * is not what is stored now.
 */
export function heldRecord(topics: Records, node: Node, { by, at }: RetainedFact): RecordAddress {
  const address = topics.lastRetainedRecord(node);
  if (by !== 'us' || address === NO_RECORD) return address;
  // Of one that was evicted nobody knows when it came.
  if (evictedSize(address) !== null) return NO_RECORD;
  const record = topics.record(address);
  return record !== null && record.stored && record.at < at ? NO_RECORD : address;
}
