import { failed, type Failure } from '../../../contract/base/errors.ts';
import { formatBytes, formatCounted } from '../../text/amounts.ts';
import { tokenizeJson } from '../../payload/json.ts';
import { stringMeant } from '../../payload/json-nodes.ts';
import { CsvRow, type RowEnd } from './csv-row.ts';
import { MAX_LINE, TextLines, type TextLine } from './text-lines.ts';

/** A row of the file that a series is read from. `line`: from 1, the first of several. */
export type SeriesRow =
  | {
      readonly kind: 'row';
      readonly line: number;
      /** By name, as text. */
      readonly columns: ReadonlyMap<string, string>;
      /** The whole line where that may be a message by itself; null in a table. */
      readonly whole: string | null;
    }
  | { readonly kind: 'broken'; readonly line: number; readonly failure: Failure };

/** Reads rows out of a file that comes in pieces. */
export interface RowReader {
  push(piece: Uint8Array): Iterable<SeriesRow>;
  end(): Iterable<SeriesRow>;
}

export function rowReader(kind: 'csv' | 'jsonl'): RowReader {
  return kind === 'csv' ? new CsvReader() : new JsonLinesReader();
}

/** JSON Lines: a value a line. Empty lines are none. */
class JsonLinesReader implements RowReader {
  readonly #lines = new TextLines();

  *push(piece: Uint8Array): Generator<SeriesRow, void, undefined> {
    for (const line of this.#lines.push(piece)) yield* jsonRow(line);
  }

  *end(): Generator<SeriesRow, void, undefined> {
    for (const line of this.#lines.end()) yield* jsonRow(line);
  }
}

function* jsonRow(line: TextLine): Generator<SeriesRow, void, undefined> {
  if (line.kind === 'unreadable') return yield unreadable(line);
  const text = line.text.trim();
  if (text === '') return;
  try {
    JSON.parse(text);
  } catch {
    const failure = failed('line-not-json', 'The line is not valid JSON.', 'Correct the line.');
    return yield { kind: 'broken', line: line.number, failure };
  }
  const columns = members(text);
  if (!columns.has(WHOLE_LINE)) columns.set(WHOLE_LINE, text);
  yield { kind: 'row', line: line.number, columns, whole: text };
}

/** Column of a line of JSON that is all of it. */
export const WHOLE_LINE = 'line';

/** The fields of an object. Strings are unquoted; other values are taken as written, so that numbers keep their digits. */
function members(json: string): Map<string, string> {
  const found = new Map<string, string>();
  if (!json.startsWith('{')) return found;
  let depth = 0;
  let name: string | null = null;
  let start = 0;
  for (const { kind, start: at, end } of tokenizeJson(json)) {
    const sign = kind === 'punctuation' ? (json[at] ?? '') : '';
    depth += NESTING.get(sign) ?? 0;
    if (depth > 1) continue;
    if (kind === 'key') name = stringMeant(json.slice(at, end));
    else if (sign === ':') start = end;
    else if (name !== null && (sign === ',' || depth === 0)) {
      const value = json.slice(start, at).trim();
      found.set(name, value.startsWith('"') ? stringMeant(value) : value);
      name = null;
    }
  }
  return found;
}

const NESTING: ReadonlyMap<string, number> = new Map([
  ['{', 1],
  ['[', 1],
  ['}', -1],
  [']', -1],
]);

/** Longer rows are broken: one quote that is missing would take the rest of the file. Characters, a line's end one. */
const MAX_ROW = MAX_LINE;

/** CSV whose first row names the columns; what divides them is found in it: a comma, a semicolon or a tab. */
class CsvReader implements RowReader {
  readonly #lines = new TextLines();
  #names: readonly string[] | null = null;
  #divider = ',';
  #row: CsvRow | null = null;
  /** Lines of the row that is read, which are read once more where it turns out to be broken. */
  #open: TextLine[] = [];
  #openChars = 0;
  /** Without names of columns there is nothing to be read. */
  #isOver = false;

  *push(piece: Uint8Array): Generator<SeriesRow, void, undefined> {
    for (const line of this.#lines.push(piece)) yield* this.#take([line]);
  }

  *end(): Generator<SeriesRow, void, undefined> {
    for (const line of this.#lines.end()) yield* this.#take([line]);
    while (this.#open.length > 0 && !this.#isOver) {
      const { broken, rest } = this.#giveUp();
      yield broken;
      yield* this.#take(rest);
    }
  }

  /** @param waiting the last one is read first */
  *#take(waiting: TextLine[]): Generator<SeriesRow, void, undefined> {
    for (let line = waiting.pop(); line !== undefined && !this.#isOver; line = waiting.pop()) {
      const end = line.kind === 'text' ? this.#add(line.text, line) : 'unreadable';
      if (end === 'broken' || (end === 'unreadable' && this.#open.length > 0)) {
        const { broken, rest } = this.#giveUp();
        if (line.kind === 'unreadable') waiting.push(line);
        for (const one of rest) waiting.push(one);
        yield broken;
      } else if (line.kind === 'unreadable') {
        yield unreadable(line);
      } else if (end === 'complete') {
        const row = this.#complete();
        if (row !== null) yield row;
      }
    }
  }

  #add(text: string, line: TextLine): RowEnd {
    if (this.#row === null && text.trim() === '') return 'open';
    if (this.#names === null && this.#row === null) this.#divider = dividerOf(text);
    this.#row ??= new CsvRow(this.#divider);
    this.#open.push(line);
    this.#openChars += text.length + 1;
    const end = this.#row.add(text);
    return end === 'open' && this.#openChars > MAX_ROW ? 'broken' : end;
  }

  /** Only the first line of the row is lost; the others, last first, may be rows of their own. */
  #giveUp(): { readonly broken: SeriesRow; readonly rest: TextLine[] } {
    const [first, ...others] = this.#open;
    this.#reset();
    this.#isOver = this.#names === null;
    const failure = failed(
      'line-quotes',
      'A value in quotes does not end, or something follows its quotes.',
      'Double the quotes within a value.',
    );
    return { broken: { kind: 'broken', line: first?.number ?? 0, failure }, rest: others.reverse() };
  }

  /** Null: the row names the columns. */
  #complete(): SeriesRow | null {
    const line = this.#open[0]?.number ?? 0;
    const cells = this.#row?.cells ?? [];
    this.#reset();
    const names = this.#names;
    if (names === null) {
      this.#names = cells.map((name) => name.trim());
      return null;
    }
    if (cells.length === names.length)
      return {
        kind: 'row',
        line,
        columns: new Map(names.map((name, at) => [name, cells[at] ?? ''])),
        whole: null,
      };
    const failure = failed(
      'line-columns',
      `The line has ${formatCounted(cells.length, 'column')}, and the first line has ${names.length}.`,
      'Correct the line. A value that holds the divider needs quotes around it.',
    );
    return { kind: 'broken', line, failure };
  }

  #reset(): void {
    this.#row = null;
    this.#open = [];
    this.#openChars = 0;
  }
}

/** What stands most often between the names of the columns, outside of quotes; a comma where nothing does. */
function dividerOf(head: string): string {
  const outside = head.replaceAll(/"(?:[^"]|"")*"?/g, '');
  const count = (divider: string): number => outside.split(divider).length;
  return [';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best), ',');
}

function unreadable({ number, why }: Extract<TextLine, { kind: 'unreadable' }>): SeriesRow {
  const failure =
    why === 'too-long'
      ? failed(
          'line-too-long',
          `The line is longer than ${formatBytes(MAX_LINE)}.`,
          'Send it as a message of its own.',
        )
      : failed('line-not-text', 'The line is not valid UTF-8.', 'Save the file as UTF-8.');
  return { kind: 'broken', line: number, failure };
}
