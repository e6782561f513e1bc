import { decodeLenient } from '../../payload/utf8.ts';
import type { JsonStep } from '../grammar/query.ts';

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

/**
 * Finds what lies at a path of JSON in its bytes, without parsing the rest: of it no more is looked at
 * than where strings and brackets end. Where a name comes twice the last one counts, as in most parsers.
 * Takes time in proportion to the bytes, and nothing of the stack, however deep they are nested.
 */
export class JsonFinder {
  readonly #path: readonly (number | Key)[];
  /** Set by `find`. */
  start = 0;
  end = 0;

  constructor(path: readonly JsonStep[]) {
    this.#path = path.map((step) =>
      typeof step === 'number' ? step : { text: step, bytes: encoder.encode(step) },
    );
  }

  /** Whether there is a value at the path; `start` and `end` are where. */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    let from = skipSpace(bytes, skipMark(bytes, start, end), end);
    let to = end;
    while (to > from && isSpace(bytes[to - 1]!)) to--;
    if (skipValue(bytes, from, to) !== to) return false;
    for (const step of this.#path) {
      const at = typeof step === 'number' ? element(bytes, from, to, step) : member(bytes, from, to, step);
      if (at < 0) return false;
      from = at;
      to = skipValue(bytes, at, to);
    }
    this.start = from;
    this.end = to;
    return from < to;
  }
}

/** A byte order mark is no part of JSON. */
function skipMark(bytes: Uint8Array, start: number, end: number): number {
  const marked =
    end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
  return marked ? start + 3 : start;
}

/** Start of the last member of that name; -1 if this is no object or has none. */
function member(bytes: Uint8Array, start: number, end: number, key: Key): number {
  if (bytes[start] !== OPEN_OBJECT) return -1;
  let found = -1;
  for (let at = skipSpace(bytes, start + 1, end); at < end && bytes[at] === QUOTE;) {
    const past = skipString(bytes, at, end);
    const colon = skipSpace(bytes, past, end);
    if (past < 0 || bytes[colon] !== COLON) return found;
    const value = skipSpace(bytes, colon + 1, end);
    if (isKey(bytes, at, past, key)) found = value;
    const next = skipSpace(bytes, skipValue(bytes, value, end), end);
    if (bytes[next] !== COMMA) return found;
    at = skipSpace(bytes, next + 1, end);
  }
  return found;
}

/** Start of an element of a list; -1 if this is no list or is shorter. */
function element(bytes: Uint8Array, start: number, end: number, index: number): number {
  if (bytes[start] !== OPEN_LIST) return -1;
  let at = skipSpace(bytes, start + 1, end);
  if (bytes[at] === CLOSE_LIST) return -1;
  for (let left = index; left > 0; left--) {
    const next = skipSpace(bytes, skipValue(bytes, at, end), end);
    if (bytes[next] !== COMMA) return -1;
    at = skipSpace(bytes, next + 1, end);
  }
  return at < end ? at : -1;
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

/** The text of a string between its quotation marks, as it is meant; null if its escapes mean nothing. */
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
    if (isSpace(byte) || byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT) break;
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
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
