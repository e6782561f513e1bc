/*
 * The rhythm of a topic in one 32-bit word of its row: the usual interval between two messages, and how
 * certain that is. Messages that come within a quarter of the usual interval (or most of a second) belong
 * to one burst, and only the first message of each burst counts. Intervals are measured between these. An
 * interval close to the usual one is regular; an irregular one undoes four regular ones. So topics that come
 * at random have no rhythm, and one outage does not change a known rhythm.
 */

/** Parts of the usual interval that have passed since the last burst began; a message counts as at least one. */
const PARTS = 8_192;
const PARTS_MASK = PARTS - 1;
/** The usual interval: 8 bits of mantissa (0.4 %), 5 of exponent, from 256 ms on. */
const USUAL_SHIFT = 13;
const USUAL_MASK = 0x1fff;
const MANTISSA = 256;
/** How certain the usual interval is. */
const SCORE_SHIFT = 26;
const MOST_SURE = 15;
/** The message before was a live one, so that the time since is an interval. */
const LINKED = 1 << 30;
/** It is, or was before all marks were taken away, marked as late. */
export const MARKED = 1 << 31;

/** ms. All faster topics count as "at least every second". */
export const FLOOR_MS = 1_000;
/** Bursts begin at least so many ms apart: the network may shorten an interval of a second. */
const APART_MS = 750;
/** Longer intervals all count as this one, ms: 17 years. */
const CEILING_MS = 2 ** 39;
/** The score of a known rhythm: nine regular intervals, more with irregular ones between them. */
export const KNOWN_SCORE = 8;
/** Below this score, an irregular interval is as good a guess as the usual one. */
const UNSURE_SCORE = 4;
/** What an irregular interval takes off the score. */
const PENALTY = 4;
/** A message that comes before this share of the usual interval has passed belongs to the burst. */
const BURST_SHARE = 0.25;
/** An interval is regular between these shares of the usual one; at two, a message is missing. */
const REGULAR_FROM = 0.5;
const REGULAR_TO = 1.8;
const SCALE = Float64Array.from({ length: 32 }, (_, exponent) => 2 ** exponent);

/** ms that usually lie between two messages; 0 before the first interval. */
export function intervalOf(word: number): number {
  const code = (word >>> USUAL_SHIFT) & USUAL_MASK;
  return code === 0 ? 0 : (MANTISSA + (code & 0xff)) * SCALE[code >>> 8]!;
}

/** It has a rhythm: `intervalOf` means something. */
export function isRhythmic(word: number): boolean {
  return ((word >>> SCORE_SHIFT) & MOST_SURE) >= KNOWN_SCORE;
}

/**
 * ms without a message after which it is late: two messages may be lost, as at QoS 0, and five seconds
 * are left for the network.
 */
export function patienceOf(word: number): number {
  return 2.5 * intervalOf(word) + 5_000;
}

/** After a message from which no interval can be counted: a stored one. */
export function unlinked(word: number): number {
  return word & ~LINKED & ~PARTS_MASK;
}

/** After a live message when it is not known how long it was since the one before. */
export function linked(word: number): number {
  return (word & ~PARTS_MASK) | LINKED;
}

export function isLinked(word: number): boolean {
  return (word & LINKED) !== 0;
}

/** After a live message `ms` (0 or more) after another one. */
export function learnt(word: number, ms: number): number {
  const usual = intervalOf(word);
  if (usual === 0) return packed(word, Math.max(FLOOR_MS, ms), 0);
  const passed = word & PARTS_MASK;
  const parts = passed + (ms === 0 ? 1 : Math.ceil((ms * PARTS) / usual));
  const since = passed === 0 ? ms : (parts * usual) / PARTS;
  if (since < APART_MS || since < BURST_SHARE * usual)
    return (word & ~PARTS_MASK) | Math.min(parts, PARTS_MASK);
  const interval = Math.max(FLOOR_MS, since);
  const score = (word >>> SCORE_SHIFT) & MOST_SURE;
  if (interval > REGULAR_FROM * usual && interval < REGULAR_TO * usual)
    return packed(word, usual + (interval - usual) / 8, Math.min(MOST_SURE, score + 1));
  return packed(word, score < UNSURE_SCORE ? interval : usual, Math.max(0, score - PENALTY));
}

/** With no time passed since the last burst began. */
function packed(word: number, usual: number, score: number): number {
  return (word & MARKED) | LINKED | (score << SCORE_SHIFT) | (codeOf(usual) << USUAL_SHIFT);
}

/** Of 1,000 ms or more, so it is never 0. */
function codeOf(ms: number): number {
  let mantissa = Math.min(ms, CEILING_MS);
  let exponent = 0;
  while (mantissa >= 2 * MANTISSA) {
    mantissa /= 2;
    exponent++;
  }
  const rounded = Math.round(mantissa) - MANTISSA;
  // Rounded up to the next power of two.
  return rounded === MANTISSA ? (exponent + 1) << 8 : (exponent << 8) | rounded;
}
