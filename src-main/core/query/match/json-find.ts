import { decodeLenient } from '../../payload/utf8.ts';
import type { JsonStep } from '../grammar/query.ts';
import { BytesFinder } from './text-finder.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const encoder = new TextEncoder();

interface Key {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** From so many bytes of a value on, it pays to check first whether the name occurs in it. */
const LONG_VALUE = 96;

/**
 * Finds the value at a path in the bytes of JSON, in one pass and without parsing the rest, of which only the
 * ends of strings and brackets are read. If a name occurs twice, the last one counts, as in most parsers. Time
 * is linear in the bytes; the stack depth is that of the path, however deep the value is nested.
 */
export class JsonFinder {
  readonly #path: readonly (number | Key)[];
  /** A name of the path as usually written; null if it may be written in several ways. */
  readonly #written: BytesFinder | null;
  /** Set by `find`; -1 if there is nothing at the path. */
  start = -1;
  end = -1;

  constructor(path: readonly JsonStep[]) {
    this.#path = path.map((step) =>
      typeof step === 'number' ? step : { text: step, bytes: encoder.encode(step) },
    );
    const names = path.filter((step) => typeof step === 'string');
    const longest = names.toSorted((a, b) => b.length - a.length).find((name) => isPlain(name));
    this.#written = longest === undefined ? null : new BytesFinder(encoder.encode(`"${longest}"`), false);
  }

  /** Whether there is a value at the path; `start` and `end` are where. */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    this.start = -1;
    if (end - start >= LONG_VALUE && this.#isAbsent(bytes, start, end)) return false;
    const past = this.#value(bytes, skipSpace(bytes, skipMark(bytes, start, end), end), end, 0);
    return past >= 0 && skipSpace(bytes, past, end) === end && this.start >= 0;
  }

  /** The name does not occur, and no other one is written with escapes. */
  #isAbsent(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#written === null || this.#written.endOf(bytes, start, end) >= 0) return false;
    for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return false;
    return true;
  }

  /** Past the value, which lies at the path's first steps; -1 where it does not end. */
  #value(bytes: Uint8Array, start: number, end: number, depth: number): number {
    this.start = -1;
    const step = this.#path[depth];
    if (step === undefined) {
      const past = skipValue(bytes, start, end);
      this.start = start;
      return (this.end = past);
    }
    if (typeof step === 'number') {
      if (start < end && bytes[start] === OPEN_LIST) return this.#list(bytes, start, end, depth, step);
    } else if (start < end && bytes[start] === OPEN_OBJECT)
      return this.#object(bytes, start, end, depth, step);
    return skipValue(bytes, start, end);
  }

  #object(bytes: Uint8Array, open: number, end: number, depth: number, key: Key): number {
    let found = -1;
    let foundEnd = -1;
    let at = skipSpace(bytes, open + 1, end);
    if (at < end && bytes[at] === CLOSE_OBJECT) return at + 1;
    while (at < end && bytes[at] === QUOTE) {
      const past = skipString(bytes, at, end);
      if (past < 0) return -1;
      const colon = skipSpace(bytes, past, end);
      if (colon >= end || bytes[colon] !== COLON) return -1;
      const value = skipSpace(bytes, colon + 1, end);
      let next: number;
      if (isKey(bytes, at, past, key)) {
        next = this.#value(bytes, value, end, depth + 1);
        found = this.start;
        foundEnd = this.end;
      } else next = skipValue(bytes, value, end);
      if (next < 0) return -1;
      at = skipSpace(bytes, next, end);
      if (at < end && bytes[at] === CLOSE_OBJECT) {
        this.start = found;
        this.end = foundEnd;
        return at + 1;
      }
      if (at >= end || bytes[at] !== COMMA) return -1;
      at = skipSpace(bytes, at + 1, end);
    }
    return -1;
  }

  #list(bytes: Uint8Array, open: number, end: number, depth: number, index: number): number {
    let found = -1;
    let foundEnd = -1;
    let at = skipSpace(bytes, open + 1, end);
    if (at < end && bytes[at] === CLOSE_LIST) return at + 1;
    for (let nth = 0; at < end; nth++) {
      let next: number;
      if (nth === index) {
        next = this.#value(bytes, at, end, depth + 1);
        found = this.start;
        foundEnd = this.end;
      } else next = skipValue(bytes, at, end);
      if (next < 0) return -1;
      at = skipSpace(bytes, next, end);
      if (at < end && bytes[at] === CLOSE_LIST) {
        this.start = found;
        this.end = foundEnd;
        return at + 1;
      }
      if (at >= end || bytes[at] !== COMMA) return -1;
      at = skipSpace(bytes, at + 1, end);
    }
    return -1;
  }
}

/** Whether JSON needs no escapes for it. */
function isPlain(name: string): boolean {
  return JSON.stringify(name).length === name.length + 2;
}

/** A byte order mark is no part of JSON. */
function skipMark(bytes: Uint8Array, start: number, end: number): number {
  const marked =
    end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
  return marked ? start + 3 : start;
}

function isKey(bytes: Uint8Array, quote: number, past: number, key: Key): boolean {
  const wanted = key.bytes;
  const length = past - quote - 2;
  if (length < wanted.length) return false;
  if (length === wanted.length) {
    let same = 0;
    while (same < length && bytes[quote + 1 + same] === wanted[same]) same++;
    // With a backslash in it, the name may be written otherwise than it is; but then it is longer.
    return same === length && !wanted.includes(BACKSLASH);
  }
  for (let at = quote + 1; at < past; at++) {
    if (bytes[at] === BACKSLASH) return jsonString(bytes, quote, past) === key.text;
  }
  return false;
}

/** The unescaped text of a string between its quotation marks; null if its escapes are invalid. */
export function jsonString(bytes: Uint8Array, start: number, end: number): string | null {
  const raw = decodeLenient(bytes.subarray(start, end));
  if (!raw.includes('\\')) return raw.slice(1, -1);
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** Past the closing quotation mark; -1 if there is none. */
function skipString(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  return -1;
}

/** Past a value, whose insides are not judged; -1 where it does not end, or there is none. */
function skipValue(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at >= 0 && at < end;) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = skipString(bytes, at, end);
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth++;
      at++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth--;
      at++;
    } else if (depth === 0) at = skipScalar(bytes, at, end);
    else at++;
    if (depth <= 0) return depth < 0 ? -1 : at;
  }
  return -1;
}

/** A number, true, false or null: whatever goes on up to a space, a comma or a bracket. */
function skipScalar(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte <= COMMA ? byte === COMMA || isSpace(byte) : byte === CLOSE_LIST || byte === CLOSE_OBJECT) break;
  }
  return at === start || !beginsScalar(bytes[start]!) ? -1 : at;
}

/** A digit, a minus, or the first letter of a literal. */
function beginsScalar(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x74 || byte === 0x66 || byte === 0x6e;
}

export function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(bytes[at]!)) at++;
  return at;
}

export function isSpace(byte: number): boolean {
  return byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
