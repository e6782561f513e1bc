/** When the messages of a series are due. Times in ms. */
export interface Pacing {
  readonly everyMs: number;
  readonly times: number | null;
  readonly jitterMs: number;
  readonly rampToMs: number | null;
}

/** When each message of a series is due, one after the other. */
export class Schedule {
  readonly #pacing: Pacing;
  readonly #random: () => number;
  #count = 0;
  /** When the next one is due without jitter. */
  #even = 0;
  #due = 0;

  /** @param random uniform in [0, 1) */
  constructor(pacing: Pacing, random: () => number) {
    this.#pacing = pacing;
    this.#random = random;
    this.#draw();
  }

  /** ms after the start at which the next message is due; never before the one before it. */
  get due(): number {
    return this.#due;
  }

  /** Between the next message and the one after it, ms, without jitter. */
  get interval(): number {
    const { everyMs, times, rampToMs } = this.#pacing;
    if (rampToMs === null || times === null || times < 3) return everyMs;
    const share = Math.min(1, this.#count / (times - 2));
    return everyMs + (rampToMs - everyMs) * share;
  }

  /** No message is left. */
  get isOver(): boolean {
    const { times } = this.#pacing;
    return times !== null && this.#count >= times;
  }

  /** Goes on to the next message. */
  advance(): void {
    this.#even += this.interval;
    this.#count++;
    this.#draw();
  }

  #draw(): void {
    const { jitterMs } = this.#pacing;
    const off = jitterMs === 0 ? 0 : (this.#random() * 2 - 1) * jitterMs;
    this.#due = Math.max(this.#due, this.#even + off);
  }
}
