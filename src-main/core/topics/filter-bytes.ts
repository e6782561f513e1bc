import { sharedFilter } from './filters.ts';

const SLASH = 0x2f;
const DOLLAR = 0x24;
type Level = Uint8Array | '+' | '#';

/** A topic filter that matches topics as they are on the wire, without making a string of them. */
export class FilterBytes {
  readonly #levels: readonly Level[];
  readonly #startsWild: boolean;

  /** @param filter valid; of a shared subscription the filter in it counts */
  constructor(filter: string) {
    const encoder = new TextEncoder();
    this.#levels = sharedFilter(filter)
      .split('/')
      .map((level) => (level === '+' || level === '#' ? level : encoder.encode(level)));
    this.#startsWild = typeof this.#levels[0] === 'string';
  }

  /** The topic is [start, end) of `bytes`. */
  matches(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#startsWild && end > start && bytes[start] === DOLLAR) return false;
    let at = start;
    for (const level of this.#levels) {
      if (level === '#') return true;
      // Past the topic's last level only a `#` could match, which stands for the parent as well.
      if (at > end) return false;
      const levelEnd = endOfLevel(bytes, at, end);
      if (level !== '+' && !isSame(level, bytes, at, levelEnd)) return false;
      at = levelEnd + 1;
    }
    return at > end;
  }
}

function endOfLevel(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SLASH) at++;
  return at;
}

function isSame(level: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== level.length) return false;
  for (let i = 0; i < level.length; i++) if (bytes[start + i] !== level[i]) return false;
  return true;
}
