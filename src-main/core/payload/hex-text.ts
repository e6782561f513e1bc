/** Bytes of hex digits with any white space between; null if it is not that. */
export function hexBytes(text: string): Uint8Array | null {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return null;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Bytes a line of `hexText` holds. */
const HEX_LINE = 16;
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The bytes in hex digits, all on one line. */
export function hexPairs(bytes: Uint8Array, between = ' '): string {
  return Array.from(bytes, (byte) => DIGITS[byte]).join(between);
}

/** The bytes in hex digits, sixteen a line: what `hexBytes` reads. */
export function hexText(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += HEX_LINE) lines.push(hexPairs(bytes.subarray(at, at + HEX_LINE)));
  return lines.join('\n');
}
