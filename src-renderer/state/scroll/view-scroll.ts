/** Pixels of a row, where nothing else is chosen. */
export const ROW_PX = 24;
/** Of the highest rows there are. */
const HIGHEST_PX = 28;

/**
 * The tallest element we make. Chromium clamps at 33,554,428 device pixels, 8.4 million CSS px at
 * device scale 4; half of that leaves room for browser zoom. Beyond it only the thumb's way gets
 * coarser: rows, wheel and keys stay exact.
 */
const MAX_SPACE_PX = 4_000_000;

/** What is scrolled: rows in all, and rows that fit the visible part. */
export interface Extent {
  readonly total: number;
  readonly viewRows: number;
  /** Pixels of a row; `ROW_PX` where it is left out. */
  readonly rowHeight?: number;
}

function heightOf({ rowHeight = ROW_PX }: Extent): number {
  return rowHeight;
}

interface Place extends Extent {
  readonly top: number;
}

/** The last place there is to scroll to. */
function furthestTop({ total, viewRows }: Extent): number {
  return Math.max(0, total - viewRows);
}

/** Height of the scrolled space in px, with the blank space above or below the rows that a held row needs. */
export function spacePx(place: Place): number {
  const above = Math.max(0, -place.top);
  const past = place.top - furthestTop(place);
  const px = heightOf(place);
  const rowsPx = Math.min(place.total * px, MAX_SPACE_PX);
  if (past <= 0) return rowsPx + above * px;
  return Math.max(rowsPx, Math.min(place.viewRows * px, MAX_SPACE_PX)) + past * px;
}

export function clampTop(top: number, extent: Extent): number {
  return Math.max(0, Math.min(top, furthestTop(extent)));
}

/** Where a scroll from here leads: within the rows, or from a blank space back towards them. */
export function scrollTarget(top: number, from: Place): number {
  return Math.max(Math.min(0, from.top), Math.min(top, Math.max(from.top, furthestTop(from))));
}

/** Scroll position in px for a first visible row; exact up to the clamp, proportional beyond. */
export function topToPx(top: number, extent: Extent): number {
  if (top <= 0) return 0;
  const px = heightOf(extent);
  if (extent.total * px <= MAX_SPACE_PX) return top * px;
  const furthest = furthestTop(extent);
  const way = MAX_SPACE_PX - extent.viewRows * px;
  return top > furthest ? way + (top - furthest) * px : (top / furthest) * way;
}

/** The inverse, for a thumb that was dragged. */
export function pxToTop(px: number, extent: Extent): number {
  const height = heightOf(extent);
  if (extent.total * height <= MAX_SPACE_PX) return clampTop(px / height, extent);
  const way = MAX_SPACE_PX - extent.viewRows * height;
  // Whole rows: a pixel stands for several.
  return clampTop(Math.round((px / way) * (extent.total - extent.viewRows)), extent);
}

/** Rows drawn above and below the visible part; more are loaded. */
const DRAWN_BEYOND = 4;
/** Rows share an origin so that a scroll over a clamped space moves one box, not each row. */
const ORIGIN_STEP = 1_000;
/** Where a row is kept for the sake of focus: above the rows' box, clipped. */
export const OFF_SCREEN_PX = -2 * HIGHEST_PX;

/** The rows to draw, from `from` to before `to`, and where: their box, and each in it. */
export interface DrawnRows {
  readonly from: number;
  readonly to: number;
  readonly boxPx: number;
  rowPx(index: number): number;
}

export function drawnRows(place: Place): DrawnRows {
  const { top, viewRows, total } = place;
  const px = heightOf(place);
  const from = Math.max(0, Math.floor(top) - DRAWN_BEYOND);
  const origin = Math.floor(from / ORIGIN_STEP) * ORIGIN_STEP;
  return {
    from,
    to: Math.min(total, Math.ceil(top + viewRows) + DRAWN_BEYOND),
    boxPx: topToPx(top, place) - (top - origin) * px,
    rowPx: (index) => (index - origin) * px,
  };
}

/** The place a scroll event asks for: by the thumb, a touch or the browser. Null: our own setting came back. */
export function scrolledTo(px: number, place: Place): number | null {
  return Math.abs(px - topToPx(place.top, place)) > 1.5 ? pxToTop(px, place) : null;
}
