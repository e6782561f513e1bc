import type { DecodedNode } from '../../../src-main/contract/decoding/decoded.ts';
import { csvCell } from '../../../src-main/core/message/message-lines.ts';
import { writePath } from '../../../src-main/core/query/grammar/json-path.ts';

/** A spreadsheet takes no more than some thousand. */
const MOST_COLUMNS = 1_000;
/** Before the name of a column that no field is in: the path to a field never begins so. */
const OWN = '\0';

/** Decoded messages as a table in CSV (RFC 4180), a column a field; columns come as fields are first seen. */
export class FieldTable {
  readonly #head: readonly string[];
  readonly #columns = new Map<string, number>();
  readonly #rows: { readonly text: string; readonly cells: number }[] = [];
  #isNarrow = false;

  /** @param head names of the cells that each row begins with */
  constructor(head: readonly string[]) {
    this.#head = head;
  }

  /** Values were left out that a table cannot hold. */
  get isNarrow(): boolean {
    return this.#isNarrow;
  }

  /**
   * @param first the cells that it begins with
   * @param nodes of the decoded payload, as many as are known
   * @param total how many there are
   * @param more a cell of its own column, which a field of that name does not share
   * @returns characters of the row
   */
  add(
    first: readonly string[],
    nodes: readonly DecodedNode[],
    total: number,
    more: NamedCell | null = null,
  ): number {
    const values = this.#begun(more);
    if (total > nodes.length) this.#isNarrow = true;
    for (const { name, text, isCut } of cellsOf(nodes)) {
      const column = this.#column(name);
      // A key that is there twice has one cell, as nearly every reader takes the last one.
      if (isCut || column === null || values[column] !== undefined) this.#isNarrow = true;
      if (column !== null) values[column] = text;
    }
    return this.#addRow(first, values);
  }

  /** A payload that is one text. `length`: characters of all of it. */
  addText(first: readonly string[], text: string, length: number, more: NamedCell | null = null): number {
    const values = this.#begun(more);
    const column = this.#column('value');
    if (length > text.length || column === null) this.#isNarrow = true;
    if (column !== null) values[column] = text;
    return this.#addRow(first, values);
  }

  parts(): string[] {
    const columns = this.#columns.size;
    const head = [...this.#head, ...this.#names()].map(csvCell).join(',');
    return [
      `${head}\r\n`,
      ...this.#rows.map(({ text, cells }) => `${text}${','.repeat(columns - cells)}\r\n`),
    ];
  }

  /** Each once: a field that is called as another column is gets the longer way of writing its path. */
  #names(): string[] {
    const columns = [...this.#columns.keys()];
    const taken = new Set([...this.#head, ...columns.filter(isOwn).map((name) => name.slice(1))]);
    return columns.map((name) => {
      if (isOwn(name)) return name.slice(1);
      return taken.has(name) ? `[${JSON.stringify(name)}]` : name;
    });
  }

  #begun(more: NamedCell | null): string[] {
    const values: string[] = [];
    const column = more === null ? null : this.#column(`${OWN}${more.name}`);
    if (more !== null && column !== null) values[column] = more.text;
    return values;
  }

  #addRow(first: readonly string[], values: readonly string[]): number {
    const row = [...first, ...Array.from(values, (value) => value ?? '')].map(csvCell).join(',');
    this.#rows.push({ text: row, cells: values.length });
    return row.length;
  }

  #column(name: string): number | null {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    if (this.#columns.size === MOST_COLUMNS) return null;
    this.#columns.set(name, this.#columns.size);
    return this.#columns.size - 1;
  }
}

function isOwn(name: string): boolean {
  return name.startsWith(OWN);
}

/** A cell of a column that only some rows have something in. */
export interface NamedCell {
  readonly name: string;
  readonly text: string;
}

interface Cell {
  readonly name: string;
  readonly text: string;
  readonly isCut: boolean;
}

/** Values that hold no others, by the way to them. */
function* cellsOf(nodes: readonly DecodedNode[]): Generator<Cell, void, undefined> {
  const steps: (string | number)[] = [];
  /** By depth, the place of the last value among those beside it. */
  const places: number[] = [];
  for (const { depth, key, shape, text, left, children } of nodes) {
    const place = (places[depth] ?? -1) + 1;
    places[depth] = place;
    places[depth + 1] = -1;
    steps.length = Math.max(0, depth - 1);
    if (depth > 0) steps.push(key ?? place);
    if (children > 0) continue;
    const name = depth === 0 ? 'value' : writePath(steps);
    yield { name, text: EMPTY.get(shape) ?? text, isCut: left > 0 };
  }
}

const EMPTY: ReadonlyMap<string, string> = new Map([
  ['object', '{}'],
  ['list', '[]'],
]);
