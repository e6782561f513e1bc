import { LONG_TICK_MS } from '../base/coarse-timer.ts';
import { untilLook, type Clock } from '../base/clock.ts';

/** One turn of housekeeping between two reads: nothing holds up intake for longer. */
const SLICE_MS = 2;
/**
 * While messages flow, housekeeping takes this share of the time that intake had since the last
 * turn: a read of 128 kB is a millisecond of intake, and two of housekeeping after each would cut
 * what we take to a third.
 */
const SHARE = 0.5;
/** While retained messages are scanned: a broker drops what we do not take fast enough. */
const SCAN_SHARE = 0.05;
/** Less than this is saved up: a piece of work takes up to a millisecond, however little it is given. */
const LEAST_MS = 1;
/** How often rates are carried on and the lag of the event loop is looked at. */
const WAKE_MS = 3 * LONG_TICK_MS;
/** Ticks that come later than this mean that intake does not keep up, where it had much to do. */
const LATE_MS = 300;
/** Messages that take a few milliseconds: where fewer came it is the machine that has no time, and history costs it none. */
const FLOOD = 1_000;
/** Ticks in time again before history is kept in full again. */
const CALM_TICKS = 8;

/** Work that can be done in slices: goes on until `until` says so; true if there is more. */
export type Sliced = (until: () => boolean) => boolean;

export interface IdleSchedulerOptions {
  readonly clock: Clock;
  readonly work: Sliced;
  /** Three or four times a second while messages come and once a second else, with whether intake lags. */
  readonly tick: (shedding: boolean) => void;
  /** After each turn: messages came, and what is built of them is as new as it gets. */
  readonly idle: () => void;
  /** Intake comes first for now. */
  readonly isUrgent: () => boolean;
}

/** Gives the store and the views their time, in slices, after messages came. */
export class IdleScheduler {
  readonly #o: IdleSchedulerOptions;
  #scheduled = false;
  #stopped = false;
  /** Messages came since the last turn. */
  #fed = false;
  #endedAt = 0;
  /** Milliseconds that work may take. */
  #credit = 0;
  #cancelTick: (() => void) | null = null;
  #expectedAt = 0;
  /** Messages came since the last tick. */
  #busy = false;
  /** How many. */
  #messages = 0;
  /** The next tick has time. */
  #resting = false;
  #lateInARow = 0;
  #calm = CALM_TICKS;
  #shedding = false;

  constructor(options: IdleSchedulerOptions) {
    this.#o = options;
  }

  start(): void {
    if (this.#cancelTick !== null || this.#stopped) return;
    this.#awaitTick();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTick?.();
  }

  /** A message came: there is something to do. */
  feed(): void {
    this.#fed = true;
    this.#messages++;
    if (!this.#scheduled) this.wake();
  }

  /** There is something to do. */
  wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#o.clock.nextTurn(this.#run);
  }

  readonly #run = (): void => {
    this.#scheduled = false;
    if (this.#stopped) return;
    const { clock } = this.#o;
    const began = clock.now();
    this.#earn(began);
    if (this.#fed) this.#stir();
    this.#fed = false;
    let more = true;
    if (this.#credit >= LEAST_MS) {
      const end = began + this.#credit;
      more = this.#o.work(() => clock.now() >= end);
      this.#credit = 0;
    }
    this.#endedAt = clock.now();
    this.#o.idle();
    if (more) this.wake();
  };

  /** Time for this turn: a share of what intake had, everything where no message came meanwhile. */
  #earn(now: number): void {
    const share = this.#o.isUrgent() ? SCAN_SHARE : SHARE;
    const earned = this.#fed ? (now - this.#endedAt) * share : SLICE_MS;
    this.#credit = Math.min(SLICE_MS, this.#credit + earned);
  }

  #stir(): void {
    this.#busy = true;
    if (!this.#resting) return;
    this.#resting = false;
    this.#cancelTick?.();
    this.#awaitTick();
  }

  #awaitTick(): void {
    const { clock } = this.#o;
    // Where no message came since the last one, an idle connection sleeps.
    const wait = this.#resting ? untilLook(clock) : WAKE_MS;
    this.#expectedAt = clock.now() + wait;
    this.#cancelTick = clock.atTick(wait, () => this.#onTick());
  }

  #onTick(): void {
    const late = this.#o.clock.now() - this.#expectedAt;
    this.#resting = !this.#busy && !this.#shedding;
    this.#busy = false;
    const isFlooded = this.#messages >= FLOOD;
    this.#messages = 0;
    this.#awaitTick();
    this.#lateInARow = late > LATE_MS && isFlooded ? this.#lateInARow + 1 : 0;
    this.#calm = late > LATE_MS / 4 ? 0 : this.#calm + 1;
    this.#shedding = this.#lateInARow >= 2 || (this.#shedding && this.#calm < CALM_TICKS);
    this.#o.tick(this.#shedding);
  }
}
