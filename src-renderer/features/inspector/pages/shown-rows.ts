import type { FoundInLines } from '../../../../src-main/contract/decoding/lines.ts';
import { lastWhere } from '../../../../src-main/core/text/halving.ts';
import type { Found } from '../../../../src-main/core/text/find-text.ts';
import type { LinePages, LineRow } from '../../../state/decoding/line-pages.ts';
import { closedWords } from '../base/line-fact.ts';
import { gutterLine } from '../base/gutter-line.ts';
import { rowAt, type ClosedRows } from './closed-rows.ts';

/** A row on screen. */
export interface ShownRow {
  /** Its number in the whole text. */
  readonly row: number;
  /** With the words for what is closed in it; empty while it is on its way. */
  readonly text: string;
  /** Of its line; 0: it has none, or is on its way. */
  readonly number: number;
  readonly fold: LineRow['fold'];
  readonly isClosed: boolean;
}

/** The rows at the places first..last, `last` not among them. */
export function rowsShown(
  pages: Pick<LinePages, 'row'>,
  parts: ClosedRows,
  closed: ReadonlyMap<number, number>,
  first: number,
  last: number,
): readonly ShownRow[] {
  const rows: ShownRow[] = [];
  for (let place = first; place < last; place++) {
    const row = rowAt(parts, place);
    const read = pages.row(row);
    const fold = read?.fold ?? null;
    const isClosed = closed.has(row);
    const text = read?.text ?? '';
    rows.push({
      row,
      text: isClosed && fold !== null ? closedText(text, fold.count, fold.tail) : text,
      number: read?.number ?? 0,
      fold,
      isClosed,
    });
  }
  return rows;
}

/** `"device": { 3 fields },` */
function closedText(text: string, count: number, tail: string): string {
  return `${text} ${closedWords(count, text.endsWith('['))} ${tail}`;
}

export function textOf(rows: readonly ShownRow[]): string {
  return rows.map(({ text }) => text).join('\n');
}

/** What was found in the rows on screen, by its place in their text; the current one apart. */
export function foundIn(
  rows: readonly ShownRow[],
  found: Pick<FoundInLines, 'rows' | 'columns' | 'lengths'> | null,
  current: number,
): { readonly near: readonly Found[]; readonly current: Found | null } {
  const near: Found[] = [];
  let marked: Found | null = null;
  if (found === null) return { near, current: null };
  const top = rows[0]?.row ?? 0;
  let next = lastWhere(found.rows.length, (at) => (found.rows[at] ?? 0) < top) + 1;
  let offset = 0;
  for (const { row, text } of rows) {
    while ((found.rows[next] ?? Infinity) < row) next++;
    for (; found.rows[next] === row; next++) {
      const start = offset + (found.columns[next] ?? 0);
      // What goes on in the next row is marked to the end of this one.
      const end = Math.min(offset + text.length, start + (found.lengths[next] ?? 0));
      if (end <= start) continue;
      near.push({ start, end });
      if (next === current) marked = { start, end };
    }
    offset += text.length + 1;
  }
  return { near, current: marked };
}

/** Line numbers, and what opens and closes. */
export function drawNumbers(box: HTMLElement | null, rows: readonly ShownRow[]): void {
  const lines = [...rows.entries()].flatMap(([at, { number, fold, isClosed }]) =>
    number === 0
      ? []
      : [gutterLine({ place: at, number, isChanged: false, isClosed: fold && isClosed, line: at })],
  );
  box?.replaceChildren(...lines);
}
