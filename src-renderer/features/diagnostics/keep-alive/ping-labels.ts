import { formatDuration, formatSpan } from '../../../ui/base/format.ts';

/** A ping of the chart. */
export interface ShownPing {
  readonly at: number;
  /** Null: not answered. */
  readonly rttMs: number | null;
}

export interface PingLabel {
  readonly at: number;
  /** Its middle; of the last one its right end. */
  readonly x: number;
  /** That one stands below the others, left of now. */
  readonly isLast: boolean;
  readonly isSlow: boolean;
  readonly text: string;
}

/** Figures over slow pings, the newest first. */
const MOST_SLOW = 3;
/** Units of the chart a figure such as `1.25 s` takes, with a gap to the next. */
const LABEL_WIDTH = 44;

/** A time of which nothing is known. */
export interface ShownGap {
  readonly from: number;
  readonly to: number;
  readonly ms: number;
  readonly kind: 'asleep' | 'clock-set';
}

export interface GapLabel {
  readonly from: number;
  /** Its middle. */
  readonly x: number;
  readonly text: string;
}

/** Units of the chart that words such as `asleep 59 m` take, with a gap to the next. */
const GAP_WIDTH = 68;

/**
 * Words over the gaps, left of `now`, right of which others stand. Of gaps so near that their words would run into
 * each other, the newest has its own.
 */
export function gapLabelsOf(
  gaps: readonly ShownGap[],
  past: (at: number) => number,
  now: number,
): readonly GapLabel[] {
  const placed: GapLabel[] = [];
  for (const { from, to, ms, kind } of gaps.toReversed()) {
    const middle = (Math.max(0, past(from)) + Math.min(now, past(to))) / 2;
    const x = Math.max(GAP_WIDTH / 2, Math.min(now - GAP_WIDTH / 2, middle));
    if (placed.some((other) => Math.abs(other.x - x) < GAP_WIDTH)) continue;
    placed.push({ from, x, text: kind === 'asleep' ? `asleep ${formatSpan(ms)}` : 'clock set' });
  }
  return placed;
}

/** Worth a colour: well above what is usual here, and noticeable at all. */
export function isSlow(rttMs: number, median: number): boolean {
  return rttMs > 2 * median && rttMs - median > 5;
}

/**
 * Figures over the last ping and over the newest slow ones. Of those that stand so near that their figures would
 * run into each other, the slowest has its own.
 *
 * @param past where a time stands, left of `now`
 * @param gaps words that stand in the same line
 */
export function labelsOf(
  shown: readonly ShownPing[],
  past: (at: number) => number,
  median: number,
  now: number,
  gaps: readonly GapLabel[] = [],
): readonly PingLabel[] {
  const last = shown.at(-1);
  const answered = shown.flatMap(({ at, rttMs }) => (rttMs === null ? [] : [{ at, rttMs }]));
  const slow = answered.filter((one) => one.at !== last?.at && isSlow(one.rttMs, median));
  const placed: { readonly at: number; readonly rttMs: number; readonly x: number }[] = [];
  for (const one of slow.toSorted((a, b) => b.rttMs - a.rttMs || b.at - a.at)) {
    const x = Math.max(16, Math.min(now - 4, past(one.at)));
    const isFree =
      placed.every((other) => Math.abs(other.x - x) >= LABEL_WIDTH) &&
      gaps.every((gap) => Math.abs(gap.x - x) >= (LABEL_WIDTH + GAP_WIDTH) / 2);
    if (isFree) placed.push({ ...one, x });
  }
  const labels = placed
    .toSorted((a, b) => a.at - b.at)
    .slice(-MOST_SLOW)
    .map((one) => ({ ...one, isLast: false }));
  const newest = answered.at(-1);
  if (newest !== undefined && newest.at === last?.at) {
    const { at, rttMs } = newest;
    labels.push({ at, rttMs, x: Math.max(16, Math.min(now - 4, past(at) - 6)), isLast: true });
  }
  return labels.map(({ at, x, isLast, rttMs }) => ({
    at,
    x,
    isLast,
    isSlow: isSlow(rttMs, median),
    text: formatDuration(rttMs),
  }));
}
