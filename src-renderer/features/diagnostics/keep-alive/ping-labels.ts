import { formatDuration } from '../../../ui/base/format.ts';

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

/** Worth a colour: well above what is usual here, and noticeable at all. */
export function isSlow(rttMs: number, median: number): boolean {
  return rttMs > 2 * median && rttMs - median > 5;
}

/**
 * Figures over the last ping and over the newest slow ones. Of those that stand so near that their figures would
 * run into each other, the slowest has its own.
 *
 * @param past where a time stands, left of `now`
 */
export function labelsOf(
  shown: readonly ShownPing[],
  past: (at: number) => number,
  median: number,
  now: number,
): readonly PingLabel[] {
  const last = shown.at(-1);
  const answered = shown.flatMap(({ at, rttMs }) => (rttMs === null ? [] : [{ at, rttMs }]));
  const slow = answered.filter((one) => one.at !== last?.at && isSlow(one.rttMs, median));
  const placed: { readonly at: number; readonly rttMs: number; readonly x: number }[] = [];
  for (const one of slow.toSorted((a, b) => b.rttMs - a.rttMs || b.at - a.at)) {
    const x = Math.max(16, Math.min(now - 4, past(one.at)));
    if (placed.every((other) => Math.abs(other.x - x) >= LABEL_WIDTH)) placed.push({ ...one, x });
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
