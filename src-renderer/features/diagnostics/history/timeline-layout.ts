import { within, type TimeRange } from './time-range.ts';

export interface TimelineSpan {
  readonly from: number;
  readonly to: number;
  /** `gap`: nobody knows, e.g. the machine slept. */
  readonly tone: 'ok' | 'busy' | 'wait' | 'err' | 'gap';
  readonly title: string;
}

export interface TimelineMark {
  readonly at: number;
  /** A short word or code; empty: the line alone. */
  readonly text: string;
  readonly tone: 'err' | 'mut';
}

export interface TimelineLane {
  readonly name: string;
  /** Oldest first. */
  readonly spans: readonly TimelineSpan[];
}

/** Below this two bars are one (px). */
export const LEAST_PX = 1.5;
/** A word over a mark needs this much room (px). */
export const WORD_PX = 44;

/** What a person looks at: the last so many ms, which move on with time, or a piece that stays. */
export type Chosen =
  | { readonly kind: 'end'; readonly ms: number }
  | { readonly kind: 'piece'; readonly range: TimeRange };

export function shownRange(chosen: Chosen, limits: TimeRange): TimeRange {
  if (chosen.kind === 'piece') return within(chosen.range, limits);
  return { from: Math.max(limits.from, limits.to - chosen.ms), to: limits.to };
}

export function chosenOf(range: TimeRange, limits: TimeRange): Chosen {
  if (range.to < limits.to) return { kind: 'piece', range };
  return { kind: 'end', ms: range.from <= limits.from ? Infinity : range.to - range.from };
}

/** A bar as it is drawn, px. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly span: TimelineSpan;
}

/**
 * The bars of a lane. Thousands of them on one pixel are one bar, which is one of a failure where there is one
 * among them.
 *
 * @param x of a moment, px
 * @param left where the lane begins, px
 */
export function barsOf(
  spans: readonly TimelineSpan[],
  range: TimeRange,
  x: (at: number) => number,
  left: number,
): readonly Bar[] {
  const bars: Bar[] = [];
  for (const span of spans) {
    if (span.to < range.from || span.from > range.to) continue;
    const from = Math.max(left, x(span.from));
    const to = Math.max(from + LEAST_PX, x(Math.min(span.to, range.to)));
    const last = bars.at(-1);
    if (last === undefined || to - last.to >= LEAST_PX) bars.push({ from, to, span });
    else if (span.tone === 'err' && last.to - last.from <= 2 * LEAST_PX)
      bars[bars.length - 1] = { ...last, span };
    else if (span.tone === 'err' && last.span.tone !== 'err') bars.push({ from, to, span });
  }
  return bars;
}

/** A mark as it is drawn, px. */
export interface DrawnMark {
  readonly px: number;
  readonly mark: TimelineMark;
  /** There is room for its word. */
  readonly worded: boolean;
}

/** The marks that are far enough apart to be drawn, and which of them have a label. */
export function drawnMarks(
  marks: readonly TimelineMark[],
  range: TimeRange,
  x: (at: number) => number,
): readonly DrawnMark[] {
  const drawn: DrawnMark[] = [];
  let lineAt = -Infinity;
  let wordEnd = -Infinity;
  for (const mark of marks) {
    if (mark.at < range.from || mark.at > range.to) continue;
    const px = x(mark.at);
    if (px - lineAt < LEAST_PX) continue;
    lineAt = px;
    const worded = mark.text !== '' && px - WORD_PX / 2 > wordEnd;
    if (worded) wordEnd = px + WORD_PX / 2;
    drawn.push({ px, mark, worded });
  }
  return drawn;
}
