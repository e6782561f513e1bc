import {
  AUTH,
  CONNACK,
  DISCONNECT,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from '../../mqtt/packet-types.ts';
import { readU16, varintEnd, varintValue } from '../../mqtt/properties.ts';
import { headerEnd } from '../store/recorder.ts';

/** A topic or filter, as offsets. */
export type TopicVisitor = (bytes: Uint8Array, start: number, end: number) => boolean;

/**
 * What lists and filters want to know of a packet, read in place from bytes that may be cut anywhere
 * and may be broken: nothing is allocated, and nothing beyond `end` is looked at.
 */
export class PacketHead {
  type = 0;
  flags = 0;
  /** Where its body starts. */
  body = 0;
  end = 0;
  /** 0: none. */
  packetId = 0;
  /** The worst one; -1: it has none, or it was not kept. */
  reason = -1;
  #bytes: Uint8Array = new Uint8Array(0);
  #level = 4;

  read(bytes: Uint8Array, start: number, end: number, level: number): this {
    const first = bytes[start] ?? 0;
    this.#bytes = bytes;
    this.#level = level;
    this.type = first >>> 4;
    this.flags = first & 15;
    this.body = headerEnd(bytes, start, end);
    this.end = end;
    this.packetId = this.#packetIdAt(this.#packetIdOffset());
    this.reason = this.#reason();
    return this;
  }

  get qos(): 0 | 1 | 2 {
    const qos = (this.flags >>> 1) & 3;
    return qos === 1 || qos === 2 ? qos : 0;
  }

  /** Start of the topic of a PUBLISH after its length; -1 if there is none. */
  get topicStart(): number {
    return this.type === PUBLISH && this.body + 2 <= this.end ? this.body + 2 : -1;
  }

  get topicEnd(): number {
    const start = this.topicStart;
    return start < 0 ? -1 : Math.min(this.end, start + readU16(this.#bytes, this.body));
  }

  /** Whether `visit` is true for the topic of a PUBLISH, or one of the filters it asks for. */
  someTopic(visit: TopicVisitor): boolean {
    const bytes = this.#bytes;
    if (this.topicStart >= 0) return visit(bytes, this.topicStart, this.topicEnd);
    if (this.type !== SUBSCRIBE && this.type !== UNSUBSCRIBE) return false;
    let at = this.#afterProperties(this.body + 2);
    while (at + 2 <= this.end) {
      const to = at + 2 + readU16(bytes, at);
      if (to > this.end) return false;
      if (visit(bytes, at + 2, to)) return true;
      at = this.type === SUBSCRIBE ? to + 1 : to;
    }
    return false;
  }

  /** Where the reason codes of SUBACK and UNSUBACK start. */
  get codesStart(): number {
    return this.#afterProperties(this.body + 2);
  }

  #packetIdOffset(): number {
    const { type } = this;
    if (type === PUBLISH) {
      if ((this.flags & 6) === 0 || this.body + 2 > this.end) return -1;
      return this.body + 2 + readU16(this.#bytes, this.body);
    }
    return type >= PUBACK && type <= UNSUBACK ? this.body : -1;
  }

  #packetIdAt(at: number): number {
    return at >= 0 && at + 2 <= this.end ? readU16(this.#bytes, at) : 0;
  }

  #reason(): number {
    const { type, body, end } = this;
    const bytes = this.#bytes;
    if (type === CONNACK) return body + 2 <= end ? (bytes[body + 1] as number) : -1;
    if (type === SUBACK || type === UNSUBACK) return this.#worst();
    if (this.#level !== 5) return -1;
    // What is left out means success.
    if (type >= PUBACK && type <= PUBCOMP) return body + 3 <= end ? (bytes[body + 2] as number) : 0;
    if (type === DISCONNECT || type === AUTH) return body < end ? (bytes[body] as number) : 0;
    return -1;
  }

  #worst(): number {
    let worst = -1;
    for (let at = this.codesStart; at < this.end; at++) worst = Math.max(worst, this.#bytes[at] as number);
    return worst;
  }

  #afterProperties(at: number): number {
    if (this.#level !== 5) return at;
    const from = varintEnd(this.#bytes, at, this.end);
    return from < 0 ? this.end : Math.min(this.end, from + varintValue(this.#bytes, at, from));
  }
}
