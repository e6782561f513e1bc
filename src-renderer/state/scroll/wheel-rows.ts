import { ROW_PX } from './view-scroll.ts';

/** One notch of a wheel is this many rows (a browser's own 100 px, in whole rows). */
const NOTCH_ROWS = 4;
/** What browsers report for one notch in the old unit; touch pads report other figures. */
const NOTCH_UNIT = 120;

/** Rows a wheel event moves by: whole ones for a wheel with notches, exact fractions for a touch pad. */
export function wheelRows(
  event: Pick<WheelEvent, 'deltaY' | 'deltaMode'>,
  pageRows: number,
  rowHeight = ROW_PX,
): number {
  if (event.deltaMode === 1) return Math.sign(event.deltaY) * Math.max(1, Math.round(Math.abs(event.deltaY)));
  if (event.deltaMode === 2) return Math.sign(event.deltaY) * Math.max(1, Math.floor(pageRows) - 1);
  const notches = 'wheelDeltaY' in event ? Number(event.wheelDeltaY) / NOTCH_UNIT : 0.5;
  if (notches !== 0 && Number.isInteger(notches)) {
    const perNotch = Math.abs(event.deltaY / notches) / ROW_PX;
    // A wheel set to other speeds keeps them, in whole rows.
    const rows = Math.max(1, Math.round(Math.abs(perNotch - NOTCH_ROWS) < 1.1 ? NOTCH_ROWS : perNotch));
    return Math.sign(event.deltaY) * rows * Math.abs(notches);
  }
  return event.deltaY / rowHeight;
}
