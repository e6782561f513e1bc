/** A row of two byte strings side by side. */
export interface BytesRow {
  /** Offset of its first byte in each; null where that has no bytes here. */
  readonly beforeAt: number | null;
  readonly nowAt: number | null;
  /** So many bytes of each. */
  readonly beforeLength: number;
  readonly nowLength: number;
  readonly same: boolean;
}

/** Where two byte strings begin to differ, and from where on they are the same again. */
export interface BytesDifference {
  /** Bytes that both begin with, and those that both end with and that lie behind the former. */
  readonly start: number;
  readonly end: number;
  /** Bytes at the same distance from the start, between the two, that differ. */
  readonly differing: number;
}

/**
 * Compares what lies between a common beginning and a common end byte by byte, so that something put in
 * or left out in one place does not make all behind it differ. Linear in the bytes.
 */
export function compareBytes(before: Uint8Array, now: Uint8Array): BytesDifference {
  const shorter = Math.min(before.length, now.length);
  let start = 0;
  while (start < shorter && before[start] === now[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === now[now.length - 1 - end]) end++;
  const [left, right] = [before.length - start - end, now.length - start - end];
  let differing = Math.abs(left - right);
  for (let at = start; at < start + Math.min(left, right); at++) if (before[at] !== now[at]) differing++;
  return { start, end, differing };
}

/**
 * The two byte strings in rows of so many bytes, from the beginning; the bytes of the common end stand
 * opposite each other again. With only the changes, rows that are the same are left out.
 */
export function bytesRows(
  before: Uint8Array,
  now: Uint8Array,
  perRow: number,
  onlyChanges: boolean,
  most: number,
): BytesRow[] {
  const { end } = compareBytes(before, now);
  const rows: BytesRow[] = [];
  const [beforeEnd, nowEnd] = [before.length - end, now.length - end];
  addRows(rows, before, now, [0, beforeEnd], [0, nowEnd], perRow, onlyChanges, most);
  addRows(rows, before, now, [beforeEnd, before.length], [nowEnd, now.length], perRow, onlyChanges, most);
  return rows;
}

type Span = readonly [number, number];

function addRows(
  rows: BytesRow[],
  before: Uint8Array,
  now: Uint8Array,
  [left, leftEnd]: Span,
  [right, rightEnd]: Span,
  perRow: number,
  onlyChanges: boolean,
  most: number,
): void {
  for (let at = 0; rows.length < most && (left + at < leftEnd || right + at < rightEnd); at += perRow) {
    const beforeLength = Math.max(0, Math.min(perRow, leftEnd - left - at));
    const nowLength = Math.max(0, Math.min(perRow, rightEnd - right - at));
    let same = beforeLength === nowLength;
    for (let byte = 0; same && byte < nowLength; byte++)
      same = before[left + at + byte] === now[right + at + byte];
    if (same && onlyChanges) continue;
    const beforeAt = beforeLength === 0 ? null : left + at;
    rows.push({ beforeAt, nowAt: nowLength === 0 ? null : right + at, beforeLength, nowLength, same });
  }
}
