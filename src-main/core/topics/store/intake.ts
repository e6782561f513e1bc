/** Bits of a message's flags, the same as in the PUBLISH fixed header [MQTT-3.3.1]. */
export const FLAG_RETAIN = 0x01;
export const FLAG_QOS1 = 0x02;
export const FLAG_QOS2 = 0x04;
/** Mask of the QoS. At QoS 1 and 2 a message has a packet identifier. */
export const FLAG_QOS = FLAG_QOS1 | FLAG_QOS2;
export const FLAG_DUP = 0x08;

/**
 * Where the tap puts what it reads. One call a message, in the order of the wire, with offsets into
 * the chunk as received: nothing is allocated for a known topic and nothing may be kept by reference.
 */
export interface Intake {
  /** Single messages are not watched, so they may be delivered together some milliseconds later. */
  readonly unwatched?: boolean;

  /**
   * @param flags the low four bits of the fixed header
   * @param payloadSize bytes of the payload on the wire; more than `payloadEnd - payloadStart` when
   *   it was shortened
   * @param subscription the Subscription Identifier decoded from the properties, 0 if none
   * @param expiry Message Expiry Interval in seconds, -1 if none
   * @param at ms since the epoch
   * @param packetId 0 at QoS 0, and where it is not known
   */
  message(
    bytes: Uint8Array,
    topicStart: number,
    topicEnd: number,
    propertiesStart: number,
    propertiesEnd: number,
    payloadStart: number,
    payloadEnd: number,
    payloadSize: number,
    flags: number,
    subscription: number,
    expiry: number,
    at: number,
    packetId: number,
  ): void;

  /**
   * The message that comes next carries more than one Subscription Identifier: one call for each but the
   * first, which `message` has. Left out by who does not count them.
   */
  alsoFor?(subscription: number): void;
}
