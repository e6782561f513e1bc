import { RATE_TAU_MS as TAU } from '../../../contract/view/rate.ts';

/**
 * Weights are measured from a landmark that moves this often, ms. e^(200 s / 10 s) is 5e8, far inside
 * of what 32-bit floats hold, and what was counted one landmark ago has faded to 2e-9 of itself.
 */
const EPOCH = 200_000;
/** A rate younger than this is not extrapolated further, ms. */
const YOUNGEST = 1_000;
/** Resolution of the times kept per node, ms: 32 bits last for 497 days. */
const TICK = 10;
const FADE = Math.exp(-EPOCH / TAU);
/** So far the wall clock goes between two looks only if it was set, or the computer slept, ms. */
const JUMP = 5_000;
/** Looks come once a second at least: after so long without one, this program stood still meanwhile, ms of real time. */
const STOOD_STILL = 2_000;
/** What comes so soon after that had been sent before, ms. */
const CATCHING_UP = 500;
/** A time that is further before the last one was read from a clock that was set back, ms. */
export const SET_BACK = 1_000;

/**
 * Exponentially smoothed rates without an exponential per node. Instead of letting every old count
 * fade, newer ones weigh more (forward decay): a flush computes one weight, a node adds `n × weight`,
 * and only a reader divides by today's. Time here never runs backwards, and never by more than has really
 * passed, whatever the wall clock does: where that jumps, the steady one decides. What piled up while the program
 * stood still weighs as if it had come evenly over that time.
 */
export class RateClock {
  #wall: number;
  #time = 0;
  /** The last look at the steady clock, and the time here then. */
  #steady: { readonly at: number; readonly time: number } | null = null;
  #landmark = 0;
  /** 16 bits; a node whose epoch is another one must be faded first. */
  epoch = 0;
  /** What a message now weighs. */
  weight = 1_000 / TAU;
  readonly #look: (() => number) | undefined;
  /** The part of a weight that counts until `#caughtUpAt`, in time here. */
  #share = 1;
  #caughtUpAt = 0;
  /** What a sum since the landmark is now divided by, turned over. */
  #fading = 1;
  /** The correction for the age that was asked for last: nodes that lie side by side came at the same time. */
  #age = 0;
  #filled = 1;

  /** @param look at the steady clock, ms; asked where the one on the wall went further than it does between two looks */
  constructor(startedAt: number, look?: () => number) {
    this.#wall = startedAt;
    this.#look = look;
  }

  /** ms of real time since the start; a jump counts with the next look at the steady clock. */
  get time(): number {
    return this.#time;
  }

  /** The last wall-clock time given to `advance`, ms since the epoch. */
  get wall(): number {
    return this.#wall;
  }

  /** @param given ms of the steady clock, if it was read */
  advance(wall: number, given?: number): void {
    const passed = wall - this.#wall;
    this.#wall = wall;
    const steady = given ?? (Math.abs(passed) >= STOOD_STILL ? this.#look?.() : undefined);
    const before = this.#time;
    if (passed > 0 && (passed < JUMP || (this.#steady === null && steady === undefined))) this.#goOn(passed);
    if (steady === undefined) return;
    const last = this.#steady;
    const missing = last === null ? 0 : steady - last.at - (this.#time - last.time);
    if (missing > 0) this.#goOn(missing);
    this.#steady = { at: steady, time: this.#time };
    if (last !== null && this.#time - before >= STOOD_STILL) this.#stoodStill(this.#time - before);
  }

  #stoodStill(ms: number): void {
    this.#share = (TAU / ms) * (1 - Math.exp(-ms / TAU));
    this.#caughtUpAt = this.#time + CATCHING_UP;
    this.weight *= this.#share;
  }

  #goOn(passed: number): void {
    this.#time += passed;
    if (this.#time - this.#landmark >= EPOCH) {
      const epochs = Math.floor((this.#time - this.#landmark) / EPOCH);
      this.#landmark += epochs * EPOCH;
      this.epoch = (this.epoch + epochs) & 0xffff;
    }
    if (this.#time >= this.#caughtUpAt) this.#share = 1;
    this.weight = (1_000 / TAU) * Math.exp((this.#time - this.#landmark) / TAU) * this.#share;
    this.#fading = Math.exp((this.#landmark - this.#time) / TAU);
  }

  /** What a sum of an earlier epoch is worth in this one. */
  carry(sum: number, epoch: number): number {
    if (epoch === this.epoch) return sum;
    const epochs = (this.epoch - epoch) & 0xffff;
    return epochs === 1 ? sum * FADE : 0;
  }

  /** The time as kept with a node when it is born. */
  get ticks(): number {
    return Math.floor(this.#time / TICK) | 0;
  }

  /** Messages a second, corrected for nodes too young to have filled the average. */
  read(sum: number, epoch: number, born: number): number {
    const faded = this.carry(sum, epoch) * this.#fading;
    if (faded < 1e-6) return 0;
    const age = Math.max(YOUNGEST, ((this.ticks - born) >>> 0) * TICK);
    if (age > 20 * TAU) return faded;
    if (age !== this.#age) {
      this.#age = age;
      this.#filled = 1 - Math.exp(-age / TAU);
    }
    return faded / this.#filled;
  }

  copy(): RateClock {
    const copy = new RateClock(this.#wall, this.#look);
    copy.#time = this.#time;
    copy.#steady = this.#steady;
    copy.#landmark = this.#landmark;
    copy.epoch = this.epoch;
    copy.weight = this.weight;
    copy.#share = this.#share;
    copy.#caughtUpAt = this.#caughtUpAt;
    copy.#fading = this.#fading;
    return copy;
  }
}
