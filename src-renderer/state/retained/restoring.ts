import type { RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import { putBackInParts, type PartAnswer } from '../../../src-main/core/retained/restore-parts.ts';

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
export const RESTORE_PART = 800;

/** Puts back some of a wish, from a place in it on; null: it was stopped. `next`: where to go on with it. */
export type RestoreCall<W> = (
  wish: W,
  from: number,
) => Promise<(PartAnswer & { readonly next?: number | null | undefined }) | null>;

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

  /**
   * Puts back part by part, until it is stopped or there is no connection any more.
   *
   * @param wishes what is to be put back, one after the other; each is told how much of the one before it there was
   * @param call puts back some of a wish, from a place in it on
   * @param take gets all results of a part, those of the same topics once more where it was put back again
   */
  async run<W>(
    wishes: Iterator<W, void, number>,
    call: RestoreCall<W>,
    take: (results: readonly RestoreResult[]) => void,
  ): Promise<void> {
    const calls = new Calls(wishes, call);
    const isWhole = await putBackInParts({
      part: (number) => calls.part(number),
      isStopped: () => this.isStopped,
      take: (results, isAgain) => {
        if (!isAgain) this.took(results.length);
        take(results);
      },
    });
    if (isWhole) this.completed();
  }

  stop(): void {
    if (!this.isStopped) this.#put({ stopping: true });
  }

  #put(part: Partial<RestoreProgress>): void {
    this.#progress = { ...this.#progress, ...part };
    this.#changed(this.#progress);
  }
}

/** Calls that were made, so that each can be made once more. */
class Calls<W> {
  readonly #wishes: Iterator<W, void, number>;
  readonly #call: RestoreCall<W>;
  readonly #made: { readonly wish: W; readonly from: number }[] = [];
  #rest: { readonly wish: W; readonly from: number } | null = null;
  /** Results of the wish under way. */
  #count = 0;

  constructor(wishes: Iterator<W, void, number>, call: RestoreCall<W>) {
    this.#wishes = wishes;
    this.#call = call;
  }

  async part(number: number): Promise<PartAnswer | null> {
    const before = this.#made[number];
    if (before !== undefined) return this.#call(before.wish, before.from);
    for (;;) {
      const next = this.#rest ?? this.#next();
      const answer = next === null ? null : await this.#call(next.wish, next.from);
      if (next === null || answer === null) return null;
      const { next: from = null } = answer;
      this.#rest = from === null ? null : { wish: next.wish, from };
      this.#count += answer.results.length;
      // Of what was asked for there may be nothing any more.
      if (answer.results.length === 0) continue;
      this.#made.push(next);
      return answer;
    }
  }

  #next(): { readonly wish: W; readonly from: number } | null {
    const { done, value } = this.#wishes.next(this.#count);
    this.#count = 0;
    return done === true ? null : { wish: value as W, from: 0 };
  }
}
