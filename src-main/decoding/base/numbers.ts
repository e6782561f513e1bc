import { MAX_BIG } from './limits.ts';

/** A float as a person reads it, and never as an integer: `1.0`, `-0.0`, `NaN`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  // Larger ones are written with an exponent.
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
}

/** The shortest digits that are this float of 32 bits and no other: `3.06`, not `3.059999942779541`. */
export function float32Text(value: number): string {
  // Integers are written as they are, as far as they have their own digits in 64 bits.
  if (!Number.isFinite(value) || Number.isSafeInteger(value)) return floatText(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return floatText(short);
  }
  return floatText(Number(value.toPrecision(9)));
}

/** IEEE 754 binary16. Its digits are those of the exact value. */
export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}

/** `mantissa × 10^exponent`, with all its digits and no others; in scientific notation where it gets long. */
export function decimalText(mantissa: bigint, exponent: number): string {
  const negative = mantissa < 0n;
  const digits = (negative ? -mantissa : mantissa).toString();
  const sign = negative ? '-' : '';
  if (exponent === 0) return sign + digits;
  if (exponent > 0 || exponent < -40 - digits.length) return `${sign}${digits}e${exponent}`;
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** What is to be known of an integer that other programs round: `64 bits, digits kept`. */
export function integerNote(value: bigint | number): string {
  if (typeof value === 'number') return '';
  return value > SAFE || value < -SAFE ? '64 bits, digits kept' : '';
}

/** Hex digits in a row. */
export function hexDigits(bytes: Uint8Array): string {
  // Of many, adding pair by pair takes some hundred times their memory.
  if (bytes.length > 64) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A big integer without sign out of its hex digits; null: it is too long for being written in decimal ones. */
export function bigOf(hex: string): bigint | null {
  if (hex.length > 2 * MAX_BIG) return null;
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}
