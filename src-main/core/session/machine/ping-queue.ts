/**
 * What waits for a PINGRESP. A PINGRESP names nothing, so pings and fences share one queue: a
 * broker answers in order, and the oldest question gets the answer.
 */
export type Question = 'ping' | 'fence';

export interface PingQueueEntry {
  readonly question: Question;
  readonly sentAt: number;
  /** At this time `settle` is called with a timeout. */
  readonly deadline: number;
  readonly settle: (answer: PingAnswer) => void;
}

export type PingAnswer = { kind: 'answered'; ms: number } | { kind: 'timeout' } | { kind: 'closed' };

/**
 * A question that timed out keeps its place this long: its answer may only be late, and must not
 * pass for the answer to a younger one, which would end a fence too early. After it, the answer was
 * dropped (mosquitto does that under load).
 */
export const GHOST_MS = 15_000;

/** More open questions than this mean that the broker does not answer; pings are refused then. */
export const MOST_OPEN = 64;

export class PingQueue {
  readonly #entries: { entry: PingQueueEntry; ghost: boolean }[] = [];

  /** Questions that have not timed out. */
  get open(): number {
    let open = 0;
    for (const { ghost } of this.#entries) if (!ghost) open++;
    return open;
  }

  get full(): boolean {
    return this.#entries.length >= MOST_OPEN;
  }

  asked(entry: PingQueueEntry): void {
    this.#entries.push({ entry, ghost: false });
  }

  /** A PINGRESP came. False if no question was open. */
  answered(now: number): boolean {
    const oldest = this.#entries.shift();
    if (!oldest) return false;
    if (!oldest.ghost)
      oldest.entry.settle({
        kind: 'answered',
        ms: Math.round(Math.max(0, now - oldest.entry.sentAt) * 100) / 100,
      });
    return true;
  }

  /** Settles the questions that have timed out. */
  expire(now: number): void {
    for (const item of this.#entries) {
      if (!item.ghost && now >= item.entry.deadline) {
        item.ghost = true;
        item.entry.settle({ kind: 'timeout' });
      }
    }
    while (this.#isForgotten(now)) this.#entries.shift();
  }

  #isForgotten(now: number): boolean {
    const oldest = this.#entries[0];
    return oldest !== undefined && oldest.ghost && now >= oldest.entry.deadline + GHOST_MS;
  }

  /** When `expire` has something to do next; null if nothing is open. */
  nextDeadline(): number | null {
    let next: number | null = null;
    for (const { entry, ghost } of this.#entries) {
      const due = ghost ? entry.deadline + GHOST_MS : entry.deadline;
      if (next === null || due < next) next = due;
    }
    return next;
  }

  /** The link is closed: no answer will come. */
  close(): void {
    for (const { entry, ghost } of this.#entries.splice(0)) if (!ghost) entry.settle({ kind: 'closed' });
  }
}
