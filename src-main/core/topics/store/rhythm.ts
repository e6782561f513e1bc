/*
 * The rhythm of a topic in one 32-bit word of its row: how long it usually is between two messages, and
 * how sure that is. Learning looks at beats, which are messages that come a quarter of the usual interval
 * (and most of a second) after the beat before: what comes in between is a burst. A beat that is about the
 * usual interval after the last is regular; one that is not takes away what four regular ones gave, so
 * that topics that come as it happens have no rhythm, and one outage does not change a known one.
 */

/** Parts of the usual interval that have passed since the last beat; a message counts as at least one. */
const PARTS = 8_192;
const PARTS_MASK = PARTS - 1;
/** The usual interval: 8 bits of mantissa (0.4 %), 5 of exponent, from 256 ms on. */
const USUAL_SHIFT = 13;
const USUAL_MASK = 0x1fff;
const MANTISSA = 256;
/** How sure it is. */
const SCORE_SHIFT = 26;
const MOST_SURE = 15;
/** The message before was a live one, so that the time since is an interval. */
const LINKED = 1 << 30;
/** It is, or was before all marks were taken away, marked as late. */
export const MARKED = 1 << 31;

/** What comes faster is all the same "at least every second", ms. */
export const FLOOR_MS = 1_000;
/** Beats are this far apart at least, ms: the way of a message shortens a second now and then. */
const APART_MS = 750;
/** Longer intervals are not told apart, ms: 17 years. */
const CEILING_MS = 2 ** 39;
/** So sure it has to be: nine regular beats, more with irregular ones between them. */
export const KNOWN_SCORE = 8;
/** Below it, an irregular beat is as good a guess as what was usual. */
const UNSURE_SCORE = 4;
/** What an irregular beat takes away. */
const PENALTY = 4;
/** A beat is a burst's if it comes before this share of the usual interval has passed. */
const BURST_SHARE = 0.25;
/** Between these, in usual intervals, a beat is regular; at two, one is missing. */
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
 * ms without a message after which it is late: two messages may be missed, as QoS 0 does, and five seconds
 * are the way of a message.
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
  const parts = passed + Math.max(1, Math.ceil((ms * PARTS) / usual));
  const since = passed === 0 ? ms : (parts * usual) / PARTS;
  if (since < APART_MS || since < BURST_SHARE * usual)
    return (word & ~PARTS_MASK) | Math.min(parts, PARTS_MASK);
  const beat = Math.max(FLOOR_MS, since);
  const score = (word >>> SCORE_SHIFT) & MOST_SURE;
  if (beat > REGULAR_FROM * usual && beat < REGULAR_TO * usual)
    return packed(word, usual + (beat - usual) / 8, Math.min(MOST_SURE, score + 1));
  return packed(word, score < UNSURE_SCORE ? beat : usual, Math.max(0, score - PENALTY));
}

/** With no time passed since the last beat. */
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
