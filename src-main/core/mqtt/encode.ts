import {
  DISCONNECT,
  PUBLISH,
  SUBSCRIBE,
  UNSUBSCRIBE,
  type ProtocolLevel,
  type PUBACK,
  type PUBCOMP,
  type PUBREC,
} from './packet-types.ts';
import { REASON_STRING, SUBSCRIPTION_IDENTIFIER } from './properties.ts';
import { encodeText } from './text.ts';

/** Bytes that are copied one by one: a view of them would take longer. */
const SMALL = 64;

/** Bytes appended one after the other into a buffer that grows by doubling and is used again. */
export class ByteBatch {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  readonly #initial: number;

  /** @param initial bytes to start with, and to shrink back to when a larger batch was taken */
  constructor(initial: number) {
    this.#initial = initial;
    this.bytes = new Uint8Array(initial);
  }

  reserve(more: number): void {
    const need = this.length + more;
    if (need <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(need, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  append(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start;
    this.reserve(size);
    if (size <= SMALL) {
      const { bytes, length } = this;
      for (let i = 0; i < size; i++) bytes[length + i] = source[start + i] ?? 0;
    } else this.bytes.set(source.subarray(start, end), this.length);
    this.length += size;
  }

  /** A copy of what was appended; the batch is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const copy = this.bytes.slice(0, this.length);
    this.clear();
    return copy;
  }

  clear(): void {
    this.length = 0;
    // One burst must not pin its buffer for the life of the connection.
    if (this.bytes.length > this.#initial * 16) this.bytes = new Uint8Array(this.#initial);
  }
}

/** PUBACK, PUBREC and PUBCOMP: four bytes on every version, as reason 0 needs none. */
export const ACK_BYTES = 4;

export function appendAck(
  batch: ByteBatch,
  type: typeof PUBACK | typeof PUBREC | typeof PUBCOMP,
  packetId: number,
): void {
  // A call for each would take as long as the rest.
  if (batch.length + ACK_BYTES > batch.bytes.length) batch.reserve(ACK_BYTES);
  const { bytes, length } = batch;
  bytes[length] = type << 4;
  bytes[length + 1] = 2;
  bytes[length + 2] = packetId >>> 8;
  bytes[length + 3] = packetId & 255;
  batch.length = length + ACK_BYTES;
}

const PLACEHOLDER = '-'.charCodeAt(0);

/**
 * A QoS 2 PUBLISH for its handshake only: same flags and packet id, a placeholder as topic (mqtt.js
 * refuses none), no properties, no payload.
 */
export function appendHandshakePublish(
  batch: ByteBatch,
  flags: number,
  packetId: number,
  version: ProtocolLevel,
): void {
  const size = version === 5 ? 6 : 5;
  batch.reserve(2 + size);
  const { bytes, length } = batch;
  bytes[length] = (PUBLISH << 4) | flags;
  bytes[length + 1] = size;
  bytes[length + 2] = 0;
  bytes[length + 3] = 1;
  bytes[length + 4] = PLACEHOLDER;
  bytes[length + 5] = packetId >>> 8;
  bytes[length + 6] = packetId & 255;
  if (version === 5) bytes[length + 7] = 0;
  batch.length = length + 2 + size;
}

/** @throws RangeError below 0 or above 268,435,455 */
export function encodeVarint(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 268_435_455) {
    throw new RangeError('A variable byte integer is at most 268,435,455');
  }
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 255);
}

/** @throws RangeError over 65,535 bytes of UTF-8 */
export function textField(text: string): Uint8Array {
  const bytes = encodeText(text);
  if (bytes.length > 65_535) throw new RangeError('A text in an MQTT packet is at most 65,535 bytes');
  return concat([u16(bytes.length), bytes]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function packet(firstByte: number, body: readonly Uint8Array[]): Uint8Array {
  const size = body.reduce((sum, part) => sum + part.length, 0);
  return concat([Uint8Array.of(firstByte), encodeVarint(size), ...body]);
}

export function propertyList(version: ProtocolLevel, properties: readonly Uint8Array[]): Uint8Array[] {
  if (version !== 5) return [];
  const list = concat(properties);
  return [encodeVarint(list.length), list];
}

export const PINGREQ_PACKET: Uint8Array = Uint8Array.of(0xc0, 0);

/** On 3.x, which knows no reasons, the two bytes it has. */
export function encodeDisconnect(version: ProtocolLevel, code: number, reason = ''): Uint8Array {
  const first = DISCONNECT << 4;
  if (version !== 5) return Uint8Array.of(first, 0);
  if (reason === '') return code === 0 ? Uint8Array.of(first, 0) : Uint8Array.of(first, 1, code);
  const text = concat([Uint8Array.of(REASON_STRING), textField(reason)]);
  return packet(first, [Uint8Array.of(code), ...propertyList(5, [text])]);
}

export interface SubscribeFilter {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
  /** The three are of MQTT 5 and left out before. */
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
}

/** @param subscription Subscription Identifier, MQTT 5 only; 0: none */
export function encodeSubscribe(
  version: ProtocolLevel,
  packetId: number,
  filters: readonly SubscribeFilter[],
  subscription = 0,
): Uint8Array {
  const identifier =
    subscription > 0 ? [Uint8Array.of(SUBSCRIPTION_IDENTIFIER), encodeVarint(subscription)] : [];
  const body = [u16(packetId), ...propertyList(version, identifier)];
  for (const { filter, qos, noLocal, retainAsPublished, retainHandling } of filters) {
    const extra = (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | (retainHandling << 4);
    body.push(textField(filter), Uint8Array.of(version === 5 ? qos | extra : qos));
  }
  return packet((SUBSCRIBE << 4) | 2, body);
}

export function encodeUnsubscribe(
  version: ProtocolLevel,
  packetId: number,
  filters: readonly string[],
): Uint8Array {
  return packet((UNSUBSCRIBE << 4) | 2, [
    u16(packetId),
    ...propertyList(version, []),
    ...filters.map((filter) => textField(filter)),
  ]);
}
