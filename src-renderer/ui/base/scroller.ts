import { useEffect, useLayoutEffect, type RefObject } from 'react';

/** The element that scrolls a list whose rows are drawn by their place. */
export type Scroller = RefObject<HTMLDivElement | null>;

/**
 * Keeps the scroll bar where the rows are.
 *
 * @param wanted px; reading the position forces a layout, so it is done only when this or `space` changed
 * @param space height of what is scrolled, px
 */
export function useScrollPosition(scroller: Scroller, wanted: number, space: number): void {
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null || Math.abs(box.scrollTop - wanted) <= 0.5) return;
    box.scrollTo({ top: wanted, behavior: 'instant' });
  }, [scroller, wanted, space]);
}

/** A wheel of our own, exact in rows also where the space is clamped. `turned` must not change between draws. */
export function useWheel(scroller: Scroller, turned: (event: WheelEvent) => void): void {
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      turned(event);
    };
    box.addEventListener('wheel', onWheel, { passive: false });
    return () => box.removeEventListener('wheel', onWheel);
  }, [scroller, turned]);
}

/** Measures the element at first and whenever its size changes. `measure` must not change between draws. */
export function useMeasured(scroller: Scroller, measure: (box: HTMLDivElement) => void): void {
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => measure(box));
    observer.observe(box);
    measure(box);
    return () => observer.disconnect();
  }, [scroller, measure]);
}
