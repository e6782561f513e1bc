import { useLayoutEffect, useState, type RefObject } from 'react';
import { panelOf } from './panel-of.ts';

/** Rows drawn beyond the visible ones, so that a small scroll shows no bare place. */
const BEYOND = 12;

export interface ShownRows {
  /** The rows to draw; `last` is not among them. */
  readonly first: number;
  readonly last: number;
}

/**
 * Which rows of a list in the tab panel, or in another box that scrolls, are on screen.
 * @param top px above the first row, in what is scrolled
 * @param room what scrolls around an element
 */
export function useRows(
  body: RefObject<HTMLElement | null>,
  count: number,
  rowPx: number,
  top = 0,
  room: (element: Element | null) => HTMLElement | null = panelOf,
): ShownRows {
  const [view, setView] = useState({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const box = room(body.current);
    if (box === null) return;
    const measure = () => {
      const { scrollTop, clientHeight } = box;
      setView((before) =>
        before.top === scrollTop && before.height === clientHeight
          ? before
          : { top: scrollTop, height: clientHeight },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    box.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', measure);
    };
  }, [body, room]);
  const from = Math.floor((view.top - top) / rowPx) - BEYOND;
  const to = Math.ceil((view.top - top + view.height) / rowPx) + BEYOND;
  return { first: Math.max(0, Math.min(count, from)), last: Math.max(0, Math.min(count, to)) };
}
