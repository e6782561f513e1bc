import { concat } from '../../mqtt/encode.ts';
import { decodeStrict } from '../../payload/utf8.ts';

/** A line of a file, without its line feed. `number`: from 1. */
export type TextLine =
  | { readonly kind: 'text'; readonly number: number; readonly text: string }
  | { readonly kind: 'unreadable'; readonly number: number; readonly why: 'not-text' | 'too-long' };

/** Bytes of a line. */
export const MAX_LINE = 2 ** 20;
const LINE_FEED = 10;

/** Cuts a file that comes in pieces into its lines; holds no more of it than one line. */
export class TextLines {
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #count = 0;

  /** Lines that end in this piece. */
  *push(piece: Uint8Array): Generator<TextLine, void, undefined> {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, start)) {
      this.#keep(piece.subarray(start, end));
      yield this.#line();
      start = end + 1;
    }
    // The piece may be a part of a larger buffer that is used again.
    if (start < piece.length) this.#keep(new Uint8Array(piece.subarray(start)));
  }

  /** The last line, where no line feed ends it. */
  *end(): Generator<TextLine, void, undefined> {
    if (this.#restBytes > 0) yield this.#line();
  }

  #keep(bytes: Uint8Array): void {
    this.#restBytes += bytes.length;
    if (this.#restBytes <= MAX_LINE) this.#rest.push(bytes);
    else this.#rest = [];
  }

  #line(): TextLine {
    const tooLong = this.#restBytes > MAX_LINE;
    const bytes = tooLong ? new Uint8Array() : concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    const number = ++this.#count;
    if (tooLong) return { kind: 'unreadable', number, why: 'too-long' };
    const text = decodeStrict(bytes);
    if (text === null) return { kind: 'unreadable', number, why: 'not-text' };
    return { kind: 'text', number, text: number === 1 ? text.replace(/^\ufeff/, '') : text };
  }
}
