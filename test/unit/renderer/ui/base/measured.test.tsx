// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { useRef } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useColumns } from '../../../../../src-renderer/ui/base/columns.ts';
import { useMeasured, useScrollPosition, useWheel } from '../../../../../src-renderer/ui/base/scroller.ts';
import { useMedia } from '../../../../../src-renderer/ui/base/use-media.ts';
import { useNarrower } from '../../../../../src-renderer/ui/base/use-narrower.ts';
import { teardown } from '../../../../support/teardown.ts';
import { live, type Live } from '../../../../support/window/live.ts';

/** Elements whose size is followed, with what is reported then. */
let followed: Map<Element, () => void>;
/** Pixels. */
let width: number;

beforeEach(() => {
  followed = new Map();
  width = 0;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #emit: () => void;
      readonly #elements: Element[] = [];
      constructor(emit: () => void) {
        this.#emit = emit;
      }
      observe(element: Element) {
        this.#elements.push(element);
        followed.set(element, this.#emit);
      }
      disconnect() {
        for (const element of this.#elements) followed.delete(element);
      }
    },
  );
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockImplementation(() => width);
});
afterEach(async () => {
  await teardown();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const resized = (to: number) =>
  act(() => {
    width = to;
    for (const emit of followed.values()) emit();
  });
const shown = (page: Live) => page.getByRole('figure').textContent;

describe('Whether an element is narrow', () => {
  const Part = () => {
    const box = useRef<HTMLElement>(null);
    return <figure ref={box}>{useNarrower(box, 300) ? 'narrow' : 'wide'}</figure>;
  };

  test('is known when it is drawn, and follows its width', () => {
    width = 299;
    const page = live(<Part />);
    expect(shown(page)).toBe('narrow');
    resized(300);
    expect(shown(page)).toBe('wide');
    resized(100);
    expect(shown(page)).toBe('narrow');
    page.unmount();
    expect(followed.size).toBe(0);
  });
});

describe('How many characters fit beside each other', () => {
  const room = (element: HTMLElement) => element.closest('section');
  const Part = ({ outer = false }: { readonly outer?: boolean }) => {
    const inside = useRef<HTMLElement>(null);
    const options = { text: 'mono', padding: 20, first: 16, ...(outer ? { room } : {}) };
    return (
      <section>
        <figure ref={inside}>{useColumns(inside, options)}</figure>
      </section>
    );
  };
  /** A character is so wide, in px. */
  const charsOf = (px: number) =>
    vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function measured(this: Element) {
      return new DOMRect(0, 0, this.textContent.length * px, 10);
    });

  test('is measured in fractions of a pixel, and follows the width', () => {
    charsOf(7.2);
    width = 740;
    const page = live(<Part />);
    expect(shown(page)).toBe('100');
    resized(739);
    expect(shown(page)).toBe('99');
    expect(document.querySelector('.mono')).toBeNull();
  });

  test('is what it was before, where there is nothing to measure yet', () => {
    charsOf(0);
    width = 740;
    expect(shown(live(<Part />))).toBe('16');
  });

  test('is measured where the text scrolls', () => {
    charsOf(10);
    width = 120;
    const page = live(<Part outer />);
    expect(shown(page)).toBe('10');
    expect([...followed.keys()].map(({ tagName }) => tagName)).toEqual(['SECTION']);
    page.unmount();
    expect(followed.size).toBe(0);
  });
});

describe('What scrolls rows by their place', () => {
  const turned = vi.fn();
  const measured = vi.fn();
  const Part = ({ wanted, space = 1_000 }: { readonly wanted: number; readonly space?: number }) => {
    const box = useRef<HTMLDivElement>(null);
    useScrollPosition(box, wanted, space);
    useWheel(box, turned);
    useMeasured(box, measured);
    return <div ref={box} role="grid" />;
  };
  const box = (page: Live) => page.getByRole('grid');

  beforeEach(() => {
    turned.mockReset();
    measured.mockReset();
  });

  test('keeps its bar where the rows are, and leaves it where that is close enough', () => {
    const page = live(<Part wanted={120} />);
    expect(box(page).scrollTop).toBe(120);
    const moved = vi.spyOn(box(page), 'scrollTo');
    page.again(<Part wanted={120.4} />);
    expect(moved).not.toHaveBeenCalled();
    page.again(<Part wanted={140} />);
    expect(box(page).scrollTop).toBe(140);
  });

  test('puts it back where the space has changed under it', () => {
    const page = live(<Part wanted={120} />);
    box(page).scrollTop = 60;
    page.again(<Part wanted={120} />);
    expect(box(page).scrollTop).toBe(60);
    page.again(<Part wanted={120} space={2_000} />);
    expect(box(page).scrollTop).toBe(120);
  });

  test('has a wheel of its own; sideways, and to zoom, it is the one of the browser', () => {
    const page = live(<Part wanted={0} />);
    /** Whether the browser does what it does by itself. */
    const wheel = (more: Partial<WheelEvent>) =>
      fireEvent(box(page), Object.assign(new WheelEvent('wheel', { cancelable: true }), more));
    expect(wheel({ deltaY: 30 })).toBe(false);
    expect(turned).toHaveBeenCalledOnce();
    for (const other of [
      { deltaY: 30, ctrlKey: true },
      { deltaY: 30, shiftKey: true },
      { deltaY: 3, deltaX: -30 },
    ])
      expect(wheel(other)).toBe(true);
    expect(turned).toHaveBeenCalledOnce();
  });

  test('is measured at first and when its size changes, until it is gone', () => {
    const page = live(<Part wanted={0} />);
    expect(measured.mock.calls).toEqual([[box(page)]]);
    resized(10);
    expect(measured).toHaveBeenCalledTimes(2);
    page.unmount();
    expect(followed.size).toBe(0);
  });
});

test('Whether a media query holds is followed, and given up with what asks.', () => {
  const lists = new Set<() => void>();
  let matches = false;
  vi.stubGlobal('matchMedia', (query: string) => ({
    get matches() {
      expect(query).toBe('(width < 900px)');
      return matches;
    },
    addEventListener: (_: string, changed: () => void) => lists.add(changed),
    removeEventListener: (_: string, changed: () => void) => lists.delete(changed),
  }));
  const Part = () => <figure>{useMedia('(width < 900px)') ? 'narrow' : 'wide'}</figure>;
  const page = live(<Part />);
  expect(shown(page)).toBe('wide');
  act(() => {
    matches = true;
    for (const changed of lists) changed();
  });
  expect(shown(page)).toBe('narrow');
  page.unmount();
  expect(lists.size).toBe(0);
});
