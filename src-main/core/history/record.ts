import type { Qos } from '../../contract/model/model.ts';

/** One kept message. `payload` and `properties` are copies or views valid for this turn only. */
export interface HistoryRecord {
  /** Position in the order of arrival on this connection, from 1. */
  readonly seq: number;
  /** Received, ms since the epoch. */
  readonly at: number;
  readonly qos: Qos;
  readonly retain: boolean;
  /** Delivered as a stored message, in answer to a SUBSCRIBE; of those with the retain flag. */
  readonly stored: boolean;
  readonly dup: boolean;
  /** Of the PUBLISH that brought it; 0 at QoS 0, and where it is not known. */
  readonly packetId: number;
  /** Payload bytes received; more than `payload.length` if it was shortened. */
  readonly size: number;
  readonly payload: Uint8Array;
  /** MQTT 5 properties as received, without their length. */
  readonly properties: Uint8Array;
  /** Address of the topic's message before; 0 if none, possibly evicted. */
  readonly previous: number;
}
