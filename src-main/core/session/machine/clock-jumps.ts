/** The clocks were not looked at, or did not agree, for a while. Times in ms since the epoch. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Negative where the clock was set back. */
  readonly ms: number;
  /** `asleep`: the computer slept, or the clock was set forward; the two look the same. */
  readonly kind: 'asleep' | 'clock-set';
}

/** Less is a busy computer, or a clock that is kept right. */
const GAP_MS = 5_000;
/** For the diagnostics; older ones are in the log. */
const KEPT = 20;

/**
 * Finds sleep and set clocks by looking at both clocks again and again. On Linux the steady one stands
 * still during sleep, elsewhere it goes on: either way a gap shows.
 */
export class ClockJumps {
  readonly gaps: Gap[] = [];
  /** In the last gap: ms in which the steady clock stood still, as it does on Linux during sleep. */
  stoodStillMs = 0;
  readonly #everyMs: number;
  #last: { wall: number; steady: number } | null = null;

  /** @param everyMs how often `look` is called */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Null: nothing happened since the last look. */
  look(wall: number, steady: number): Gap | null {
    const last = this.#last;
    this.#last = { wall, steady };
    if (last === null) return null;
    const byWall = wall - last.wall;
    const bySteady = steady - last.steady;
    const gap = this.#gap(last.wall, wall, byWall, bySteady);
    if (gap === null) return null;
    this.stoodStillMs = Math.max(0, byWall - bySteady);
    this.gaps.push(gap);
    if (this.gaps.length > KEPT) this.gaps.shift();
    return gap;
  }

  #gap(from: number, to: number, byWall: number, bySteady: number): Gap | null {
    if (byWall - bySteady < -GAP_MS) return { from, to, ms: byWall - bySteady, kind: 'clock-set' };
    const away = Math.max(byWall, bySteady) - this.#everyMs;
    return away > GAP_MS ? { from, to, ms: away, kind: 'asleep' } : null;
  }
}
