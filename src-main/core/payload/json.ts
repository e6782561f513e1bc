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
} from './json-scan.ts';
import { isWellFormed, wholeUnits } from './utf8.ts';

export interface PrettyOptions {
  /** UTF-16 units of output; the rest is recognised but not printed. */
  readonly maxChars?: number;
  /** The text is the beginning of a longer document, so that its sudden end is no fault. */
  readonly prefix?: boolean;
}

export type PrettyJson =
  /** `complete`: the whole document is printed; else its beginning is. */
  | { readonly kind: 'json'; readonly text: string; readonly complete: boolean }
  /** `at`: UTF-16 offset of the fault; `why`: what a sentence about it may say. */
  | { readonly kind: 'not-json'; readonly at: number; readonly why: string };

/** About 2 MB of text: more than anybody reads, little enough for the window. */
const MAX_CHARS = 1_000_000;
/** Nested deeper, values are printed on one line: indentation would outgrow the document. */
const MAX_INDENTED_DEPTH = 64;

/**
 * The document with two spaces of indentation and nothing else changed: digits, escapes, the order
 * of keys and duplicates stay as they are. Only strict JSON (RFC 8259) is JSON. One pass; nesting
 * costs no stack.
 */
export function prettyJson(text: string, options: PrettyOptions = {}): PrettyJson {
  const { maxChars = MAX_CHARS, prefix = false } = options;
  const printer = new Printer(text, maxChars);
  const end = walk(text, printer);
  if (end.kind === 'fault') return { kind: 'not-json', at: end.at, why: end.why };
  const cut = end.kind === 'cut';
  if (cut && !prefix) return { kind: 'not-json', at: text.length, why: 'the document ends too early' };
  // A prefix that looks complete may go on, with digits or with another value.
  return { kind: 'json', text: printer.out, complete: !cut && !prefix && !printer.full };
}

type Expect = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'end';

/** Walks one document; an explicit stack of open brackets, a byte each, instead of recursion. */
function walk(text: string, printer: Printer): Scan {
  let open = new Uint8Array(64);
  let depth = 0;
  let expect: Expect = 'value';
  let at = skipSpace(text, 0);
  for (; at < text.length; at = skipSpace(text, at)) {
    const unit = text.charCodeAt(at);
    if (expect === 'end') return { kind: 'fault', at, why: 'something follows the document' };
    if ((unit === OPEN_OBJECT || unit === OPEN_ARRAY) && takesValue(expect)) {
      if (depth === open.length) open = doubled(open);
      open[depth++] = unit;
      expect = unit === OPEN_OBJECT ? 'key-or-end' : 'value-or-end';
      printer.open(text[at] ?? '', depth);
      at++;
    } else if ((unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) && closes(unit, expect, open[depth - 1])) {
      depth--;
      printer.close(text[at] ?? '', depth);
      expect = depth === 0 ? 'end' : 'comma-or-end';
      at++;
    } else if (unit === COMMA && expect === 'comma-or-end') {
      expect = open[depth - 1] === OPEN_OBJECT ? 'key' : 'value';
      printer.comma(depth);
      at++;
    } else if (unit === COLON && expect === 'colon') {
      expect = 'value';
      printer.colon();
      at++;
    } else {
      const scan = scanScalar(text, at, unit, expect);
      if (scan.kind === 'cut') printer.scalar(at, text.length);
      if (scan.kind !== 'token') return scan;
      printer.scalar(at, scan.end);
      if (expect === 'key' || expect === 'key-or-end') expect = 'colon';
      else expect = depth === 0 ? 'end' : 'comma-or-end';
      at = scan.end;
    }
  }
  return expect === 'end' ? { kind: 'token', end: at } : { kind: 'cut' };
}

function scanScalar(text: string, at: number, unit: number, expect: Expect): Scan {
  if (expect === 'key' || expect === 'key-or-end') {
    if (unit === QUOTE) return scanString(text, at);
    return { kind: 'fault', at, why: 'a key in double quotes is missing' };
  }
  if (!takesValue(expect)) {
    return {
      kind: 'fault',
      at,
      why: expect === 'colon' ? 'a colon is missing' : 'a comma or a bracket is missing',
    };
  }
  if (unit === QUOTE) return scanString(text, at);
  return beginsNumber(unit) ? scanNumber(text, at) : scanLiteral(text, at);
}

function takesValue(expect: Expect): boolean {
  return expect === 'value' || expect === 'value-or-end';
}

function closes(unit: number, expect: Expect, opened: number | undefined): boolean {
  if (unit === CLOSE_OBJECT)
    return opened === OPEN_OBJECT && (expect === 'key-or-end' || expect === 'comma-or-end');
  return opened === OPEN_ARRAY && (expect === 'value-or-end' || expect === 'comma-or-end');
}

function doubled(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}

/** Units made a string at once: as many arguments as any engine takes. */
const STRING_UNITS = 8_192;
/** Would replace half a surrogate pair, which a text that is being written may have. */
const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/**
 * Puts the tokens down with white space of our own, until it is full. Unit by unit: a string that grows by
 * millions of pieces costs four times as much.
 */
class Printer {
  full = false;
  readonly #text: string;
  readonly #maxChars: number;
  #units: Uint16Array<ArrayBuffer>;
  #length = 0;
  /** The line break after a bracket just opened, held back until it is known whether it stays empty. */
  #pending = '';
  #empty = false;

  constructor(text: string, maxChars: number) {
    this.#text = text;
    this.#maxChars = maxChars;
    this.#units = new Uint16Array(Math.min(maxChars, text.length + (text.length >> 1) + 64));
  }

  get out(): string {
    const units = this.#units.subarray(0, this.#length);
    if (units.length > STRING_UNITS && isWellFormed(this.#text))
      return utf16.decode(new Uint8Array(units.buffer, 0, units.byteLength));
    const pieces: string[] = [];
    for (let at = 0; at < units.length; at += STRING_UNITS) {
      pieces.push(String.fromCharCode(...units.subarray(at, at + STRING_UNITS)));
    }
    return pieces.join('');
  }

  open(bracket: string, depth: number): void {
    this.#put(bracket);
    this.#empty = true;
    this.#pending = depth > MAX_INDENTED_DEPTH ? '' : lineBreak(depth);
  }

  close(bracket: string, depth: number): void {
    const empty = this.#empty;
    this.#pending = '';
    if (!empty && depth < MAX_INDENTED_DEPTH) this.#put(lineBreak(depth));
    this.#put(bracket);
  }

  comma(depth: number): void {
    this.#put(',');
    this.#put(depth > MAX_INDENTED_DEPTH ? ' ' : lineBreak(depth));
  }

  colon(): void {
    this.#put(': ');
  }

  scalar(start: number, end: number): void {
    this.#put(this.#text, start, end);
  }

  #put(piece: string, start = 0, end = piece.length): void {
    if (this.full) return;
    this.#empty = false;
    const pending = this.#pending;
    this.#pending = '';
    if (pending !== '') this.#write(pending, 0, pending.length);
    if (!this.full) this.#write(piece, start, end);
  }

  #write(piece: string, start: number, end: number): void {
    const room = this.#maxChars - this.#length;
    this.full = end - start > room;
    const last = this.full ? wholeUnits(piece, start + room) : end;
    const needed = this.#length + last - start;
    if (needed > this.#units.length) this.#grow(needed);
    const units = this.#units;
    let length = this.#length;
    for (let at = start; at < last; at++) units[length++] = piece.charCodeAt(at);
    this.#length = length;
  }

  #grow(needed: number): void {
    const larger = new Uint16Array(Math.min(this.#maxChars, Math.max(needed, this.#units.length * 2)));
    larger.set(this.#units.subarray(0, this.#length));
    this.#units = larger;
  }
}

const BREAKS = Array.from({ length: MAX_INDENTED_DEPTH + 1 }, (_, depth) => `\n${'  '.repeat(depth)}`);

function lineBreak(depth: number): string {
  return BREAKS[depth] ?? '';
}

export type JsonTokenKind = 'key' | 'string' | 'number' | 'literal' | 'punctuation';

export interface JsonToken {
  readonly start: number;
  readonly end: number;
  readonly kind: JsonTokenKind;
}

/**
 * Tokens for colouring, in order, white space left out. Lexical only: any part of a document that
 * begins between two tokens will do (a line of `prettyJson`, say), and a key is a string before a
 * colon. Ends at the first thing that is no token; a token cut by the end of the text is given.
 */
export function* tokenizeJson(text: string): Generator<JsonToken> {
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const unit = text.charCodeAt(at);
    if (isPunctuation(unit)) {
      yield { start: at, end: at + 1, kind: 'punctuation' };
      at++;
      continue;
    }
    const scan =
      unit === QUOTE
        ? scanString(text, at)
        : beginsNumber(unit)
          ? scanNumber(text, at)
          : scanLiteral(text, at);
    if (scan.kind === 'fault') return;
    const end = scan.kind === 'cut' ? text.length : scan.end;
    yield { start: at, end, kind: scalarKind(text, unit, end) };
    at = end;
  }
}

function scalarKind(text: string, unit: number, end: number): JsonTokenKind {
  if (unit !== QUOTE) return beginsNumber(unit) ? 'number' : 'literal';
  return text.charCodeAt(skipSpace(text, end)) === COLON ? 'key' : 'string';
}

function isPunctuation(unit: number): boolean {
  return (
    unit === COMMA ||
    unit === COLON ||
    unit === OPEN_ARRAY ||
    unit === CLOSE_ARRAY ||
    unit === OPEN_OBJECT ||
    unit === CLOSE_OBJECT
  );
}
