/** Members of a container as far as they were counted; `whole`: it was seen to its end. */
export interface Members {
  readonly count: number;
  readonly whole: boolean;
}

const [OTHER, QUOTE, COMMA, OPEN, CLOSE] = [0, 1, 2, 3, 4];
/** What a byte is for the structure of JSON. */
const KINDS = new Uint8Array(256);
KINDS[0x22] = QUOTE;
KINDS[0x2c] = COMMA;
KINDS[0x5b] = KINDS[0x7b] = OPEN;
KINDS[0x5d] = KINDS[0x7d] = CLOSE;
const QUOTE_BYTE = 0x22;
const BACKSLASH = 0x5c;
/** Deeper text is not counted; previews do not look into it either. */
const MAX_DEPTH = 64;

/**
 * Counts the members of the containers of a JSON text that are open where its prefix ends: what a
 * preview of that prefix leaves out. It follows brackets, strings and commas and judges nothing else.
 * It may stop anywhere and go on later: a list of a million numbers takes tens of milliseconds.
 */
export class MemberCount {
  readonly #prefixEnd: number;
  /** Commas in each open container, the outermost first; behind the prefix only in those of its end. */
  readonly #commas: number[] = [];
  /** Where the contents of each of them begin. */
  readonly #starts: number[] = [];
  /** Those that were open at the end of the prefix; null before it was reached. */
  #found: Members[] | null = null;
  #depth = 0;
  #at = 0;
  #inString = false;

  /** @param prefixEnd bytes of the prefix */
  constructor(prefixEnd: number) {
    this.#prefixEnd = prefixEnd;
  }

  /**
   * Goes on for about `most` bytes and answers how many it looked at.
   *
   * @param bytes of the whole text, the same each time
   */
  advance(bytes: Uint8Array, most: number): number {
    const from = this.#at;
    const end = Math.min(bytes.length, from + most);
    while (this.#at < end) {
      if (this.#inString) this.#passString(bytes, end);
      else this.#passStructure(bytes, end);
    }
    return this.#at - from;
  }

  /** Nothing more can be learnt from these bytes. */
  isDone(bytes: Uint8Array): boolean {
    return this.#at >= bytes.length;
  }

  /** The containers that are open at the end of the prefix, the outermost first. */
  members(bytes: Uint8Array): readonly Members[] {
    const open = this.#commas.map((_, level) => ({ count: this.#begun(bytes, level), whole: false }));
    return this.#found === null ? open : [...open, ...this.#found.slice(open.length)];
  }

  #passString(bytes: Uint8Array, end: number): void {
    let at = this.#at;
    while (at < end && bytes[at] !== QUOTE_BYTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    this.#inString = at >= end;
    this.#at = at >= end ? at : at + 1;
  }

  /** Up to the beginning of the next string, or to the end of the outermost container. */
  #passStructure(bytes: Uint8Array, end: number): void {
    let at = this.#at;
    // Kept out of the fields: most of a long list is this loop.
    let commas = 0;
    while (at < end) {
      const kind = KINDS[bytes[at++] as number];
      if (kind === OTHER) continue;
      if (kind === COMMA && this.#found !== null) {
        commas++;
        continue;
      }
      commas = this.#take(commas);
      if (kind === QUOTE) {
        this.#inString = true;
        break;
      }
      if (at > this.#prefixEnd) this.#found ??= this.#commas.map(() => NOTHING);
      if (kind === COMMA) commas++;
      else if (kind === OPEN) this.#open(at);
      else this.#close(bytes, at - 1);
      if (this.#depth === 0 || this.#commas.length > MAX_DEPTH) at = bytes.length;
    }
    this.#take(commas);
    this.#at = at;
  }

  /** Commas of the container we are in; those of deeper ones are not counted. */
  #take(commas: number): 0 {
    const level = this.#depth - 1;
    if (commas > 0 && level >= 0 && level === this.#commas.length - 1) {
      this.#commas[level] = (this.#commas[level] ?? 0) + commas;
    }
    return 0;
  }

  #open(contents: number): void {
    this.#depth++;
    if (this.#found !== null) return;
    this.#commas.push(0);
    this.#starts.push(contents);
  }

  #close(bytes: Uint8Array, at: number): void {
    const level = this.#depth - 1;
    if (level === this.#commas.length - 1) {
      if (this.#found !== null) {
        this.#found[level] = { count: this.#begun(bytes.subarray(0, at), level), whole: true };
      }
      this.#commas.pop();
      this.#starts.pop();
    }
    this.#depth--;
  }

  /** Members of an open container that have begun: JSON has none after its last comma that is empty. */
  #begun(bytes: Uint8Array, level: number): number {
    const commas = this.#commas[level] ?? 0;
    if (commas > 0) return commas + 1;
    for (let at = this.#starts[level] ?? bytes.length; at < bytes.length; at++) {
      if (!isSpace(bytes[at] as number)) return 1;
    }
    return 0;
  }
}

const NOTHING: Members = { count: 0, whole: false };

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
