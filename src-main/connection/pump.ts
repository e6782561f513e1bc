/** One turn of housekeeping between two reads: nothing holds up intake for longer. */
const SLICE_MS = 4;
/** How often rates are carried on and the lag of the event loop is looked at. */
const TICK_MS = 250;
/** Ticks that come later than this mean that intake does not keep up. */
const LATE_MS = 300;
/** Ticks in time again before history is kept in full again. */
const CALM_TICKS = 8;

/** Work that can be done in slices: goes on until `until` says so; true if there is more. */
export type Sliced = (until: () => boolean) => boolean;

/** Gives the store and the views their time, in slices, after messages came. */
export class Pump {
  readonly #work: Sliced;
  readonly #tick: (shedding: boolean) => void;
  readonly #idle: () => void;
  #scheduled = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #expectedAt = 0;
  #lateInARow = 0;
  #calm = CALM_TICKS;
  #shedding = false;

  /**
   * @param tick four times a second while started, with whether intake lags
   * @param idle after each turn: messages came, and what is built of them is as new as it gets
   */
  constructor(work: Sliced, tick: (shedding: boolean) => void, idle: () => void) {
    this.#work = work;
    this.#tick = tick;
    this.#idle = idle;
  }

  start(): void {
    if (this.#timer !== undefined || this.#stopped) return;
    this.#expectedAt = performance.now() + TICK_MS;
    this.#timer = setInterval(() => this.#onTick(), TICK_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** There is something to do; called for every message. */
  wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#scheduled = false;
    if (this.#stopped) return;
    const end = performance.now() + SLICE_MS;
    const more = this.#work(() => performance.now() >= end);
    this.#idle();
    if (more) this.wake();
  }

  #onTick(): void {
    const now = performance.now();
    const late = now - this.#expectedAt;
    this.#expectedAt = now + TICK_MS;
    this.#lateInARow = late > LATE_MS ? this.#lateInARow + 1 : 0;
    this.#calm = late > LATE_MS / 4 ? 0 : this.#calm + 1;
    this.#shedding = this.#lateInARow >= 2 || (this.#shedding && this.#calm < CALM_TICKS);
    this.#tick(this.#shedding);
  }
}
