import { concat, u16 } from './encode.ts';
import { encodeText } from './text.ts';

/** A text, or the bytes of one. */
type Text = string | Uint8Array;

/** @throws RangeError over 65,535 bytes */
export function binaryField(value: Text): Uint8Array {
  const bytes = typeof value === 'string' ? encodeText(value) : value;
  if (bytes.length > 65_535) throw new RangeError('A field of an MQTT packet is at most 65,535 bytes');
  return concat([u16(bytes.length), bytes]);
}

export const byte = (id: number, value: number): Uint8Array => Uint8Array.of(id, value);

export const short = (id: number, value: number): Uint8Array => Uint8Array.of(id, value >>> 8, value & 255);

export const long = (id: number, value: number): Uint8Array =>
  Uint8Array.of(id, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);

/** A text or binary data. */
export const field = (id: number, value: Text): Uint8Array => concat([Uint8Array.of(id), binaryField(value)]);

export const pair = (id: number, name: Text, value: Text): Uint8Array =>
  concat([Uint8Array.of(id), binaryField(name), binaryField(value)]);

/** What was given, encoded; what is null or undefined is left out. */
export function given<T>(value: T | null | undefined, encode: (value: T) => Uint8Array): Uint8Array[] {
  return value === null || value === undefined ? [] : [encode(value)];
}
