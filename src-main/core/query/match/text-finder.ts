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
  return /^[\0-\x7f]*$/.test(text) ? new AsciiFinder(text) : new UnicodeFinder(text);
}

/** Each byte with A to Z made small. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte,
);

/** Horspool's search: the byte under the text's end says how far on the text may be next. */
class AsciiFinder implements TextFinder {
  readonly #wanted: Uint8Array;
  readonly #skip: Int32Array;

  constructor(text: string) {
    this.#wanted = Uint8Array.from(text, (character) => FOLDED[character.charCodeAt(0)] ?? 0);
    const last = this.#wanted.length - 1;
    this.#skip = new Int32Array(256).fill(Math.max(1, this.#wanted.length));
    for (let byte = 0; byte < 256; byte++) {
      const at = this.#wanted.lastIndexOf(FOLDED[byte]!, last - 1);
      if (at >= 0 && last > 0) this.#skip[byte] = last - at;
    }
  }

  endOf(bytes: Uint8Array, start: number, end: number): number {
    const wanted = this.#wanted;
    const skip = this.#skip;
    const last = wanted.length - 1;
    if (last < 0) return start;
    const ending = wanted[last]!;
    for (let at = start + last; at < end;) {
      const byte = bytes[at]!;
      if (FOLDED[byte] === ending) {
        let left = last - 1;
        while (left >= 0 && FOLDED[bytes[at - last + left]!] === wanted[left]) left--;
        if (left < 0) return at + 1;
      }
      at += skip[byte]!;
    }
    return -1;
  }
}

class UnicodeFinder implements TextFinder {
  readonly #wanted: string;

  constructor(text: string) {
    this.#wanted = folded(text);
  }

  endOf(bytes: Uint8Array, start: number, end: number): number {
    return folded(decodeLenient(bytes.subarray(start, end))).includes(this.#wanted) ? end : -1;
  }
}

function folded(text: string): string {
  return text.normalize('NFC').toUpperCase();
}
