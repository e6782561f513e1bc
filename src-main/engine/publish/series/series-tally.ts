import type { BatchResult } from '../../../connection/publish/batch.ts';
import type { Failure } from '../../../contract/base/errors.ts';
import { RECENT_TIMES, type MessageSeries } from '../../../contract/session/message-series.ts';

/** The last problems are listed one by one: so many of them. */
const SHOWN_PROBLEMS = 20;

type Counted = Pick<
  MessageSeries,
  | 'sent'
  | 'acknowledged'
  | 'noSubscribers'
  | 'errors'
  | 'rate'
  | 'meanMs'
  | 'worstMs'
  | 'recentMs'
  | 'problems'
>;

/** What became of the messages of a series. */
export class SeriesTally {
  #sent = 0;
  #acknowledged = 0;
  #noSubscribers = 0;
  #errors = 0;
  #sumMs = 0;
  #worstMs = 0;
  #recentMs: number[] = [];
  #problems: MessageSeries['problems'] = [];

  /** So many are on their way. */
  handed(count: number): void {
    this.#sent += count;
  }

  /**
   * @param handed how many were
   * @param result null: none of them was sent
   * @param lineOf of the message in that place of the batch; null: it comes from no file
   */
  add(handed: number, result: BatchResult | null, lineOf: (at: number) => number | null): void {
    this.#sent += (result?.sent ?? 0) - handed;
    if (result === null) return;
    this.#noSubscribers += result.noSubscribers;
    this.#errors += result.errors;
    this.#acknowledged += result.acknowledged.length;
    for (const ms of result.acknowledged) {
      this.#sumMs += ms;
      this.#worstMs = Math.max(this.#worstMs, ms);
    }
    if (result.acknowledged.length > 0)
      this.#recentMs = [...this.#recentMs, ...result.acknowledged].slice(-RECENT_TIMES);
    for (const { at, failure } of result.problems) this.#list(lineOf(at), failure);
  }

  /** A message that could not even be made. */
  failed(line: number | null, failure: Failure): void {
    this.#errors++;
    this.#list(line, failure);
  }

  /** @param ranMs how long it ran */
  facts(ranMs: number): Counted {
    const acknowledged = this.#acknowledged;
    return {
      sent: this.#sent,
      acknowledged,
      noSubscribers: this.#noSubscribers,
      errors: this.#errors,
      // The first goes out at once: what takes time are the steps between them.
      rate: ranMs <= 0 ? 0 : (Math.max(0, this.#sent - 1) * 1_000) / ranMs,
      meanMs: acknowledged === 0 ? null : this.#sumMs / acknowledged,
      worstMs: acknowledged === 0 ? null : this.#worstMs,
      recentMs: this.#recentMs,
      problems: this.#problems,
    };
  }

  #list(line: number | null, failure: Failure): void {
    this.#problems = [...this.#problems, { line, failure }].slice(-SHOWN_PROBLEMS);
  }
}
