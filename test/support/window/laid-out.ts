import { act, fireEvent } from '@testing-library/react';
import { vi } from 'vitest';
import { onTeardown } from '../teardown.ts';

/*
 * Places, sizes and marks, which a document without a picture does not have: what a test says, until `teardown`.
 */

export interface Box {
  readonly top?: number;
  readonly left?: number;
  readonly width?: number;
  readonly height?: number;
}

/** Boxes by selectors; the later one counts. */
const boxes = new Map<string, Box>();
const observers = new Set<SizeObserver>();

/** Reports sizes when a test says so. */
class SizeObserver {
  readonly #reported: () => void;
  constructor(reported: () => void) {
    this.#reported = reported;
  }
  observe(): void {
    observers.add(this);
  }
  disconnect(): void {
    observers.delete(this);
  }
  emit(): void {
    this.#reported();
  }
}

function boxOf(element: Element): Required<Box> {
  const none = { top: 0, left: 0, width: 0, height: 0 };
  const [, box] = [...boxes].findLast(([selector]) => element.matches(selector)) ?? [];
  return { ...none, ...box };
}

/**
 * Where elements stand in the window and how large they are, px, whenever they come; of those that are there
 * already another size is reported.
 */
export function layOut(selector: string, box: Box): void {
  if (boxes.size === 0) takeOver();
  boxes.delete(selector);
  boxes.set(selector, box);
  act(() => {
    for (const observer of observers) observer.emit();
  });
}

function takeOver(): void {
  const { prototype } = HTMLElement;
  const spies = (['clientHeight', 'offsetHeight', 'clientWidth'] as const).map((name) =>
    vi.spyOn(prototype, name, 'get').mockImplementation(function (this: HTMLElement) {
      const { width, height } = boxOf(this);
      return name === 'clientWidth' ? width : height;
    }),
  );
  const rect = vi.spyOn(prototype, 'getBoundingClientRect').mockImplementation(function (this: HTMLElement) {
    const { left, top, width, height } = boxOf(this);
    return new DOMRect(left, top, width, height);
  });
  const before = globalThis.ResizeObserver;
  Object.assign(globalThis, { ResizeObserver: SizeObserver });
  onTeardown(() => {
    boxes.clear();
    observers.clear();
    for (const spy of [rect, ...spies]) spy.mockRestore();
    Object.assign(globalThis, { ResizeObserver: before });
  });
}

/** Something is scrolled to a place, px from its top, as by a wheel. */
export function scrollDown(element: Element, top: number): void {
  element.scrollTop = top;
  fireEvent.scroll(element);
}

/** What was asked of an element to scroll, by `scrollTo` and `scrollBy`; it goes there. */
export function scrolledBy(element: Element): ScrollToOptions[] {
  const asked: ScrollToOptions[] = [];
  const move = (by: number) => (options: ScrollToOptions) => {
    asked.push(options);
    if (options.top !== undefined) element.scrollTop = by * element.scrollTop + options.top;
    // By itself: what is asked for while something is drawn must not draw all of it in between.
    element.dispatchEvent(new Event('scroll'));
  };
  Object.assign(element, { scrollTo: move(0), scrollBy: move(1) });
  return asked;
}

interface Range {
  readonly startContainer: Text;
  readonly startOffset: number;
  readonly endOffset: number;
}

class Mark {
  readonly ranges: readonly Range[];
  priority = 0;
  constructor(...ranges: readonly Range[]) {
    this.ranges = ranges;
  }
}

class PlainRange {
  constructor(range: Range) {
    Object.assign(this, range);
  }
}

export interface Marks {
  /** The pieces of text that are marked by a name, in order; empty where none are. */
  texts(name: string): string[];
  names(): string[];
}

/** The browser knows highlights, and what they are over can be read; to be called before a part is drawn. */
export function withMarks(): Marks {
  const marks = new Map<string, Mark>();
  const { CSS: css, Highlight: highlight, StaticRange: range } = globalThis;
  const known = { escape: (text: string) => css.escape(text), highlights: marks };
  const spy = vi.spyOn(globalThis, 'CSS', 'get').mockReturnValue(known as never);
  Object.assign(globalThis, { Highlight: Mark, StaticRange: PlainRange });
  onTeardown(() => {
    spy.mockRestore();
    Object.assign(globalThis, { Highlight: highlight, StaticRange: range });
  });
  return {
    texts: (name) =>
      (marks.get(name)?.ranges ?? []).map(({ startContainer, startOffset, endOffset }) =>
        startContainer.data.slice(startOffset, endOffset),
      ),
    names: () => [...marks.keys()],
  };
}

/** Somebody selects what is in an element, as by dragging over it. */
export function selectIn(element: Element): void {
  const selection = document.getSelection();
  const range = document.createRange();
  range.selectNodeContents(element);
  selection?.removeAllRanges();
  selection?.addRange(range);
  onTeardown(() => document.getSelection()?.removeAllRanges());
  fireEvent(document, new Event('selectionchange'));
}
