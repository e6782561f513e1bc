import { decodeLenient } from '../../payload/utf8.ts';

/** Finds a text in bytes of UTF-8, without regard to case. */
export interface TextFinder {
  /** Where the first occurrence ends; -1 if there is none. At `end` where only that it is there is known. */
  endOf(bytes: Uint8Array, start: number, end: number): number;
}

/**
 * Text in ASCII is compared byte by byte. Any other text is compared in upper case (which, unlike
 * lower case, does not depend on what surrounds a letter) and in Unicode's composed form.
 */
export function textFinder(text: string): TextFinder {
  return isAsciiText(text) ? new BytesFinder(new TextEncoder().encode(text), true) : new UnicodeFinder(text);
}

export function isAsciiText(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** Each byte with A to Z made small, and each byte as it is. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte,
);
const AS_IS = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** So many bytes may be compared for each that is passed, and so many at first, before the search goes on linearly. */
const MOST_COMPARED = 4;
const COMPARED_AT_FIRST = 1_024;

/**
 * Horspool's search: the byte under the text's end says how far on the text may be next. Where that compares much and
 * gains little, as with `0111…` in a value of ones, it goes on as Knuth, Morris and Pratt do, in linear time.
 */
export class BytesFinder implements TextFinder {
  readonly #wanted: Uint8Array;
  readonly #fold: Uint8Array;
  /** By the byte under the text's end; 0 where the text may be. */
  readonly #skip: Int32Array;
  /** How far on it may be next after a byte that may end it did not. */
  readonly #next: number;
  /** For each prefix of the text, the length of its longest suffix that is a shorter prefix; made on first use. */
  #borders: Int32Array | null = null;

  /** Bytes of the text. */
  get length(): number {
    return this.#wanted.length;
  }

  /** @param ignoreCase of ASCII */
  constructor(wanted: Uint8Array, ignoreCase: boolean) {
    this.#fold = ignoreCase ? FOLDED : AS_IS;
    this.#wanted = wanted.map((byte) => this.#fold[byte]!);
    const last = wanted.length - 1;
    this.#skip = new Int32Array(256).fill(Math.max(1, wanted.length));
    // Where a byte comes more than once its last place counts, so it is written last.
    for (let at = 0; at < last; at++) this.#skip[this.#wanted[at]!] = last - at;
    for (let byte = 0; byte < 256; byte++) this.#skip[byte] = this.#skip[this.#fold[byte]!]!;
    const ending = this.#wanted[last] ?? 0;
    this.#next = this.#skip[ending]!;
    for (let byte = 0; byte < 256; byte++) if (this.#fold[byte] === ending) this.#skip[byte] = 0;
  }

  endOf(bytes: Uint8Array, start: number, end: number): number {
    const wanted = this.#wanted;
    const skip = this.#skip;
    const last = wanted.length - 1;
    if (last < 0) return start;
    let compared = -COMPARED_AT_FIRST;
    let at = start + last;
    while (at < end) {
      const step = skip[bytes[at]!]!;
      if (step !== 0) {
        at += step;
        continue;
      }
      const from = at - last;
      let left = last - 1;
      while (left >= 0 && this.#fold[bytes[from + left]!] === wanted[left]) left--;
      if (left < 0) return at + 1;
      compared += last - left;
      if (compared > MOST_COMPARED * (at - start)) return this.#linear(bytes, from + 1, end);
      at += this.#next;
    }
    return -1;
  }

  #linear(bytes: Uint8Array, start: number, end: number): number {
    const wanted = this.#wanted;
    const fold = this.#fold;
    const borders = (this.#borders ??= bordersOf(wanted));
    let found = 0;
    for (let at = start; at < end; at++) {
      const byte = fold[bytes[at]!]!;
      while (found > 0 && wanted[found] !== byte) found = borders[found - 1]!;
      if (wanted[found] === byte) found++;
      if (found === wanted.length) return at + 1;
    }
    return -1;
  }
}

function bordersOf(text: Uint8Array): Int32Array {
  const borders = new Int32Array(text.length);
  let border = 0;
  for (let at = 1; at < text.length; at++) {
    while (border > 0 && text[border] !== text[at]) border = borders[border - 1]!;
    if (text[border] === text[at]) border++;
    borders[at] = border;
  }
  return borders;
}

class UnicodeFinder implements TextFinder {
  readonly #wanted: string;
  /** No text in ASCII has it. */
  readonly #isBeyond: boolean;

  constructor(text: string) {
    this.#wanted = folded(text);
    this.#isBeyond = !isAsciiText(this.#wanted);
  }

  endOf(bytes: Uint8Array, start: number, end: number): number {
    if (this.#isBeyond && isAscii(bytes, start, end)) return -1;
    return folded(decodeLenient(bytes.subarray(start, end))).includes(this.#wanted) ? end : -1;
  }
}

/** Marks on one letter, more than which no language has (UAX #15, Stream-Safe Text Format). */
const TOO_MANY_MARKS = /\p{M}{31}/u;
/** The joiner that the same format puts between them. */
const MARKS = /(\p{M}{30})(?=\p{M})/gu;
const JOINER = '\u034f';

function folded(text: string): string {
  // Putting the marks of a letter in order takes time in proportion to the square of how many there are.
  const safe = TOO_MANY_MARKS.test(text) ? text.replace(MARKS, `$1${JOINER}`) : text;
  return safe.normalize('NFC').toUpperCase();
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! >= 0x80) return false;
  return true;
}
