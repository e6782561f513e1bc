/** Calls the listener once a second while the window can be seen; the returned function ends it. */
export type EachTick = (listener: () => void) => () => void;

/**
 * Shows values at once, or at the next tick where only figures are new. Ages in the window change at the tick as
 * well, so that all of it is drawn once a second, not three times.
 */
export class OnTick<T> {
  readonly #eachTick: EachTick | null;
  readonly #show: (value: T) => void;
  #held: { readonly value: T } | null = null;
  #end: (() => void) | null = null;

  /** @param eachTick null: nothing waits */
  constructor(eachTick: EachTick | null, show: (value: T) => void) {
    this.#eachTick = eachTick;
    this.#show = show;
  }

  /** What waits for the tick. */
  get held(): T | null {
    return this.#held?.value ?? null;
  }

  /** Replaces a value that still waits. */
  take(value: T, when: 'now' | 'tick'): void {
    if (when === 'now' || this.#eachTick === null) {
      this.drop();
      this.#show(value);
      return;
    }
    this.#held = { value };
    this.#end ??= this.#eachTick(() => {
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
