import { useLayoutEffect, useState, type RefObject } from 'react';
import { panelOf } from './panel-of.ts';

/** Height of a line, px. */
export const LINE_PX = 20;
/** Lines drawn beyond the visible ones. */
const BEYOND = 64;
/** Browsers give up on what is much higher; beyond, a pixel of the scroll bar stands for more than one. */
const MOST_PX = 12_000_000;

export interface LineRowsShown {
  readonly first: number;
  /** Not among them. */
  readonly last: number;
  /** Where the first one stands in what is scrolled, and how high that is. px */
  readonly top: number;
  readonly height: number;
}

/** Which of very many lines are on screen, and where they stand. */
export function useLineRows(box: RefObject<HTMLElement | null>, count: number): LineRowsShown {
  const [view, setView] = useState({ scrolled: 0, room: 600 });
  const height = Math.min(MOST_PX, count * LINE_PX);
  useLayoutEffect(() => {
    const panel = panelOf(box.current);
    const inner = box.current;
    if (panel === null || inner === null) return;
    const measure = () => {
      const scrolled = Math.max(0, panel.scrollTop - inner.offsetTop);
      const room = panel.clientHeight;
      setView((before) =>
        before.scrolled === scrolled && before.room === room ? before : { scrolled, room },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(panel);
    panel.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      panel.removeEventListener('scroll', measure);
    };
  }, [box]);
  const scale = scaleOf(count, height, view.room);
  const topRow = (view.scrolled * scale) / LINE_PX;
  const rows = Math.ceil(view.room / LINE_PX);
  const first = Math.max(0, Math.min(count, Math.floor(topRow) - BEYOND));
  const last = Math.min(count, Math.ceil(topRow) + rows + BEYOND);
  // Where a pixel is one, a line stands still while others come; else it follows the scroll bar.
  const top = scale === 1 ? first * LINE_PX : view.scrolled - (topRow - first) * LINE_PX;
  return { first, last, top, height };
}

/** Brings a line into sight, near to where it was if it was near. */
export function scrollToRow(box: HTMLElement | null, count: number, row: number): void {
  const panel = panelOf(box);
  if (panel === null || box === null) return;
  // Below the lines stands what is selected, over them.
  const foot = box.nextElementSibling instanceof HTMLElement ? box.nextElementSibling.offsetHeight : 0;
  const { scrollTop, clientHeight } = panel;
  const target = scrollFor(count, row, { scrollTop, room: clientHeight, above: box.offsetTop, foot });
  if (target !== null) panel.scrollTo({ top: target, behavior: 'instant' });
}

/** What scrolls around lines; px. */
export interface LinePanel {
  readonly scrollTop: number;
  readonly room: number;
  /** What stands above the lines, some of it over them, and below them. */
  readonly above: number;
  readonly foot: number;
}

/** Where to scroll for a line to be in sight; null where it is. */
export function scrollFor(
  count: number,
  row: number,
  { scrollTop, room, above, foot }: LinePanel,
): number | null {
  const scale = scaleOf(count, Math.min(MOST_PX, count * LINE_PX), room);
  const visible = Math.max(LINE_PX, room - above - foot);
  const scrolled = scrollTop - above;
  const at = row * LINE_PX - Math.max(0, scrolled) * scale - Math.min(0, scrolled);
  if (at >= above && at + LINE_PX <= above + visible) return null;
  const near = Math.abs(at - above) < 2 * visible;
  const edge = at < above ? above : above + visible - LINE_PX;
  return above + (row * LINE_PX - (near ? edge : above + visible / 3)) / scale;
}

/** Lines that a pixel of the scroll bar stands for, times their height. */
function scaleOf(count: number, height: number, room: number): number {
  const all = count * LINE_PX;
  return all <= height ? 1 : (all - room) / (height - room);
}
