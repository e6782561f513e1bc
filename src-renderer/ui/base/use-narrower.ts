import { useLayoutEffect, useState, type RefObject } from 'react';

/** Whether an element is less than so many pixels wide: for what a container query cannot decide. */
export function useNarrower(box: RefObject<HTMLElement | null>, px: number): boolean {
  const [narrower, setNarrower] = useState(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setNarrower(element.clientWidth < px);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [box, px]);
  return narrower;
}
