import { decodeUtf8 } from '../../core/payload/utf8.ts';
import { ByteReader } from '../base/byte-reader.ts';
import { MAX_VALUES } from '../base/limits.ts';
import { Unreadable } from '../base/unreadable.ts';

/** `varint`, 64 bits, a length and so many bytes, 32 bits. */
export type Wire = 0 | 1 | 2 | 5;

/** The bytes of a field before it is known what they mean. */
export interface Raw {
  readonly wire: Wire;
  readonly at: number;
  readonly end: number;
  readonly field: number;
  readonly bytes: Uint8Array;
}

/** Calls for each field of a message; a field's bytes are read by it or passed over. */
export function eachField(reader: ByteReader, take: (field: number, raw: Raw) => void): void {
  while (reader.left > 0) {
    const start = reader.at;
    const tag = reader.varint();
    const wire = Number(tag & 7n);
    const field = Number(tag >> 3n);
    if (field === 0 || (wire !== 0 && wire !== 1 && wire !== 2 && wire !== 5)) {
      throw new Unreadable(`has no field at byte ${start}`, start);
    }
    if (wire === 0) {
      const at = reader.at;
      reader.varint();
      take(field, { wire, field, at, end: reader.at, bytes: reader.bytes });
      continue;
    }
    const length = wire === 2 ? reader.varint() : wire === 1 ? 8n : 4n;
    const at = reader.skip(length);
    take(field, { wire, field, at, end: reader.at, bytes: reader.bytes });
  }
}

/** Those of a payload that have no end are left out: they would fill the memory before one is shown. */
export function put<T>(list: T[], one: T): void {
  if (list.length <= MAX_VALUES) list.push(one);
}

/** The bytes of a field, from where they begin. */
export function reading(raw: Raw, wire: Wire): ByteReader {
  if (raw.wire !== wire)
    throw new Unreadable(`has another type in the field ${raw.field} at byte ${raw.at}`, raw.at);
  return new ByteReader(raw.bytes, raw.at, raw.end);
}

export function numberOf(raw: Raw): bigint {
  return reading(raw, 0).varint();
}

export function bytesOf(raw: Raw): Uint8Array {
  const reader = reading(raw, 2);
  return reader.take(reader.left);
}

export function textOf(raw: Raw): { readonly text: string; readonly note: string } {
  const { text, valid } = decodeUtf8(bytesOf(raw));
  return { text, note: valid ? '' : 'not valid UTF-8' };
}
