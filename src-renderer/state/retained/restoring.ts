/** How far a restore is. */
export interface RestoreProgress {
  /** Messages that were put back or left alone. */
  readonly done: number;
  readonly total: number;
  /** Messages a second; 0: no part is done yet. */
  readonly rate: number;
  /** The part under way is finished, and no other begun. */
  readonly stopping: boolean;
}

/** Messages that one call puts back: after each it can be stopped, and its progress is shown. */
export const RESTORE_PART = 200;

/** One restore, which goes on part by part until it is stopped. */
export class Restoring {
  readonly #now: () => number;
  readonly #changed: (progress: RestoreProgress) => void;
  readonly #began: number;
  #progress: RestoreProgress;

  /**
   * @param total messages that are to be put back
   * @param now in ms
   * @param changed called at once, and with every change
   */
  constructor(total: number, now: () => number, changed: (progress: RestoreProgress) => void) {
    this.#now = now;
    this.#changed = changed;
    this.#began = now();
    this.#progress = { done: 0, total, rate: 0, stopping: false };
    changed(this.#progress);
  }

  get isStopped(): boolean {
    return this.#progress.stopping;
  }

  /** Messages that nothing was tried with, once it is over. */
  get left(): number {
    return this.#progress.total - this.#progress.done;
  }

  /** There is no more to put back: what was cleared without a copy was counted and is not there. */
  completed(): void {
    this.#progress = { ...this.#progress, total: this.#progress.done };
  }

  /** So many more messages have a result. */
  took(count: number): void {
    const done = this.#progress.done + count;
    const ms = Math.max(1, this.#now() - this.#began);
    // What was kept in the meantime makes an entry larger than it was said to be.
    this.#put({ done, total: Math.max(done, this.#progress.total), rate: (done * 1_000) / ms });
  }

  stop(): void {
    if (!this.isStopped) this.#put({ stopping: true });
  }

  #put(part: Partial<RestoreProgress>): void {
    this.#progress = { ...this.#progress, ...part };
    this.#changed(this.#progress);
  }
}
