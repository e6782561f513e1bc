/** How far a row of CSV is read: `open`: a quoted cell goes on in the next line. */
export type RowEnd = 'complete' | 'open' | 'broken';

const QUOTE = '"';

/** One row of CSV [RFC 4180], read line by line: a quoted cell may hold line ends. */
export class CsvRow {
  readonly cells: string[] = [];
  readonly #divider: string;
  /** What a quoted cell holds so far; null: no such cell is open. */
  #quoted: string | null = null;

  constructor(divider: string) {
    this.#divider = divider;
  }

  /** @param line without its line feed; a carriage return at its end belongs to the line end, but in quotes */
  add(line: string): RowEnd {
    let at = 0;
    for (;;) {
      const end = this.#cell(line, at);
      if (end === null) return 'open';
      if (end === line.length || (line[end] === '\r' && end === line.length - 1)) return 'complete';
      if (line[end] !== this.#divider) return 'broken';
      at = end + 1;
    }
  }

  /** Where the cell ends; null: in a later line. */
  #cell(line: string, start: number): number | null {
    let at = start;
    if (this.#quoted === null) {
      if (line[start] !== QUOTE) return this.#plainCell(line, start);
      this.#quoted = '';
      at++;
    }
    for (;;) {
      const quote = line.indexOf(QUOTE, at);
      if (quote < 0) {
        this.#quoted += `${line.slice(at)}\n`;
        return null;
      }
      this.#quoted += line.slice(at, quote);
      if (line[quote + 1] !== QUOTE) {
        this.cells.push(this.#quoted);
        this.#quoted = null;
        return quote + 1;
      }
      this.#quoted += QUOTE;
      at = quote + 2;
    }
  }

  #plainCell(line: string, start: number): number {
    const divider = line.indexOf(this.#divider, start);
    const lineEnd = line.endsWith('\r') ? line.length - 1 : line.length;
    const end = divider < 0 ? Math.max(start, lineEnd) : divider;
    this.cells.push(line.slice(start, end));
    return end;
  }
}
