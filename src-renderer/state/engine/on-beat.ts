/** Calls the listener at each beat, a second apart, while the window can be seen; the answer ends it. */
export type Beat = (listener: () => void) => () => void;

/**
 * Shows values at once, or at the next beat where nothing but figures is new. What ages in the window changes
 * with the beat as well: together they are one drawing a second, not three.
 */
export class OnBeat<T> {
  readonly #beat: Beat | null;
  readonly #show: (value: T) => void;
  #held: { readonly value: T } | null = null;
  #end: (() => void) | null = null;

  /** @param beat null: nothing waits */
  constructor(beat: Beat | null, show: (value: T) => void) {
    this.#beat = beat;
    this.#show = show;
  }

  /** What waits for the beat. */
  get held(): T | null {
    return this.#held?.value ?? null;
  }

  /** The newest stands for all that still wait. */
  take(value: T, when: 'now' | 'beat'): void {
    if (when === 'now' || this.#beat === null) {
      this.drop();
      this.#show(value);
      return;
    }
    this.#held = { value };
    this.#end ??= this.#beat(() => {
      const held = this.#held;
      this.drop();
      if (held !== null) this.#show(held.value);
    });
  }

  /** What waits is not shown any more. */
  drop(): void {
    this.#held = null;
    this.#end?.();
    this.#end = null;
  }
}
