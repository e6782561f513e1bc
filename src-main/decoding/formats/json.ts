import {
  beginsNumber,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  scanLiteral,
  scanNumber,
  scanString,
  skipSpace,
  type Scan,
} from '../../core/payload/json-scan.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';
import type { BytePlaces } from '../base/byte-places.ts';
import { countWords } from '../base/node-labels.ts';

/** How values follow each other. */
export type JsonLayout = 'one' | 'lines' | 'row';

export interface ReadJson {
  readonly layout: JsonLayout;
  readonly detail: string;
  /** `The key "id" is there twice.` */
  readonly notes: readonly string[];
}

/**
 * JSON as it was written: numbers keep their digits, keys their order, and a key that is there twice is there
 * twice. Several values may follow each other, on lines of their own or not.
 */
export function readJson(text: string, places: BytePlaces, tree: TreeBuilder): ReadJson {
  const reader = new JsonReader(text, places, tree);
  const mark = tree.mark();
  const end = reader.value(skipSpace(text, 0));
  if (skipSpace(text, end) === text.length) {
    return { layout: 'one', detail: countWords(tree.nodes[mark.length]), notes: reader.notes() };
  }
  tree.rollback(mark);
  places.restart();
  return readSeveral(text, places, tree);
}

function readSeveral(text: string, places: BytePlaces, tree: TreeBuilder): ReadJson {
  const reader = new JsonReader(text, places, tree);
  const list = tree.open('list', 'JSON values', 0);
  let lines = true;
  for (let at = skipSpace(text, 0); at < text.length;) {
    const end = reader.value(at);
    at = skipSpace(text, end);
    const between = text.slice(end, at);
    if (at < text.length && between === '' && !/[\]}"]/.test(text[end - 1] ?? '')) throw notJson(end, text);
    if (at < text.length && !between.includes('\n')) lines = false;
  }
  tree.close(places.of(text.length));
  const detail = formatCounted(
    list.children,
    lines ? 'line' : 'value in a row',
    lines ? 'lines' : 'values in a row',
  );
  list.type = lines ? `${list.children} lines` : `${list.children} values in a row`;
  return { layout: lines ? 'lines' : 'row', detail, notes: reader.notes() };
}

class JsonReader {
  readonly #text: string;
  readonly #places: BytePlaces;
  readonly #tree: TreeBuilder;
  readonly #twice = new Set<string>();

  constructor(text: string, places: BytePlaces, tree: TreeBuilder) {
    this.#text = text;
    this.#places = places;
    this.#tree = tree;
  }

  notes(): readonly string[] {
    const keys = [...this.#twice].slice(0, 3).map((key) => JSON.stringify(key));
    if (keys.length === 0) return [];
    return [`Keys that are there more than once: ${keys.join(', ')}. Other programs keep one of them.`];
  }

  /** Answers where it ends. */
  value(at: number): number {
    if (at >= this.#text.length) throw notJson(at, this.#text);
    const unit = this.#text.charCodeAt(at);
    if (unit === OPEN_OBJECT) return this.#object(at);
    if (unit === OPEN_ARRAY) return this.#list(at);
    if (unit === QUOTE) {
      const end = this.#ended(scanString(this.#text, at));
      this.#tree.value('text', unquoted(this.#text, at, end), 'string', ...this.#span(at, end));
      return end;
    }
    if (beginsNumber(unit)) {
      const end = this.#ended(scanNumber(this.#text, at));
      const digits = this.#text.slice(at, end);
      this.#tree.value('number', digits, 'number', ...this.#span(at, end), wideNote(digits));
      return end;
    }
    const end = this.#ended(scanLiteral(this.#text, at));
    const word = this.#text.slice(at, end);
    this.#tree.value('literal', word, word === 'null' ? 'null' : 'boolean', ...this.#span(at, end));
    return end;
  }

  #span(at: number, end: number): [number, number] {
    return [this.#places.of(at), this.#places.of(end)];
  }

  #object(start: number): number {
    const text = this.#text;
    const node = this.#tree.open('object', 'object', this.#places.of(start));
    const keys = new Set<string>();
    let at = skipSpace(text, start + 1);
    while (text.charCodeAt(at) !== CLOSE_OBJECT) {
      if (keys.size > 0) at = this.#separator(at, COMMA);
      if (text.charCodeAt(at) !== QUOTE) throw notJson(at, text);
      const end = this.#ended(scanString(text, at));
      const key = unquoted(text, at, end);
      if (keys.has(key)) this.#twice.add(key);
      keys.add(key);
      this.#tree.key(key);
      at = skipSpace(text, this.value(this.#separator(skipSpace(text, end), COLON)));
    }
    node.type = `object of ${node.children}`;
    this.#tree.close(this.#places.of(at + 1));
    return at + 1;
  }

  #list(start: number): number {
    const text = this.#text;
    const node = this.#tree.open('list', 'array', this.#places.of(start));
    let at = skipSpace(text, start + 1);
    for (let first = true; text.charCodeAt(at) !== CLOSE_ARRAY; first = false) {
      if (!first) at = this.#separator(at, COMMA);
      at = skipSpace(text, this.value(at));
    }
    node.type = `array of ${node.children}`;
    this.#tree.close(this.#places.of(at + 1));
    return at + 1;
  }

  #separator(at: number, unit: number): number {
    if (this.#text.charCodeAt(at) !== unit) throw notJson(at, this.#text);
    return skipSpace(this.#text, at + 1);
  }

  #ended(scan: Scan): number {
    if (scan.kind === 'token') return scan.end;
    if (scan.kind === 'cut') throw notJson(this.#text.length, this.#text);
    throw new Unreadable(`is not readable at character ${scan.at + 1}: ${scan.why}`);
  }
}

function notJson(at: number, text: string): Unreadable {
  if (at >= text.length) return new Unreadable(`stops at character ${text.length}: its end is missing`);
  return new Unreadable(`has something else at character ${at + 1}`);
}

/** The text of a string with its escapes resolved; most have none. */
function unquoted(text: string, start: number, end: number): string {
  const inside = text.slice(start + 1, end - 1);
  return inside.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : inside;
}

const WIDE = /^-?\d{16,}$/;

function wideNote(digits: string): string {
  return WIDE.test(digits) && !Number.isSafeInteger(Number(digits)) ? 'digits kept' : '';
}
