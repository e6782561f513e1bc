import { PUBLISH } from './packet-types.ts';
import { checkProperties, varintEnd, varintValue, type PublishProperties } from './properties.ts';
import type { Rule } from './violations.ts';

/** A PUBLISH as offsets into the bytes it was read from; one reader is used again and again. */
export class PublishReader implements PublishProperties {
  topicStart = 0;
  topicEnd = 0;
  /** 0 at QoS 0. */
  packetId = 0;
  /** Without their length; empty before MQTT 5. */
  propertiesStart = 0;
  propertiesEnd = 0;
  payloadStart = 0;
  subscription = 0;
  identifiers = 0;
  expiry = -1;

  /**
   * Reads the head of the packet whose body (all after the fixed header) is [start, end). The bytes
   * up to the payload must be there; those of the payload need not. A rule: the packet breaks it.
   */
  read(bytes: Uint8Array, start: number, end: number, flags: number, version5: boolean): Rule | null {
    let at = start + 2;
    if (at > end) return 'truncated';
    const topicEnd = at + (((bytes[start] as number) << 8) | (bytes[start + 1] as number));
    if (topicEnd > end) return 'truncated';
    // On 5 an empty topic stands for an alias, and we never offered one.
    if (topicEnd === at && !version5) return 'empty-topic';
    this.topicStart = at;
    this.topicEnd = topicEnd;
    at = topicEnd;
    if ((flags & 6) === 0) {
      this.packetId = 0;
    } else {
      if (at + 2 > end) return 'truncated';
      this.packetId = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
      if (this.packetId === 0) return 'packet-id-zero';
      at += 2;
    }
    this.subscription = 0;
    this.identifiers = 0;
    this.expiry = -1;
    this.propertiesStart = at;
    this.propertiesEnd = at;
    if (version5) {
      // Nearly all messages have none: one zero byte.
      if (at < end && bytes[at] === 0) {
        this.propertiesStart = this.propertiesEnd = at + 1;
      } else {
        const rule = this.#properties(bytes, at, end);
        if (rule !== null) return rule;
      }
      if (topicEnd === this.topicStart) return 'empty-topic';
    }
    this.payloadStart = this.propertiesEnd;
    return null;
  }

  #properties(bytes: Uint8Array, at: number, end: number): Rule | null {
    const start = varintEnd(bytes, at, end);
    if (start < 0) return 'property-length';
    const to = start + varintValue(bytes, at, start);
    if (to > end) return 'property-length';
    this.propertiesStart = start;
    this.propertiesEnd = to;
    return checkProperties(bytes, start, to, PUBLISH, this);
  }
}

/**
 * Where the payload of a PUBLISH starts, from the first `have` bytes of its body, which is `size`
 * bytes; -1 if more bytes are needed, -2 if it would be beyond the packet.
 */
export function payloadOffset(
  bytes: Uint8Array,
  start: number,
  have: number,
  size: number,
  flags: number,
  version5: boolean,
): number {
  if (size < 2) return -2;
  if (have < 2) return -1;
  let at = 2 + (((bytes[start] as number) << 8) | (bytes[start + 1] as number));
  if ((flags & 6) !== 0) at += 2;
  if (at > size) return -2;
  if (!version5) return at;
  const to = varintEnd(bytes, start + at, start + have);
  if (to === -2 || (to === -1 && have === size)) return -2;
  if (to === -1) return -1;
  const offset = to - start + varintValue(bytes, start + at, to);
  return offset > size ? -2 : offset;
}
