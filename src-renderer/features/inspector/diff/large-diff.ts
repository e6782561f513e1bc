import { jsonPatch } from '../../../../src-main/core/compare/json-patch.ts';
import { compare, diffRows, summaryWords, type Comparison, type DiffRow } from './diff-model.ts';

/** What the thread that compares large payloads is asked of a pair of them. Its answers come in this order. */
export type DiffRequest =
  | {
      readonly kind: 'compare';
      /** Its number, by which it is meant later. */
      readonly pair: number;
      readonly before: Uint8Array;
      readonly now: Uint8Array;
      readonly onlyChanges: boolean;
      readonly closed: readonly string[];
    }
  /** Of what was compared last, which is to be that pair. */
  | {
      readonly kind: 'rows';
      readonly pair: number;
      readonly onlyChanges: boolean;
      readonly closed: readonly string[];
    }
  | { readonly kind: 'patch'; readonly pair: number };

export interface DiffShown {
  readonly kind: 'shown';
  readonly by: Comparison['kind'];
  readonly rows: readonly DiffRow[];
  readonly cut: boolean;
  readonly summary: { readonly main: string; readonly rest: string };
  /** They are JSON, or text, but of so many fields or lines that their bytes were compared. */
  readonly coarse: boolean;
}

export type DiffAnswer = DiffShown | { readonly kind: 'patch'; readonly text: string };

/** Fields of a document, or lines of a text: each costs some 300 bytes here, and a window has no more than 4 GB. */
const MOST_PARTS = 500_000;
/** Rows that cross to the window: copying more would hold it up. */
const MOST_ROWS = 5_000;
/** The shortest way from one text to the other may be looked for so long, ms. */
const LINES_MS = 3_000;

const COMMA = 0x2c;
const LINE_FEED = 0x0a;

/** Compares payloads that are too large for the window's own thread, and keeps the last two for what is asked next. */
export class LargeDiff {
  #comparison: Comparison | null = null;
  #pair = 0;
  #coarse = false;

  answer(request: DiffRequest): DiffAnswer {
    if (request.kind === 'compare') {
      this.#compare(request.before, request.now);
      this.#pair = request.pair;
    }
    const comparison = this.#comparison;
    if (comparison === null) throw new Error('Nothing was compared.');
    if (request.pair !== this.#pair) throw new Error('Other messages are compared by now.');
    if (request.kind === 'patch') {
      if (comparison.kind !== 'json') throw new Error('Only JSON has a patch.');
      return { kind: 'patch', text: jsonPatch(comparison.root) };
    }
    const { rows, cut } = diffRows(comparison, request.onlyChanges, new Set(request.closed));
    return {
      kind: 'shown',
      by: comparison.kind,
      rows: rows.slice(0, MOST_ROWS).map(plain),
      cut: cut || rows.length > MOST_ROWS,
      summary: summaryWords(comparison),
      coarse: this.#coarse,
    };
  }

  #compare(before: Uint8Array, now: Uint8Array): void {
    this.#coarse = [before, now].some((bytes) => partsOf(bytes) > MOST_PARTS);
    this.#comparison = this.#coarse ? { kind: 'bytes', before, now } : compare(before, now, LINES_MS);
  }
}

/** At least so many fields, or lines, are in a text. */
function partsOf(bytes: Uint8Array): number {
  let commas = 0;
  let lines = 0;
  for (const byte of bytes) {
    if (byte === COMMA) commas++;
    else if (byte === LINE_FEED) lines++;
  }
  return Math.max(commas, lines);
}

/** Rows of JSON are written when they are looked at; what crosses to the window is written. */
function plain({ id, kind, level, open, name, before, now, change, tone }: DiffRow): DiffRow {
  return { id, kind, level, open, name, before, now, change, tone };
}
