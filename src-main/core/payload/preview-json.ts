import type { Members } from './member-count.ts';

/**
 * One value of a JSON text, its scalars as written: no number is ever converted. A container has
 * `count` members, of which those that were read are given; where it is not `exact` there may be more.
 */
export type JsonPeek =
  | { readonly kind: 'scalar'; readonly source: string }
  | {
      readonly kind: 'object';
      readonly fields: readonly JsonField[];
      readonly count: number;
      readonly exact: boolean;
    }
  | {
      readonly kind: 'array';
      readonly items: readonly JsonPeek[];
      readonly count: number;
      readonly exact: boolean;
    };

export interface JsonField {
  /** With its quotes and escapes, as written. */
  readonly key: string;
  readonly value: JsonPeek;
}

/** Deepest level that is read: a preview needs no more, and the stack is finite. */
const MAX_DEPTH = 32;

/** Why reading ended before the text did: it is no JSON, or the text was cut and ran out. */
const WRONG = Symbol('wrong');
const CUT = Symbol('cut');

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"[^"\\\0-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\0-\x1f]*)*"/y;
const WORD = /true|false|null/y;

/**
 * Reads a JSON text, or with `cut` the beginning of one. Null: not JSON, nested too deep, or cut before
 * anything could be read. A value that the cut left incomplete is left out, and its container is not
 * `exact`.
 */
export function peekJson(text: string, cut: boolean): JsonPeek | null {
  const reader = new Reader(text, cut);
  const value = reader.value(0);
  if (value === WRONG || value === CUT) return null;
  reader.space();
  return reader.at === text.length ? value : null;
}

/**
 * The value with the members of what the cut left open counted.
 *
 * @param open the containers that are open at the cut, the outermost first
 */
export function withCounts(value: JsonPeek, open: readonly Members[], level = 0): JsonPeek {
  const members = open[level];
  if (value.kind === 'scalar' || value.exact || members === undefined) return value;
  // Only the last member of a container can be open as well.
  if (value.kind === 'object') {
    const fields = value.fields.map((field, at) =>
      at < value.fields.length - 1 ? field : { ...field, value: withCounts(field.value, open, level + 1) },
    );
    return { ...value, fields, count: Math.max(members.count, fields.length), exact: members.whole };
  }
  const items = value.items.map((item, at) =>
    at < value.items.length - 1 ? item : withCounts(item, open, level + 1),
  );
  return { ...value, items, count: Math.max(members.count, items.length), exact: members.whole };
}

function object(fields: readonly JsonField[], exact: boolean): JsonPeek {
  return { kind: 'object', fields, count: fields.length, exact };
}

function array(items: readonly JsonPeek[], exact: boolean): JsonPeek {
  return { kind: 'array', items, count: items.length, exact };
}

class Reader {
  at = 0;
  readonly #text: string;
  readonly #cut: boolean;

  constructor(text: string, cut: boolean) {
    this.#text = text;
    this.#cut = cut;
  }

  space(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.at++;
    }
  }

  value(depth: number): JsonPeek | typeof WRONG | typeof CUT {
    this.space();
    const first = this.#text[this.at];
    if (first === '{') return depth < MAX_DEPTH ? this.#object(depth) : WRONG;
    if (first === '[') return depth < MAX_DEPTH ? this.#array(depth) : WRONG;
    const source = this.#scalar(first);
    return typeof source === 'string' ? { kind: 'scalar', source } : source;
  }

  #object(depth: number): JsonPeek | typeof WRONG {
    const fields: JsonField[] = [];
    this.at++;
    this.space();
    if (this.#take('}')) return object(fields, true);
    for (;;) {
      this.space();
      const key = this.#text[this.at] === '"' ? this.#string() : this.#miss();
      if (key === WRONG) return WRONG;
      this.space();
      if (key === CUT || this.at === this.#text.length) return this.#ended(object(fields, false));
      if (!this.#take(':')) return WRONG;
      const value = this.value(depth + 1);
      if (value === WRONG) return WRONG;
      if (value === CUT) return this.#ended(object(fields, false));
      fields.push({ key, value });
      this.space();
      if (this.#take('}')) return object(fields, true);
      if (this.at === this.#text.length) return this.#ended(object(fields, false));
      if (!this.#take(',')) return WRONG;
    }
  }

  #array(depth: number): JsonPeek | typeof WRONG {
    const items: JsonPeek[] = [];
    this.at++;
    this.space();
    if (this.#take(']')) return array(items, true);
    for (;;) {
      const value = this.value(depth + 1);
      if (value === WRONG) return WRONG;
      if (value === CUT) return this.#ended(array(items, false));
      items.push(value);
      this.space();
      if (this.#take(']')) return array(items, true);
      if (this.at === this.#text.length) return this.#ended(array(items, false));
      if (!this.#take(',')) return WRONG;
    }
  }

  /** The text ran out inside a container: fine if it was cut, wrong if it is all there is. */
  #ended(value: JsonPeek): JsonPeek | typeof WRONG {
    this.at = this.#text.length;
    return this.#cut ? value : WRONG;
  }

  #scalar(first: string | undefined): string | typeof WRONG | typeof CUT {
    if (first === '"') return this.#string();
    if (first === 't' || first === 'f' || first === 'n') return this.#match(WORD);
    const number = this.#match(NUMBER);
    // A number that touches the cut may go on behind it.
    return this.#cut && this.at === this.#text.length && number !== WRONG ? CUT : number;
  }

  /** Most strings have no escapes, and end where their quote does. */
  #string(): string | typeof WRONG | typeof CUT {
    const text = this.#text;
    for (let end = this.at + 1; end < text.length; end++) {
      const unit = text.charCodeAt(end);
      if (unit === 0x5c || unit < 0x20) break;
      if (unit !== 0x22) continue;
      const found = text.slice(this.at, end + 1);
      this.at = end + 1;
      return found;
    }
    return this.#match(STRING);
  }

  #match(pattern: RegExp): string | typeof WRONG | typeof CUT {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined || found === '') return this.#miss();
    this.at += found.length;
    return found;
  }

  /** A token that does not match: the cut may have gone through it. */
  #miss(): typeof WRONG | typeof CUT {
    const rest = this.#text.slice(this.at);
    return this.#cut && (rest === '' || MAY_GO_ON.test(rest)) ? CUT : WRONG;
  }

  #take(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at++;
    return true;
  }
}

/** The beginning of a string, a word or a number that the text's end cut. */
const MAY_GO_ON =
  /^(?:"[^"\\\0-\x1f]*(?:\\.[^"\\\0-\x1f]*)*\\?|t|tr|tru|f|fa|fal|fals|n|nu|nul|-?[\d.eE+-]*)$/;
