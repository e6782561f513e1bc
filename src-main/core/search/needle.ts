import { RE2JS } from 're2js';
import type { SearchSpec } from '../../contract/session/search.ts';
import { hexBytes } from '../payload/hex-text.ts';
import { bytesTest, type BytesTest } from '../query/match/conditions.ts';
import { BadPattern } from '../query/match/pattern-steps.ts';
import { BytesFinder, isAsciiText, type TextFinder } from '../query/match/text-finder.ts';
import { bytesExcerpt, lenientText, textExcerpt, type Excerpt } from './excerpt.ts';

/** Bytes of one payload that are decoded to look for a text that is not ASCII. */
const TEXT_BYTES = 262_144;

/** What is searched for in payloads. */
export interface Needle {
  /** Bytes of one payload that are looked at. */
  readonly most: number;
  /** The cost of looking at one byte, in units of comparing one. */
  readonly cost: number;
  /** Whether it is in the payload [start, end), of which `most` bytes are looked at. */
  isIn(bytes: Uint8Array, start: number, end: number): boolean;
  /** Where, with what surrounds it; of a payload that has it. */
  excerpt(payload: Uint8Array): Excerpt;
}

/** Or why nothing can be searched for by this. */
export function readNeedle({ text, as }: Pick<SearchSpec, 'text' | 'as'>): Needle | string {
  switch (as) {
    case 'hex': {
      const bytes = hexBytes(text.replace(/0x|[,:]/gi, ' '));
      if (bytes === null || bytes.length === 0)
        return 'Bytes are written as pairs of hex digits, such as 63 6f 64.';
      return new BytesNeedle(new BytesFinder(bytes, false), bytes.length, true);
    }
    case 'text':
      if (isAsciiText(text)) {
        const bytes = new TextEncoder().encode(text);
        return new BytesNeedle(new BytesFinder(bytes, true), bytes.length, false);
      }
      return new TextNeedle(
        bytesTest({ kind: 'contains', text }),
        RE2JS.compile(RE2JS.quote(text), RE2JS.CASE_INSENSITIVE),
        TEXT_BYTES,
        8,
      );
    case 'regex':
      try {
        const test = bytesTest({ kind: 'regex', pattern: text, ignoreCase: false });
        const cost = test.texts === null ? 50 : 4;
        return new TextNeedle(test, RE2JS.compile(text), test.most, cost);
      } catch (error) {
        if (error instanceof BadPattern) return error.message;
        throw error;
      }
  }
}

/** Bytes that are compared as they are, or as ASCII without regard to case. */
class BytesNeedle implements Needle {
  readonly most = Infinity;
  readonly cost = 1;
  readonly #finder: TextFinder;
  readonly #length: number;
  readonly #asHex: boolean;

  constructor(finder: TextFinder, length: number, asHex: boolean) {
    this.#finder = finder;
    this.#length = length;
    this.#asHex = asHex;
  }

  isIn(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#finder.endOf(bytes, start, end) >= 0;
  }

  excerpt(payload: Uint8Array): Excerpt {
    const end = this.#finder.endOf(payload, 0, payload.length);
    return bytesExcerpt(payload, end - this.#length, end, this.#asHex);
  }
}

/** What is known of decoded text only. */
class TextNeedle implements Needle {
  readonly most: number;
  readonly cost: number;
  readonly #test: BytesTest;
  readonly #pattern: RE2JS;

  constructor(test: BytesTest, pattern: RE2JS, most: number, cost: number) {
    this.#test = test;
    this.#pattern = pattern;
    this.most = most;
    this.cost = cost;
  }

  isIn(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#test.of(bytes, start, Math.min(end, start + this.most));
  }

  excerpt(payload: Uint8Array): Excerpt {
    const text = lenientText(payload, this.most);
    const isCut = payload.length > this.most;
    const matcher = this.#pattern.matcher(text);
    // Written in another way than it was typed, it is somewhere in the text.
    if (!matcher.find()) return textExcerpt('', '', text, false, isCut);
    const from = matcher.start();
    const to = matcher.end();
    return textExcerpt(text.slice(0, from), text.slice(from, to), text.slice(to), false, isCut);
  }
}
