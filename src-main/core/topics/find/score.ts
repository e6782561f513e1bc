const SLASH = 0x2f;
/** Of text that occurs as it is; what is merely spread over a topic scores less. */
const WHOLE = 1_000;
const AT_LEVEL_START = 100;
const IN_LAST_LEVEL = 150;
const IS_LEVEL = 100;
const AT_WORD_START = 40;
/** The best that text can score: it is the last level. */
export const PERFECT = WHOLE + AT_LEVEL_START + IN_LAST_LEVEL + IS_LEVEL;
/** The last level begins with it. */
export const VERY_GOOD = WHOLE + AT_LEVEL_START + IN_LAST_LEVEL;
const SPREAD_MOST = 900;

const LOWER = new Uint8Array(256).map((_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte));
/** Bits of letters and digits; rare letters share one with another. */
const BITS = new Int32Array(256);
[...'abcdefghilmnoprstuk', ...'0123456789'].forEach((letter, bit) => {
  BITS[letter.charCodeAt(0)] = 1 << bit;
});
for (const [letters, bit] of [
  ['vw', 29],
  ['xyj', 30],
  ['qz', 31],
] as const) {
  for (const letter of letters) BITS[letter.charCodeAt(0)] = 1 << bit;
}

/** What is looked for, ready to be compared: letters of ASCII in either case, all other bytes as they are. */
export interface Wanted {
  readonly bytes: Uint8Array;
  readonly mask: number;
}

/** @param text as typed; blanks only part it */
export function wantedBytes(text: string): Wanted {
  const bytes = new TextEncoder().encode(text.replace(/\s+/g, '')).map((byte) => LOWER[byte] ?? 0);
  return { bytes, mask: letterMask(bytes, 0, bytes.length) };
}

/** One bit for each letter and digit that occurs: what lacks one of them cannot match. */
export function letterMask(bytes: Uint8Array, from: number, to: number): number {
  let mask = 0;
  for (let at = from; at < to; at++) mask |= BITS[LOWER[bytes[at]!]!]!;
  return mask;
}

/**
 * How well a topic answers to what is looked for: 0 not at all. As it is beats spread over the topic, the
 * last level beats those above, and the beginning of a level or a word beats its middle.
 *
 * @param last where the last level begins
 */
export function score(path: Uint8Array, last: number, wanted: Uint8Array): number {
  const whole = scoreWhole(path, last, wanted);
  return whole > 0 ? whole : scoreSpread(path, last, wanted);
}

function scoreWhole(path: Uint8Array, last: number, wanted: Uint8Array): number {
  const { length } = wanted;
  const first = wanted[0]!;
  let best = 0;
  for (let at = path.length - length; at >= 0; at--) {
    if (LOWER[path[at]!] !== first) continue;
    let same = 1;
    while (same < length && LOWER[path[at + same]!] === wanted[same]) same++;
    if (same < length) continue;
    const startsLevel = at === 0 || path[at - 1] === SLASH;
    const end = at + length;
    const endsLevel = end === path.length || path[end] === SLASH;
    let points = WHOLE;
    if (startsLevel) points += AT_LEVEL_START;
    else if (startsWord(path, at)) points += AT_WORD_START;
    if (at >= last) points += IN_LAST_LEVEL;
    if (startsLevel && endsLevel) points += IS_LEVEL;
    if (points > best) best = points;
  }
  return best;
}

/** From the end on, since the last levels say most: each character at the last place it may have. */
function scoreSpread(path: Uint8Array, last: number, wanted: Uint8Array): number {
  let points = 0;
  let next = path.length;
  for (let w = wanted.length - 1; w >= 0; w--) {
    const byte = wanted[w]!;
    let at = next - 1;
    while (at >= 0 && LOWER[path[at]!] !== byte) at--;
    if (at < 0) return 0;
    points += 1;
    if (at === next - 1) points += 8;
    if (at === 0 || path[at - 1] === SLASH) points += 10;
    else if (startsWord(path, at)) points += 6;
    if (at >= last) points += 3;
    next = at;
  }
  return Math.min(SPREAD_MOST, points);
}

/** Behind anything but a letter or a digit. */
function startsWord(path: Uint8Array, at: number): boolean {
  const before = LOWER[path[at - 1]!]!;
  const isLetter = (before >= 0x61 && before <= 0x7a) || before >= 0x80;
  return !isLetter && !(before >= 0x30 && before <= 0x39);
}
