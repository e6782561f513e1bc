const KEY = 'messages';
/** Where in `"messages" : [` the text is. */
type Place = 'elsewhere' | 'after-key' | 'after-colon';

/**
 * Replaces each list under the name `messages` in a JSON text by the number of its entries. Backups of other
 * programs are nearly all kept messages, and what is left of them is small. The text comes in pieces of any
 * size, and only one piece is held at a time. Text that is not JSON is passed on unchanged.
 */
export class MessageLists {
  #inString = false;
  #escaped = false;
  /** Characters of the string so far that agree with `KEY`; -1 once one did not. */
  #agreed = -1;
  #place: Place = 'elsewhere';
  /** Brackets that are open within the list that is left out; 0: none is. */
  #depth = 0;
  #entries = 0;
  /** Something was seen since the list began or its last comma. */
  #inEntry = false;

  /** What is kept of the next piece. */
  take(piece: string): string {
    let kept = '';
    let from = this.#depth > 0 ? -1 : 0;
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      if (this.#inString) this.#string(code);
      else if (this.#depth > 0) {
        if (!this.#leaveOut(code)) continue;
        kept += String(this.#entries);
        from = at + 1;
      } else if (this.#begins(code)) {
        kept += piece.slice(from, at);
        from = -1;
      }
    }
    return from < 0 ? kept : kept + piece.slice(from);
  }

  #string(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === 0x5c) this.#escaped = true;
    else if (code === 0x22) {
      this.#inString = false;
      this.#place = this.#agreed === KEY.length ? 'after-key' : 'elsewhere';
      return;
    } else if (this.#agreed >= 0 && code === KEY.charCodeAt(this.#agreed)) {
      this.#agreed++;
      return;
    }
    this.#agreed = -1;
  }

  #openString(): void {
    this.#inString = true;
    this.#agreed = this.#depth > 0 ? -1 : 0;
  }

  /** True at the bracket that opens a list to be left out. */
  #begins(code: number): boolean {
    if (isBlank(code)) return false;
    const before = this.#place;
    this.#place = before === 'after-key' && code === 0x3a ? 'after-colon' : 'elsewhere';
    if (code === 0x22) this.#openString();
    if (before !== 'after-colon' || code !== 0x5b) return false;
    this.#depth = 1;
    this.#entries = 0;
    this.#inEntry = false;
    return true;
  }

  /** True at the bracket that ends the list. */
  #leaveOut(code: number): boolean {
    if (isBlank(code)) return false;
    if (code === 0x5d || code === 0x7d) this.#depth--;
    if (this.#depth === 0) {
      this.#place = 'elsewhere';
      return true;
    }
    if (code === 0x2c && this.#depth === 1) {
      this.#inEntry = false;
      return false;
    }
    if (!this.#inEntry) this.#entries++;
    this.#inEntry = true;
    if (code === 0x22) this.#openString();
    else if (code === 0x5b || code === 0x7b) this.#depth++;
    return false;
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
