/**
 * Which byte of a text a character begins at. Asked in rising order it is one pass; the text may have been made
 * from the bytes behind a byte order mark.
 */
export class BytePlaces {
  readonly #text: string;
  readonly #skipped: number;
  /** Bytes of each unit; 0: they differ. */
  readonly #each: number;
  #unit = 0;
  #byte = 0;

  /** @param bytes of the text; @param skipped bytes before it; @param isUtf16 else it is UTF-8 */
  constructor(text: string, bytes: number, skipped = 0, isUtf16 = false) {
    this.#text = text;
    this.#skipped = skipped;
    this.#each = isUtf16 ? 2 : bytes === text.length ? 1 : 0;
  }

  of(unit: number): number {
    if (this.#each > 0) return this.#skipped + unit * this.#each;
    if (unit < this.#unit) this.restart();
    for (; this.#unit < unit; this.#unit++) {
      const code = this.#text.charCodeAt(this.#unit);
      // Of a pair, each half stands for two of its four bytes.
      this.#byte += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
    }
    return this.#skipped + this.#byte;
  }

  restart(): void {
    this.#unit = 0;
    this.#byte = 0;
  }
}
