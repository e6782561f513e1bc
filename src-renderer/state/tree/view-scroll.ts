import type { ViewSpec } from '../../../src-main/contract/model/model.ts';
import { rowAt, type SessionState } from './view-state.ts';

/** Pixels of a row. */
export const ROW_PX = 24;

/**
 * The tallest element we make. Chromium clamps at 33,554,428 device pixels, 8.4 million CSS px at
 * device scale 4; half of that leaves room for browser zoom. Beyond it only the thumb's way gets
 * coarser: rows, wheel and keys stay exact.
 */
const MAX_SPACE_PX = 4_000_000;

/** Rows a view may ask for (contract). */
const MAX_ROWS = 200;

/** What is scrolled: rows in all, and rows that fit the visible part. */
export interface Extent {
  readonly total: number;
  readonly viewRows: number;
}

/** Height of the scrolled space in px. */
export function spacePx({ total }: Pick<Extent, 'total'>): number {
  return Math.min(total * ROW_PX, MAX_SPACE_PX);
}

export function clampTop(top: number, extent: Extent): number {
  return Math.max(0, Math.min(top, extent.total - extent.viewRows));
}

/** Scroll position in px for a first visible row; exact up to the clamp, proportional beyond. */
export function topToPx(top: number, extent: Extent): number {
  if (extent.total * ROW_PX <= MAX_SPACE_PX) return top * ROW_PX;
  const furthest = extent.total - extent.viewRows;
  return furthest <= 0 ? 0 : (top / furthest) * (MAX_SPACE_PX - extent.viewRows * ROW_PX);
}

/** The inverse, for a thumb that was dragged. */
export function pxToTop(px: number, extent: Extent): number {
  if (extent.total * ROW_PX <= MAX_SPACE_PX) return clampTop(px / ROW_PX, extent);
  const way = MAX_SPACE_PX - extent.viewRows * ROW_PX;
  // Whole rows: a pixel stands for several.
  return clampTop(Math.round((px / way) * (extent.total - extent.viewRows)), extent);
}

/** Rows kept ready above and below the visible part: two thirds of it, and enough for a page key. */
function overscan(viewRows: number): number {
  return Math.max(8, Math.min(40, Math.ceil(viewRows * 0.66)));
}

/** Rows drawn above and below the visible part; more are loaded. */
const DRAWN_BEYOND = 4;
/** Rows share an origin so that a scroll over a clamped space moves one box, not each row. */
const ORIGIN_STEP = 1_000;
/** Where a row is kept for the sake of focus: above the rows' box, clipped. */
export const OFF_SCREEN_PX = -2 * ROW_PX;

interface Place extends Extent {
  readonly top: number;
}

/** The rows to draw, from `from` to before `to`, and where: their box, and each in it. */
export interface DrawnRows {
  readonly from: number;
  readonly to: number;
  readonly boxPx: number;
  rowPx(index: number): number;
}

export function drawnRows(place: Place): DrawnRows {
  const { top, viewRows, total } = place;
  const from = Math.max(0, Math.floor(top) - DRAWN_BEYOND);
  const origin = Math.floor(from / ORIGIN_STEP) * ORIGIN_STEP;
  return {
    from,
    to: Math.min(total, Math.ceil(top + viewRows) + DRAWN_BEYOND),
    boxPx: topToPx(top, place) - (top - origin) * ROW_PX,
    rowPx: (index) => (index - origin) * ROW_PX,
  };
}

/** The place a scroll event asks for: by the thumb, a touch or the browser. Null: our own setting came back. */
export function scrolledTo(px: number, place: Place): number | null {
  return Math.abs(px - topToPx(place.top, place)) > 1.5 ? pxToTop(px, place) : null;
}

/** What to ask the engine for: the visible part and some more, tied to the top visible row. */
export function wantedSpec(state: SessionState): ViewSpec {
  const over = overscan(state.viewRows);
  const rows = Math.min(MAX_ROWS, Math.ceil(state.viewRows) + 1 + 2 * over);
  const rest = { rows, filter: state.filter, selected: state.selectedKey };
  if (state.target?.kind === 'key') {
    return { anchor: state.target.key, offset: -Math.floor(rows / 2), ...rest };
  }
  const top = Math.floor(state.top);
  if (top === 0 && !state.engaged) return { anchor: null, offset: 0, ...rest };
  const anchor = rowAt(state, top)?.row.key;
  const above = Math.min(over, top);
  if (anchor === undefined) return { anchor: null, offset: top - above, ...rest };
  return { anchor, offset: -above, ...rest };
}

export function sameSpec(a: ViewSpec, b: ViewSpec): boolean {
  return (
    a.anchor === b.anchor &&
    a.offset === b.offset &&
    a.rows === b.rows &&
    a.filter === b.filter &&
    a.selected === b.selected
  );
}
