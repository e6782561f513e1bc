import { quietFor } from './quiet.ts';

/** PINGRESP may be dropped under load, so it is asked for again. */
const MOST_FENCES = 20;
/** Fewer new topics than this in `TRICKLE_MS` are not the scan's: they are newly published. */
const TRICKLE = 100;
const TRICKLE_MS = 10_000;
/** The longest scan. */
const LONGEST_MS = 600_000;
/** What did not come within this time after the end does not come. */
const SETTLE_MS = 2_000;
/** New topics keep being published: topics that did not come cannot be judged. */
const LONGEST_SETTLE_MS = 8_000;

/** What to do next. `wait` is looked at again after so many ms, or when something happens. */
export type ScanStep =
  | { readonly kind: 'wait'; readonly ms: number }
  /** Send a PINGREQ and report whether it was answered. */
  | { readonly kind: 'fence' }
  /** No more stored messages are expected; what did not come is judged later. */
  | { readonly kind: 'ended'; readonly complete: boolean; readonly ms: number }
  /** What did not come is not retained. */
  | { readonly kind: 'judge' }
  /** Over; what did not come is not known. */
  | { readonly kind: 'over' };

/**
 * Finds the end of the stored messages that follow a SUBSCRIBE. They may come before the SUBACK or some
 * time after a PINGRESP, and live messages look like them on MQTT 5: so the end is that the broker
 * answered, and that no topic came for a while that had not come before. Times are ms of one clock.
 */
export class ScanEnd {
  readonly #began: number;
  readonly #lateMs: number;
  #phase: 'fence' | 'asking' | 'quiet' | 'settling' | 'over' = 'fence';
  #fences = 0;
  #answered = false;
  #askedAt = 0;
  #answerMs = 0;
  #fencedAt = 0;
  #count: number;
  #lastAt: number;
  #window: { at: number; count: number };
  #endedAt = 0;
  /** The longest wait for another topic after the broker had answered, in ms. */
  gap = 0;

  /**
   * @param count number of topics that came so far, as for `look`
   * @param lateMs this broker was seen to take for the next message after it had answered
   */
  constructor(now: number, count: number, lateMs = 0) {
    this.#lateMs = lateMs;
    this.#began = this.#lastAt = now;
    this.#count = count;
    this.#window = { at: now, count };
  }

  /** What became of the PINGREQ that `look` asked for. */
  fenced(answered: boolean, now: number): void {
    this.#answered = answered;
    this.#answerMs = answered ? now - this.#askedAt : 0;
    this.#fencedAt = now;
    this.#phase = 'quiet';
    this.#lastAt = Math.max(this.#lastAt, now);
    this.#window = { at: now, count: this.#count };
  }

  /** @param count of topics that came with retain = 1 and had not come since the SUBSCRIBE */
  look(now: number, count: number): ScanStep {
    if (count !== this.#count) {
      this.#count = count;
      if (this.#phase === 'quiet' || this.#phase === 'settling')
        this.gap = Math.max(this.gap, now - this.#lastAt);
      this.#lastAt = now;
    }
    switch (this.#phase) {
      case 'fence':
        return this.#ask(now);
      case 'asking':
        return { kind: 'wait', ms: 1_000 };
      case 'quiet':
        return this.#quiet(now);
      case 'settling':
        return this.#settle(now);
      case 'over':
        return { kind: 'over' };
    }
  }

  #ask(now: number): ScanStep {
    this.#phase = 'asking';
    this.#fences++;
    this.#askedAt = now;
    return { kind: 'fence' };
  }

  #quiet(now: number): ScanStep {
    const rest = this.#lastAt + quietFor(this.#answerMs, this.#lateMs) - now;
    if (rest > 0 && !this.#isTrickle(now)) return { kind: 'wait', ms: Math.min(rest, 100) };
    if (!this.#answered && this.#fences < MOST_FENCES && now - this.#began < LONGEST_MS) {
      return this.#ask(now);
    }
    const complete = this.#answered && rest <= 0;
    this.#phase = complete ? 'settling' : 'over';
    this.#endedAt = now;
    return { kind: 'ended', complete, ms: now - this.#began };
  }

  #settle(now: number): ScanStep {
    const rest = this.#lastAt + SETTLE_MS - now;
    if (rest > 0 && now - this.#endedAt < LONGEST_SETTLE_MS) return { kind: 'wait', ms: Math.min(rest, 500) };
    this.#phase = 'over';
    return { kind: rest > 0 ? 'over' : 'judge' };
  }

  /** New topics come, but too few of them for a broker that sends what it stores. */
  #isTrickle(now: number): boolean {
    if (now - this.#began >= LONGEST_MS) return true;
    if (now - this.#window.at < TRICKLE_MS) return false;
    const few = this.#count - this.#window.count < TRICKLE;
    this.#window = { at: now, count: this.#count };
    return few && now - this.#fencedAt >= TRICKLE_MS;
  }
}
