import { formatSpan } from '../../../ui/base/format.ts';

/** Seen less than this ago is "now" (ms). */
const NOW_MS = 1_000;
/** A topic may seem to be seen this much later than now: the way of a frame, and clocks that are kept right (ms). */
const AHEAD_MS = 2_000;

/**
 * How long ago a topic was seen: `now`, `42 s`, `3 d`. Empty where that is not known: it never was, or the
 * clock was set back since, so that nobody knows how long ago that was.
 *
 * @param at ms since the epoch by the engine's clock, as `now`; 0: never
 */
export function seenAgo(at: number, now: number): string {
  const age = now - at;
  if (at === 0 || age < -AHEAD_MS) return '';
  return age < NOW_MS ? 'now' : formatSpan(age);
}
