import { decodeLenient } from '../../payload/utf8.ts';

/** Where in a topic's path a filter's text is first complete. */
export type Match = 'none' | 'own' | 'inherited';

/** Finds the text of a filter in topics, without regard to case. */
export interface Matcher {
  /** `inherited`: the parent's path has it already, and so has every path below. */
  match(path: Uint8Array, nameOffset: number): Match;
}

/**
 * Text in ASCII is compared byte by byte. Any other text is compared in upper case (which, unlike
 * lower case, does not depend on what surrounds a letter) and in Unicode's composed form.
 */
export function matcherOf(text: string): Matcher {
  return /^[\0-\x7f]*$/.test(text) ? new AsciiMatcher(text) : new UnicodeMatcher(text);
}

/** Each byte with A to Z made small. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte,
);

class AsciiMatcher implements Matcher {
  readonly #wanted: Uint8Array;

  constructor(text: string) {
    this.#wanted = Uint8Array.from(text, (character) => FOLDED[character.charCodeAt(0)] ?? 0);
  }

  match(path: Uint8Array, nameOffset: number): Match {
    const at = this.#find(path);
    if (at < 0) return 'none';
    return at + this.#wanted.length < nameOffset ? 'inherited' : 'own';
  }

  #find(path: Uint8Array): number {
    const wanted = this.#wanted;
    const first = wanted[0] ?? 0;
    const last = path.length - wanted.length;
    for (let at = 0; at <= last; at++) {
      if (FOLDED[path[at] ?? 0] !== first) continue;
      let same = 1;
      while (same < wanted.length && FOLDED[path[at + same] ?? 0] === wanted[same]) same++;
      if (same >= wanted.length) return at;
    }
    return -1;
  }
}

class UnicodeMatcher implements Matcher {
  readonly #wanted: string;

  constructor(text: string) {
    this.#wanted = folded(text);
  }

  match(path: Uint8Array, nameOffset: number): Match {
    if (!this.#has(path)) return 'none';
    return nameOffset > 0 && this.#has(path.subarray(0, nameOffset - 1)) ? 'inherited' : 'own';
  }

  #has(path: Uint8Array): boolean {
    return folded(decodeLenient(path)).includes(this.#wanted);
  }
}

function folded(text: string): string {
  return text.normalize('NFC').toUpperCase();
}
