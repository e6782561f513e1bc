/** Bytes in a row of a hex dump. */
export type HexRowBytes = 8 | 16 | 32;
const ROW_BYTES: readonly HexRowBytes[] = [32, 16, 8];

/** How a dump is laid out. */
export interface HexShape {
  readonly rowBytes: HexRowBytes;
  /** Digits of the offset before each row. */
  readonly offsetDigits: 4 | 8;
}

export interface HexRow {
  /** Offset of the row's first byte in the payload, in hex; with more digits if it needs them. */
  readonly offset: string;
  /** `a9 4f 00 1c 7e 00 00 00  01 …`: groups of eight, padded to full width. */
  readonly hex: string;
  /** The same bytes as ASCII, `·` for what is not printable. */
  readonly ascii: string;
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const CELL = '  ';
const GROUP = 8;

/** The widest dump of so many bytes whose rows fit in `chars` characters; 8 bytes a row if none does. */
export function hexShape(byteLength: number, chars: number): HexShape {
  const offsetDigits = byteLength <= 0x1_0000 ? 4 : 8;
  const rowBytes = ROW_BYTES.find((bytes) => hexRowChars({ rowBytes: bytes, offsetDigits }) <= chars) ?? 8;
  return { rowBytes, offsetDigits };
}

/** Characters of a full row. */
export function hexRowChars({ rowBytes, offsetDigits }: HexShape): number {
  return offsetDigits + 2 + (3 * rowBytes - 1) + (rowBytes / GROUP - 1) + 2 + rowBytes;
}

/**
 * Rows `first` to `first + count` (fewer at the end) of a dump of `bytes`, which begin at `base` in
 * the payload. Costs what it returns, whatever the payload's size.
 */
export function hexRows(bytes: Uint8Array, shape: HexShape, first = 0, count = Infinity, base = 0): HexRow[] {
  const rows: HexRow[] = [];
  const last = Math.min(first + count, Math.ceil(bytes.length / shape.rowBytes));
  for (let row = Math.max(0, first); row < last; row++) rows.push(hexRow(bytes, shape, row, base));
  return rows;
}

/** The dump as text, a line a row. */
export function hexText(bytes: Uint8Array, shape: HexShape): string {
  return hexRows(bytes, shape)
    .map(({ offset, hex, ascii }) => `${offset}  ${hex}  ${ascii}`)
    .join('\n');
}

/** A byte as ASCII, `·` for what is not printable. */
export function asciiOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}

function hexRow(bytes: Uint8Array, { rowBytes, offsetDigits }: HexShape, row: number, base: number): HexRow {
  const start = row * rowBytes;
  const groups: string[] = [];
  let ascii = '';
  for (let group = start; group < start + rowBytes; group += GROUP) {
    const cells: string[] = [];
    for (let at = group; at < group + GROUP; at++) {
      const byte = bytes[at];
      cells.push(byte === undefined ? CELL : (DIGITS[byte] ?? CELL));
      if (byte !== undefined) ascii += asciiOf(byte);
    }
    groups.push(cells.join(' '));
  }
  return { offset: (base + start).toString(16).padStart(offsetDigits, '0'), hex: groups.join('  '), ascii };
}
