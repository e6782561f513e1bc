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
  const at = (row * LINE_PX) / scaleOf(count, Math.min(MOST_PX, count * LINE_PX), panel.clientHeight);
  // Below the lines stands what is selected, over them.
  const foot = box.nextElementSibling instanceof HTMLElement ? box.nextElementSibling.offsetHeight : 0;
  const visible = Math.max(LINE_PX, panel.clientHeight - box.offsetTop - foot);
  const scrolled = panel.scrollTop;
  if (at >= scrolled && at + LINE_PX <= scrolled + visible) return;
  const near = Math.abs(at - scrolled) < 2 * visible;
  const target = at < scrolled ? at : at + LINE_PX - visible;
  panel.scrollTo({ top: near ? target : at - visible / 3, behavior: 'instant' });
}

/** Lines that a pixel of the scroll bar stands for, times their height. */
function scaleOf(count: number, height: number, room: number): number {
  const all = count * LINE_PX;
  return all <= height ? 1 : (all - room) / (height - room);
}
