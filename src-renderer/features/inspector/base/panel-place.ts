/** Where a panel is scrolled to, and how much of it is in sight, px. */
export interface PanelPlace {
  readonly top: number;
  readonly height: number;
}

/** The part of an element that has its scroll position and its scroll events. */
export type Scrolled = Pick<
  HTMLElement,
  'scrollTop' | 'clientHeight' | 'addEventListener' | 'removeEventListener'
>;

/** Calls back when the size of an element changes, and once at first; the returned function ends it. */
export type WatchSize<S> = (element: S, onSize: () => void) => () => void;

const resized: WatchSize<HTMLElement> = (element, onSize) => {
  const observer = new ResizeObserver(onSize);
  observer.observe(element);
  return () => observer.disconnect();
};

/**
 * Where a panel is scrolled to, as it was when it last changed. Asking the element right after a change in it would
 * force a layout at once, and another one after what is then drawn.
 */
export class KnownPlace<S extends Scrolled = HTMLElement> {
  readonly #panel: S;
  readonly #ends: readonly (() => void)[];
  #place: PanelPlace;

  /** @param moved it was scrolled, or has another size */
  constructor(panel: S, moved: () => void, watchSize: WatchSize<S>) {
    this.#panel = panel;
    this.#place = this.#asked();
    const look = () => {
      const { top, height } = this.#asked();
      if (top === this.#place.top && height === this.#place.height) return;
      this.#place = { top, height };
      moved();
    };
    panel.addEventListener('scroll', look, { passive: true });
    this.#ends = [watchSize(panel, look), () => panel.removeEventListener('scroll', look)];
  }

  get place(): PanelPlace {
    return this.#place;
  }

  #asked(): PanelPlace {
    return { top: this.#panel.scrollTop, height: this.#panel.clientHeight };
  }

  close(): void {
    for (const end of this.#ends) end();
  }
}

export function knownPlace(panel: HTMLElement, moved: () => void): KnownPlace {
  return new KnownPlace(panel, moved, resized);
}
