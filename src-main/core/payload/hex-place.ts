import type { HexShape } from './hex.ts';

/*
 * Where a byte stands in a row of a dump as text, `offset  a9 4f …  ascii`: what is pointed at and what is
 * marked are places in that text.
 */

const GROUP = 8;

/** Column of the first digit of the n-th byte of a row. */
export function hexColumn({ offsetDigits }: HexShape, byte: number): number {
  return offsetDigits + 2 + 3 * byte + Math.floor(byte / GROUP);
}

/** Column of the n-th byte of a row as ASCII. */
export function asciiColumn(shape: HexShape, byte: number): number {
  return hexColumn(shape, shape.rowBytes - 1) + 4 + byte;
}

/** The byte of a row at or next to a column; the first one before all of them. */
export function byteAtColumn(shape: HexShape, column: number): number {
  const ascii = column - asciiColumn(shape, 0);
  if (ascii >= 0) return Math.min(ascii, shape.rowBytes - 1);
  const within = Math.max(0, column - shape.offsetDigits - 2);
  const groupChars = 3 * GROUP + 1;
  const group = Math.floor(within / groupChars);
  const byte = group * GROUP + Math.min(GROUP - 1, Math.floor((within % groupChars) / 3));
  return Math.min(byte, shape.rowBytes - 1);
}

/**
 * The offset that a person typed: `0x49`, `49h` and `$49` are hex, `73` and `1,024` are decimal; null for
 * anything else.
 */
export function readOffset(text: string): number | null {
  const plain = text.trim().replace(/[,_ ]/g, '');
  const hex = /^(?:0x|\$)([0-9a-f]+)$/i.exec(plain)?.[1] ?? /^([0-9a-f]+)h$/i.exec(plain)?.[1];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return /^\d+$/.test(plain) ? Number(plain) : null;
}

/** An offset as it is shown: `0x0049`. */
export function offsetText(offset: number): string {
  return `0x${offset.toString(16).padStart(4, '0')}`;
}

/** What bytes may mean as a number. */
export interface BytesMeaning {
  readonly name: string;
  readonly value: string;
}

/** 1, 2, 4 or 8 bytes as integers and floats of both byte orders; the second order only where it differs. */
export function bytesMeanings(bytes: Uint8Array): BytesMeaning[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (bytes.length) {
    case 1:
      return integers('8', view.getUint8(0), view.getInt8(0));
    case 2:
      return ordered((little) => integers('16', view.getUint16(0, little), view.getInt16(0, little)));
    case 4:
      return ordered((little) => [
        ...integers('32', view.getUint32(0, little), view.getInt32(0, little)),
        { name: 'float32', value: floatText(view.getFloat32(0, little), 7) },
      ]);
    case 8:
      return ordered((little) => [
        ...integers('64', view.getBigUint64(0, little), view.getBigInt64(0, little)),
        { name: 'float64', value: floatText(view.getFloat64(0, little), 17) },
      ]);
    default:
      return [];
  }
}

type Integer = number | bigint;

function integers(bits: string, unsigned: Integer, signed: Integer): BytesMeaning[] {
  const value = String(unsigned);
  const other = String(signed);
  return [{ name: `uint${bits}`, value }, ...(value === other ? [] : [{ name: `int${bits}`, value: other }])];
}

function ordered(read: (little: boolean) => BytesMeaning[]): BytesMeaning[] {
  const big = read(false).map(({ name, value }) => ({ name: `${name} BE`, value }));
  return [...big, ...read(true).map(({ name, value }) => ({ name: `${name} LE`, value }))];
}

function floatText(value: number, digits: number): string {
  return String(Number.isFinite(value) ? Number(value.toPrecision(digits)) : value);
}
