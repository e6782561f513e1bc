const NO_BYTES = new Uint8Array(0);

/**
 * A record read in place: what going through a million of them may cost is no object and no view each.
 * Valid until the next turn of the event loop, and until it is used for another record.
 */
export class RecordLook {
  /** Position in the order of arrival on this connection, from 1. */
  seq = 0;
  /** Received, ms since the epoch. */
  at = 0;
  /** As in the PUBLISH fixed header. */
  flags = 0;
  /** Payload bytes received; more than were kept if it was shortened. */
  size = 0;
  /** Where the properties lie, without their length, and the payload, of which these bytes were kept. */
  properties: Uint8Array = NO_BYTES;
  propertiesStart = 0;
  propertiesEnd = 0;
  payload: Uint8Array = NO_BYTES;
  payloadStart = 0;
  payloadEnd = 0;
  /** Address of the topic's message before; 0 if none, possibly evicted. */
  previous = 0;

  get shortened(): boolean {
    return this.size > this.payloadEnd - this.payloadStart;
  }
}
