import { JsonFinder } from '../query/match/json-find.ts';
import type { JsonStep } from '../query/grammar/query.ts';

/** Longer ones are no numbers that anybody charts. Bytes */
const MOST_BYTES = 64;
const QUOTE = 0x22;
const decoder = new TextDecoder('latin1');
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads the number at one path of many payloads. */
export class NumberReader {
  readonly #finder: JsonFinder;

  constructor(path: readonly JsonStep[]) {
    this.#finder = new JsonFinder(path);
  }

  /**
   * The number in a payload: written plainly, as a string of digits, or `true` and `false` as 1 and 0; null
   * where there is none.
   */
  read(bytes: Uint8Array, start: number, end: number): number | null {
    if (!this.#finder.find(bytes, start, end)) return null;
    let { start: from, end: to } = this.#finder;
    if (to - from >= 2 && bytes[from] === QUOTE && bytes[to - 1] === QUOTE) {
      from++;
      to--;
    }
    if (to - from > MOST_BYTES) return null;
    const text = decoder.decode(bytes.subarray(from, to)).trim();
    if (text === 'true') return 1;
    if (text === 'false') return 0;
    if (!NUMBER.test(text)) return null;
    const value = Number(text);
    return Number.isFinite(value) ? value : null;
  }
}
