import { useLayoutEffect, useState, type RefObject } from 'react';

/** Characters measured at once: their widths are fractions of a pixel. */
const PROBE = 100;

export interface ColumnsOptions {
  /** Class of the text that is to fit; its font has to be monospaced. */
  readonly text: string;
  /** Pixels beside the text. */
  readonly padding: number;
  /** What is answered before it is measured. */
  readonly first: number;
  /** The element whose width counts, e.g. what scrolls around the text. Must not change between draws. */
  readonly room?: (element: HTMLElement) => HTMLElement | null;
}

/** How many characters of a text fit beside each other; kept up to date. */
export function useColumns(inside: RefObject<HTMLElement | null>, options: ColumnsOptions): number {
  const { text, padding, first, room } = options;
  const [columns, setColumns] = useState(first);
  useLayoutEffect(() => {
    const element = inside.current;
    const box = element === null ? null : (room?.(element) ?? element);
    if (element === null || box === null) return;
    const measure = () => {
      const width = charWidth(element, text);
      if (width > 0) setColumns(Math.floor((box.clientWidth - padding) / width));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    measure();
    return () => observer.disconnect();
  }, [inside, text, padding, room]);
  return columns;
}

/** Of a shortened value, which is monospaced and smaller than a text that is read, px. */
const VALUE_CHAR_PX = 6.85;
const FEWEST = 8;

/** How many characters of a shortened value fit so many pixels. */
export function valueCharsIn(px: number): number {
  return Math.max(FEWEST, Math.floor(px / VALUE_CHAR_PX));
}

function charWidth(element: HTMLElement, text: string): number {
  const probe = document.createElement('span');
  probe.className = text;
  probe.textContent = '0'.repeat(PROBE);
  probe.style.cssText = 'position:absolute;visibility:hidden;white-space:pre';
  element.append(probe);
  const { width } = probe.getBoundingClientRect();
  probe.remove();
  return width / PROBE;
}
