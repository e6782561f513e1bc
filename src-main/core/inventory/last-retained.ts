import type { RecordLook } from '../history/look.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import { receivedProperties, sameProperties } from '../publish/received-properties.ts';
import {
  NO_NODE,
  NO_RECORD,
  type Node,
  type RecordAddress,
  type TopicSource,
} from '../topics/columns/nodes.ts';
import type { StoredMessage } from '../retained/probe-batch.ts';
import { sameBytes } from '../retained/probed.ts';

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
 * Payload bytes of the message that a topic was last seen to retain; 0: none was seen.
 *
 * @param look is used for the record
 */
export function lastRetainedSize(
  topics: Pick<TopicSource, 'lastRetainedRecord' | 'log'>,
  node: Node,
  look: RecordLook,
): number {
  if (node === NO_NODE) return 0;
  const address = topics.lastRetainedRecord(node);
  return address !== NO_RECORD && topics.log.look(address, look) ? look.size : 0;
}

/**
 * The message that the broker holds for a topic, as far as it was seen; NO_RECORD: it was not. Before MQTT 5, and
 * on brokers that drop the flag, our own publish does not come back as a retained one: what was stored before it
 * is not what is stored now.
 */
export function heldRecord(topics: Records, node: Node, { by, at }: RetainedFact): RecordAddress {
  const address = topics.lastRetainedRecord(node);
  if (by !== 'us' || address === NO_RECORD) return address;
  const record = topics.record(address);
  return record !== null && record.stored && record.at < at ? NO_RECORD : address;
}
