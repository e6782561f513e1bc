/** A piece of time, ms since the epoch; `to` is after `from`. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The least that is shown: below it nothing we draw has a length (ms). */
const LEAST_MS = 20;
/** Of the shown time, by one key. */
const STEP = 0.15;
const ZOOM = 1.6;

/** A range within the limits that keeps its length where it can. */
export function within({ from, to }: TimeRange, limits: TimeRange): TimeRange {
  const length = Math.min(Math.max(to - from, LEAST_MS), limits.to - limits.from);
  const start = Math.min(Math.max(from, limits.from), limits.to - length);
  return { from: start, to: start + length };
}

/** Zooms by a factor (above 1: closer) about a moment that stays where it is. */
export function zoomed(range: TimeRange, factor: number, about: number, limits: TimeRange): TimeRange {
  const length = Math.max(LEAST_MS, (range.to - range.from) / factor);
  const share = (about - range.from) / (range.to - range.from);
  const from = about - share * length;
  return within({ from, to: from + length }, limits);
}

export function moved(range: TimeRange, byMs: number, limits: TimeRange): TimeRange {
  return within({ from: range.from + byMs, to: range.to + byMs }, limits);
}

/** What a key does to the range; null where it is none of ours. */
export function rangeByKey(key: string, range: TimeRange, limits: TimeRange): TimeRange | null {
  const length = range.to - range.from;
  const middle = range.from + length / 2;
  switch (key) {
    case 'ArrowLeft':
      return moved(range, -length * STEP, limits);
    case 'ArrowRight':
      return moved(range, length * STEP, limits);
    case 'PageUp':
      return moved(range, -length, limits);
    case 'PageDown':
      return moved(range, length, limits);
    case 'Home':
      return within({ from: limits.from, to: limits.from + length }, limits);
    case 'End':
      return within({ from: limits.to - length, to: limits.to }, limits);
    case '+':
    case '=':
      return zoomed(range, ZOOM, middle, limits);
    case '-':
      return zoomed(range, 1 / ZOOM, middle, limits);
    case '0':
      return limits;
    default:
      return null;
  }
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[10, 50, 100, 250, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14].map((days) => days * DAY),
];

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Round moments in a range, at most as many as asked for; by the local clock. */
export function ticks({ from, to }: TimeRange, most: number): readonly Tick[] {
  const least = (to - from) / Math.max(1, most);
  const step = STEPS.find((one) => one >= least) ?? 30 * DAY;
  const offset = new Date(from).getTimezoneOffset() * MINUTE;
  const found: Tick[] = [];
  for (let even = Math.ceil((from - offset) / step) * step + offset; even <= to + HOUR; even += step) {
    // Where the clock was changed meanwhile, hours and days begin at another moment.
    const at = step < HOUR ? even : even + new Date(even).getTimezoneOffset() * MINUTE - offset;
    if (at >= from && at <= to) found.push({ at, text: tickText(at, step) });
  }
  return found;
}

function tickText(at: number, step: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (step >= DAY || minutes === '00:00') {
    const day = date.toLocaleDateString('en-US', { day: 'numeric', month: 'short' });
    if (step >= DAY || (step >= MINUTE && minutes === '00:00')) return day;
  }
  if (step >= MINUTE) return minutes;
  const seconds = `${minutes}:${two(date.getSeconds())}`;
  return step >= SECOND ? seconds : `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
