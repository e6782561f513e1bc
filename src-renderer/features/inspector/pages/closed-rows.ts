import { lastWhere } from '../../../../src-main/core/text/halving.ts';

/** Which rows are shown where parts are closed: the first row of each stays, and stands for all of it. */
export interface ClosedRows {
  /** First rows of the parts that are closed, and not in another one, in their order; and their last rows. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Rows hidden before each. */
  readonly hidden: Int32Array;
  /** Rows that are left. */
  readonly count: number;
}

/** @param closed last rows of closed parts by their first rows */
export function closedRows(closed: ReadonlyMap<number, number>, rows: number): ClosedRows {
  const all = [...closed].sort(([a], [b]) => a - b);
  const starts = new Int32Array(all.length);
  const ends = new Int32Array(all.length);
  const hidden = new Int32Array(all.length);
  let count = 0;
  let gone = 0;
  for (const [start, end] of all) {
    if (count > 0 && start <= (ends[count - 1] ?? 0)) continue;
    starts[count] = start;
    ends[count] = end;
    hidden[count] = gone;
    gone += end - start;
    count++;
  }
  return {
    starts: starts.subarray(0, count),
    ends: ends.subarray(0, count),
    hidden: hidden.subarray(0, count),
    count: rows - gone,
  };
}

/** The row that is shown at a place. */
export function rowAt(closed: ClosedRows, place: number): number {
  const at = lastWhere(
    closed.starts.length,
    (n) => (closed.starts[n] ?? 0) - (closed.hidden[n] ?? 0) < place,
  );
  if (at < 0) return place;
  return place + (closed.hidden[at] ?? 0) + (closed.ends[at] ?? 0) - (closed.starts[at] ?? 0);
}

/** Where a row is shown, or what it is closed in. */
export function placeOf(closed: ClosedRows, row: number): number {
  const at = lastWhere(closed.starts.length, (n) => (closed.starts[n] ?? 0) < row);
  if (at < 0) return row;
  const [start, end, hidden] = [closed.starts[at] ?? 0, closed.ends[at] ?? 0, closed.hidden[at] ?? 0];
  return row <= end ? start - hidden : row - hidden - (end - start);
}

/** Without the parts that hide a row. */
export function openedFor(closed: ReadonlyMap<number, number>, row: number): ReadonlyMap<number, number> {
  const left = new Map([...closed].filter(([start, end]) => row <= start || row > end));
  return left.size === closed.size ? closed : left;
}
