import { PUBLISH } from '../../core/mqtt/packet-types.ts';
import { payloadOffset, PublishReader } from '../../core/mqtt/publish.ts';
import type { Rule } from '../../core/mqtt/violations.ts';

/** Bytes of one PUBLISH's properties; they are kept whole, so they are bounded apart from the payload. */
export const MAX_PROPERTIES = 16 * 1_048_576;

/** Topic, its length, a packet id and the length of the properties: all that precedes the properties. */
const MAX_PUBLISH_HEAD = 2 + 65_535 + 2 + 4;

/** The buffer of a cut packet up to this size is kept for the next one: the size of most reads. */
const KEPT_BUFFER = 262_144;
const FIRST_BUFFER = 4_096;

/**
 * A packet that no chunk holds whole, put together: only its own bytes are copied, and of a payload
 * over the limit only what is kept. Linear in the bytes, bounded in memory, however it is cut.
 */
export class CutPacket {
  /** What is kept of the packet, from its first byte; `have` of them are there. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_BUFFER);
  have = 0;
  /** Bytes of the whole packet on the wire, and where its body starts; 0 while not known. */
  total = 0;
  body = 0;

  /** Bytes that will be kept as far as is known, 0 while the header is not complete. */
  #keep = 0;
  /** #keep is final: for a PUBLISH, the position of its payload is known. */
  #sized = false;
  /** Bytes of the payload still to be passed over. */
  #skip = 0;
  readonly #version5: boolean;
  readonly #header: (firstByte: number, size: number) => Rule | null;

  /** @param header what a first byte and a size break, to be found before the rest is waited for */
  constructor(version5: boolean, header: (firstByte: number, size: number) => Rule | null) {
    this.#version5 = version5;
    this.#header = header;
  }

  get complete(): boolean {
    return this.#keep > 0 && this.#sized && this.have === this.#keep && this.#skip === 0;
  }

  /** Forgets the packet. */
  clear(): void {
    this.have = this.total = this.body = this.#keep = this.#skip = 0;
    this.#sized = false;
    if (this.bytes.length > KEPT_BUFFER) this.bytes = new Uint8Array(FIRST_BUFFER);
  }

  /**
   * Takes what belongs to the packet from `from` on. A number: the position after it in the chunk.
   * @param maxPayloadBytes kept of a payload
   */
  take(chunk: Uint8Array, from: number, maxPayloadBytes: number): number | Rule {
    let position = from;
    while (this.#keep === 0 && position < chunk.length) {
      this.bytes[this.have++] = chunk[position++] as number;
      const rule = this.#readHeader(maxPayloadBytes);
      if (rule !== null) return rule;
    }
    while (this.#keep > 0) {
      position += this.#copy(chunk, position);
      if (this.have < this.#keep) break;
      if (this.#sized) {
        const over = Math.min(this.#skip, chunk.length - position);
        this.#skip -= over;
        return position + over;
      }
      const rule = this.#readSizes(maxPayloadBytes);
      if (rule !== null) return rule;
    }
    return position;
  }

  /** The first bytes, at most `limit`: those that were there before the chunk, then the chunk's. */
  evidence(before: number, chunk: Uint8Array, limit: number): Uint8Array {
    const head = this.bytes.subarray(0, Math.min(before, limit));
    const more = chunk.subarray(0, limit - head.length);
    const evidence = new Uint8Array(head.length + more.length);
    evidence.set(head);
    evidence.set(more, head.length);
    return evidence;
  }

  #copy(chunk: Uint8Array, position: number): number {
    const more = Math.min(this.#keep - this.have, chunk.length - position);
    if (more <= 0) return 0;
    this.#room(this.have + more);
    this.bytes.set(chunk.subarray(position, position + more), this.have);
    this.have += more;
    return more;
  }

  /** Looks at each byte as soon as it is there: what is no MQTT is not waited for. */
  #readHeader(maxPayloadBytes: number): Rule | null {
    const have = this.have;
    const first = this.bytes[0] as number;
    if (have === 1) return this.#header(first, 2);
    if ((this.bytes[have - 1] as number) > 127) return have === 5 ? 'remaining-length' : null;
    let length = 0;
    for (let i = have - 1; i > 0; i--) length = length * 128 + ((this.bytes[i] as number) & 127);
    this.body = have;
    this.total = have + length;
    const rule = this.#header(first, this.total);
    if (rule !== null) return rule;
    this.#sized = first >>> 4 !== PUBLISH || length <= maxPayloadBytes;
    this.#keep = this.#sized ? this.total : Math.min(this.total, have + 2);
    return null;
  }

  /** Finds out how much of a large PUBLISH to keep, from as much of its head as is there. */
  #readSizes(maxPayloadBytes: number): Rule | null {
    const flags = (this.bytes[0] as number) & 15;
    const size = this.total - this.body;
    const have = this.have - this.body;
    const offset = payloadOffset(this.bytes, this.body, have, size, flags, this.#version5);
    if (offset === -1) {
      // The length of the properties, up to four bytes, stands behind the topic.
      const topic = ((this.bytes[this.body] as number) << 8) | (this.bytes[this.body + 1] as number);
      const head = 2 + topic + ((flags & 6) === 0 ? 0 : 2);
      this.#keep = this.body + Math.min(size, Math.max(have, head) + 1);
      return null;
    }
    if (offset < 0) {
      // All that says so is there; a reader of its own, since this is no hot path.
      const rule = new PublishReader().read(this.bytes, this.body, this.total, flags, this.#version5);
      return rule ?? 'truncated';
    }
    if (offset > MAX_PUBLISH_HEAD + MAX_PROPERTIES) return 'properties-too-large';
    this.#keep = this.body + Math.min(size, offset + maxPayloadBytes);
    this.#skip = this.total - this.#keep;
    this.#sized = true;
    return null;
  }

  #room(need: number): void {
    if (need <= this.bytes.length) return;
    // Doubling, so that a length that is only claimed costs nothing; never more than is kept.
    const larger = new Uint8Array(Math.max(need, Math.min(this.#keep, this.bytes.length * 2)));
    larger.set(this.bytes.subarray(0, this.have));
    this.bytes = larger;
  }
}
