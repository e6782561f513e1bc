import type { FoundInLines, LinesLayout, LinesPage, LineValue } from '../../contract/decoding/lines.ts';
import { prettyJson } from '../../core/payload/json.ts';
import { jsonNodes } from '../../core/payload/json-nodes.ts';
import {
  isOpener,
  jsonOutline,
  pathOfLine,
  valueOfLine,
  valueText,
  type JsonOutline,
} from '../../core/payload/json/outline.ts';
import { printJson } from '../../core/payload/json/print.ts';
import { visibleLines } from '../../core/payload/visible.ts';
import { findText, MOST_FOUND } from '../../core/text/find-text.ts';
import { lineStarts } from '../../core/text/line-starts.ts';
import { placeIn, rowStarts } from './rows.ts';

/** Characters of a page, and of one value that is copied from a line. */
const MOST_CHARS = 1_000_000;
/** Longer texts are laid out up to here. Characters */
const MOST_LAID_OUT = 64_000_000;
/** Parts that are closed at once. */
const MOST_FOLDS = 100_000;

/**
 * A long text laid out in rows, read by pages: JSON with a member a line, another text as it was sent. A line
 * that is longer than a row goes on in the next one.
 */
export class LineDocument {
  readonly shape: 'json' | 'text';
  /** How it differs from what was sent; null where it does not. */
  readonly note: string | null;
  readonly #text: string;
  readonly #lines: Uint32Array;
  readonly #rows: Uint32Array;
  /** Null where it is no JSON, or all of it is one line. */
  readonly #shown: JsonOutline | null;
  /** The same lines before what cannot be shown was escaped. */
  readonly #source: JsonOutline | null;

  /** @param cut the text is the beginning of a longer one */
  constructor(text: string, cut: boolean, layout: LinesLayout) {
    const { shape, printed, note } = printedText(text, cut, layout);
    const shown = visibleLines(printed);
    this.shape = shape;
    this.note = note;
    this.#text = shown;
    this.#lines = lineStarts(shown);
    this.#rows = rowStarts(shown, this.#lines, layout.columns);
    this.#shown = shape === 'json' && !layout.compact ? jsonOutline(shown, this.#lines) : null;
    this.#source =
      this.#shown === null || shown === printed ? this.#shown : jsonOutline(printed, lineStarts(printed));
  }

  get rows(): number {
    return this.#rows.length;
  }

  get lines(): number {
    return this.#lines.length;
  }

  get chars(): number {
    return this.#text.length;
  }

  /** Bytes that it holds, roughly. */
  get cost(): number {
    const outlines = this.#source === this.#shown ? 1 : 2;
    return this.#text.length * 2 * outlines + this.#rows.length * 4 + this.#lines.length * 28 * outlines;
  }

  /** Rows from `from`, as many as are wanted, or as a page may hold. */
  page(from: number, count: number): LinesPage {
    const rows: string[] = [];
    const numbers: number[] = [];
    const folds: LinesPage['folds'] = [];
    let chars = 0;
    const last = Math.min(this.rows, from + count);
    for (let row = from; row < last && (rows.length === 0 || chars < MOST_CHARS); row++) {
      const text = this.#rowText(row);
      const start = this.#rows[row] ?? 0;
      const line = placeIn(this.#lines, start);
      const begins = this.#lines[line] === start;
      rows.push(text);
      numbers.push(begins ? line + 1 : 0);
      chars += text.length;
      const outline = this.#shown;
      if (!begins || outline === null || !isOpener(outline, line)) continue;
      const end = this.#rowOfLine(outline.ends[line] ?? line);
      folds.push({ row, end, count: outline.counts[line] ?? 0, tail: this.#rowText(end).trimStart() });
    }
    return { kind: 'lines', from, rows, numbers, folds };
  }

  find(query: string): FoundInLines {
    const found = findText(this.#text, query);
    const rows: number[] = [];
    const columns: number[] = [];
    const lengths: number[] = [];
    for (const { start, end } of found) {
      const row = placeIn(this.#rows, start);
      rows.push(row);
      columns.push(start - (this.#rows[row] ?? 0));
      lengths.push(end - start);
    }
    return { kind: 'found', rows, columns, lengths, more: found.length >= MOST_FOUND };
  }

  /** What stands on the line of a row; null where it is no JSON. */
  value(row: number): LineValue | null {
    const outline = this.#source;
    if (outline === null) return null;
    const line = placeIn(this.#lines, this.#rows[row] ?? 0);
    const { from, to } = valueOfLine(outline, line);
    const json = to - from > MOST_CHARS ? null : valueText(outline, line);
    return { kind: 'value', path: pathOfLine(outline, line), json };
  }

  /** First and last rows of the members or elements of the document that have lines of their own. */
  folds(): Int32Array<ArrayBuffer> {
    const outline = this.#shown;
    const rows: number[] = [];
    if (outline === null) return new Int32Array();
    const { ends } = outline;
    for (let line = 1; line < ends.length && rows.length < 2 * MOST_FOLDS; line++) {
      if (!isOpener(outline, line)) continue;
      const end = ends[line] ?? line;
      rows.push(this.#rowOfLine(line), this.#rowOfLine(end));
      line = end;
    }
    return Int32Array.from(rows);
  }

  #rowOfLine(line: number): number {
    return this.#rows === this.#lines ? line : placeIn(this.#rows, this.#lines[line] ?? 0);
  }

  #rowText(row: number): string {
    const text = this.#text.slice(this.#rows[row], this.#rows[row + 1]);
    return text.replace(/\r?\n$/, '');
  }
}

interface Printed {
  readonly shape: 'json' | 'text';
  readonly printed: string;
  readonly note: string | null;
}

function printedText(text: string, cut: boolean, { sorted, compact }: LinesLayout): Printed {
  if (!/^\s*[[{]/.test(text)) return { shape: 'text', printed: text.slice(0, MOST_LAID_OUT), note: null };
  if ((sorted || compact) && !cut) {
    const nodes = jsonNodes(text);
    if (nodes !== null)
      return { shape: 'json', printed: printJson(nodes, { sorted, indented: !compact }), note: null };
  }
  const pretty = prettyJson(text, { maxChars: MOST_LAID_OUT, prefix: cut });
  if (pretty.kind === 'json') return { shape: 'json', printed: pretty.text, note: null };
  const note = `Not valid JSON: ${pretty.why} (character ${pretty.at + 1}).`;
  return { shape: 'text', printed: text.slice(0, MOST_LAID_OUT), note };
}
