/** Score of a text that occurs in one piece; one that is spread over a topic scores less. */
const WHOLE = 1_000;
const AT_LEVEL_START = 100;
const IN_LAST_LEVEL = 150;
const IS_LEVEL = 100;
const AT_WORD_START = 40;
/** The most that text scores above the last level. */
export const WHOLE_ABOVE_MOST = WHOLE + AT_LEVEL_START + IS_LEVEL;
/** The most that letters score that are merely spread. */
export const SPREAD_MOST = 900;

/** Letters of ASCII in lower case, all other bytes as they are. */
export const LOWER = new Uint8Array(256).map((_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte));
/**
 * What is looked for, ready to be compared: letters of ASCII in lower case, all other bytes as they are.
 *
 * @param text as typed; blanks only part it
 */
export function wantedBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text.replace(/\s+/g, '')).map((byte) => LOWER[byte] ?? 0);
}

/**
 * How well a topic matches the wanted text; 0: no match. A text in one piece scores higher than one spread
 * over the topic, the last level higher than those above, and the start of a level or word higher than its
 * middle.
 *
 * @param last where the last level begins
 * @param separator the byte between its levels
 */
export function score(path: Uint8Array, last: number, wanted: Uint8Array, separator: number): number {
  const whole = scoreWhole(path, 0, path.length, last, wanted, separator);
  if (whole > 0) return whole;
  const spread = new Spread(wanted.length, separator);
  spread.over(path, last, path.length, true, wanted);
  spread.over(path, 0, last, false, wanted);
  return spread.left > 0 ? 0 : Math.min(SPREAD_MOST, spread.points);
}

/**
 * Scores a text that occurs in one piece: in a topic, in one level of it or in all above the last; 0: no match.
 *
 * @param from where a level begins; @param to where one ends
 * @param last where the last level begins
 * @param separator the byte between levels
 */
export function scoreWhole(
  path: Uint8Array,
  from: number,
  to: number,
  last: number,
  wanted: Uint8Array,
  separator: number,
): number {
  const { length } = wanted;
  const first = wanted[0]!;
  let best = 0;
  for (let at = to - length; at >= from; at--) {
    if (LOWER[path[at]!] !== first) continue;
    let same = 1;
    while (same < length && LOWER[path[at + same]!] === wanted[same]) same++;
    if (same < length) continue;
    const startsLevel = at === from || path[at - 1] === separator;
    const end = at + length;
    const endsLevel = end === to || path[end] === separator;
    let points = WHOLE;
    if (startsLevel) points += AT_LEVEL_START;
    else if (startsWord(path, at)) points += AT_WORD_START;
    if (at >= last) points += IN_LAST_LEVEL;
    if (startsLevel && endsLevel) points += IS_LEVEL;
    if (points > best) best = points;
  }
  return best;
}

/**
 * Its characters in the same order, whatever lies between them. From the end on, since the last levels
 * say most, each at the last place it may have; so the last level can be looked at before those above.
 */
export class Spread {
  points = 0;
  /** Characters that were not found yet: the first so many. */
  left: number;
  /** The one found last, or the topic's end, is where what was looked at began. */
  adjoins = true;

  readonly #separator: number;

  /** @param length of what is looked for; @param separator the byte between levels */
  constructor(length: number, separator: number) {
    this.left = length;
    this.#separator = separator;
  }

  /** @param from where a level begins; @param to the end of the last one, or behind the separator after those above */
  over(path: Uint8Array, from: number, to: number, isLast: boolean, wanted: Uint8Array): void {
    let next = this.adjoins ? to : to + 1;
    let at = to - 1;
    let w = this.left - 1;
    for (; w >= 0; w--, at = next - 1) {
      const byte = wanted[w]!;
      while (at >= from && LOWER[path[at]!] !== byte) at--;
      if (at < from) break;
      let points = 1;
      if (at === next - 1) points += 8;
      if (at === from || path[at - 1] === this.#separator) points += 10;
      else if (startsWord(path, at)) points += 6;
      if (isLast) points += 3;
      this.points += points;
      next = at;
    }
    this.left = w + 1;
    this.adjoins = next === from;
  }
}

/** Behind anything but a letter or a digit. */
function startsWord(path: Uint8Array, at: number): boolean {
  const before = LOWER[path[at - 1]!]!;
  const isLetter = (before >= 0x61 && before <= 0x7a) || before >= 0x80;
  return !isLetter && !(before >= 0x30 && before <= 0x39);
}
