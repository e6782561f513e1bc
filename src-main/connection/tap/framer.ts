import { ByteBatch } from '../../core/mqtt/encode.ts';
import {
  AUTH,
  DISCONNECT,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  SUBSCRIBE,
  UNSUBSCRIBE,
} from '../../core/mqtt/packet-types.ts';

/** Called with what is known of a packet when its last byte has passed. */
export type Framed = (type: number, flags: number, size: number, packetId: number, code: number) => void;

/**
 * Follows the packets of an outgoing stream through any pieces, to know where one ends. It trusts the
 * lengths: both writers are ours.
 */
export class Framer {
  readonly #framed: Framed;
  #first = 0;
  /** Bytes of the fixed header seen; 0: between two packets. */
  #header = 0;
  #unit = 1;
  #length = 0;
  /** The header is complete. */
  #inBody = false;
  /** Bytes of the body seen. */
  #body = 0;
  #topicLength = 0;
  #packetId = 0;
  #code = 0;
  readonly #keeps: number;
  /** The first bytes of the packet, whole when it is framed; none if none are kept. */
  readonly head = new ByteBatch(4_096);

  /** @param keeps bytes of a packet that are put together in `head`, for who wants to see them */
  constructor(framed: Framed, keeps = 0) {
    this.#framed = framed;
    this.#keeps = keeps;
  }

  /** Between two packets, where another writer may put one. */
  get atBoundary(): boolean {
    return this.#header === 0;
  }

  feed(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#inBody) {
        at = this.#readBody(piece, at);
      } else {
        this.#readHeader(piece[at++] as number);
      }
      if (this.#inBody && this.#body === this.#length) this.#end();
    }
  }

  #readHeader(byte: number): void {
    if (this.#header++ === 0) {
      this.#first = byte;
      this.#unit = 1;
      this.#length = this.#body = this.#topicLength = this.#packetId = this.#code = 0;
      this.head.clear();
      this.#keepByte(byte);
      return;
    }
    this.#keepByte(byte);
    this.#length += (byte & 127) * this.#unit;
    this.#unit *= 128;
    this.#inBody = byte < 128;
  }

  /** Reads the few bytes that a note needs and skips the rest at once. */
  #readBody(piece: Uint8Array, from: number): number {
    const end = Math.min(piece.length, from + this.#length - this.#body);
    const room = this.#keeps - this.head.length;
    if (room > 0) this.head.append(piece, from, Math.min(end, from + room));
    const interesting = this.#interesting();
    let at = from;
    while (at < end && this.#body < interesting) this.#note(this.#body++, piece[at++] as number);
    if (this.#type === PUBLISH && this.#body >= 2 && at < end) at = this.#readPublish(piece, at, end);
    this.#body += end - at;
    return end;
  }

  #keepByte(byte: number): void {
    if (this.#keeps === 0) return;
    this.head.reserve(1);
    this.head.bytes[this.head.length++] = byte;
  }

  get #type(): number {
    return this.#first >>> 4;
  }

  /** Bytes at the start of the body that are looked at one by one. */
  #interesting(): number {
    const type = this.#type;
    if (type === PUBLISH) return 2;
    if (type >= PUBACK && type <= PUBCOMP) return 3;
    if (type === SUBSCRIBE || type === UNSUBSCRIBE) return 2;
    return type === DISCONNECT || type === AUTH ? 1 : 0;
  }

  #note(index: number, byte: number): void {
    const type = this.#type;
    if (type === DISCONNECT || type === AUTH) this.#code = byte;
    else if (type === PUBLISH) this.#topicLength = this.#topicLength * 256 + byte;
    else if (index < 2) this.#packetId = this.#packetId * 256 + byte;
    else this.#code = byte;
  }

  /** The packet id of a PUBLISH follows its topic. */
  #readPublish(piece: Uint8Array, from: number, end: number): number {
    if ((this.#first & 6) === 0) return from;
    const idAt = 2 + this.#topicLength;
    let at = from;
    if (this.#body < idAt) {
      const over = Math.min(end - at, idAt - this.#body);
      at += over;
      this.#body += over;
    }
    while (at < end && this.#body < idAt + 2) {
      this.#packetId = this.#packetId * 256 + (piece[at++] as number);
      this.#body++;
    }
    return at;
  }

  #end(): void {
    const size = this.#header + this.#length;
    this.#header = 0;
    this.#inBody = false;
    this.#framed(this.#type, this.#first & 15, size, this.#packetId, this.#code);
  }
}
