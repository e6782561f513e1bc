/** Where a panel is scrolled to, and how much of it is in sight, px. */
export interface PanelPlace {
  readonly top: number;
  readonly height: number;
}

/** What of an element tells where it is scrolled to, and that this changed. */
export type Scrolled = Pick<
  HTMLElement,
  'scrollTop' | 'clientHeight' | 'addEventListener' | 'removeEventListener'
>;

/** Tells of the size of an element, at first as well; ends when called. */
export type WatchSize<S> = (element: S, told: () => void) => () => void;

const resized: WatchSize<HTMLElement> = (element, told) => {
  const observer = new ResizeObserver(told);
  observer.observe(element);
  return () => observer.disconnect();
};

/**
 * Where a panel stands, as it told last: to ask it while something in it was just changed would lay all of that
 * out there and then, and once more after what is drawn by the answer.
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
