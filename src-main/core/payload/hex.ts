/** Bytes in a row of a hex dump. */
export const HEX_ROW_BYTES = 16;

export interface HexRow {
  /** Of the row's first byte in the payload, 8 hex digits (more past 4 GiB). */
  readonly offset: string;
  /** `a9 4f 00 1c 7e 00 00 00  01 …`: two groups of eight, padded to full width. */
  readonly hex: string;
  /** The same bytes as ASCII, `.` for what is not printable. */
  readonly ascii: string;
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const CELL = '  ';

/**
 * Rows `first` to `first + count` (fewer at the end) of a dump of `bytes`, which begin at `base` in
 * the payload. Costs what it returns, whatever the payload's size.
 */
export function hexRows(bytes: Uint8Array, first: number, count: number, base = 0): HexRow[] {
  const rows: HexRow[] = [];
  const last = Math.min(first + count, hexRowCount(bytes.length));
  for (let row = Math.max(0, first); row < last; row++) rows.push(hexRow(bytes, row * HEX_ROW_BYTES, base));
  return rows;
}

export function hexRowCount(byteLength: number): number {
  return Math.ceil(byteLength / HEX_ROW_BYTES);
}

function hexRow(bytes: Uint8Array, start: number, base: number): HexRow {
  const cells: string[] = [];
  let ascii = '';
  for (let at = start; at < start + HEX_ROW_BYTES; at++) {
    const byte = bytes[at];
    cells.push(byte === undefined ? CELL : (DIGITS[byte] ?? CELL));
    if (byte !== undefined) ascii += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  }
  const half = HEX_ROW_BYTES / 2;
  const hex = `${cells.slice(0, half).join(' ')}  ${cells.slice(half).join(' ')}`;
  return { offset: (base + start).toString(16).padStart(8, '0'), hex, ascii };
}
