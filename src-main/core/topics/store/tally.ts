import type { Counters } from '../../../contract/model/counters.ts';

const SYS = [0x24, 0x53, 0x59, 0x53] as const;
const SLASH = 0x2f;

/** Places of the running counters. Doubles in one array: exact to 2^53 and never boxed. */
export const Count = {
  received: 0,
  system: 1,
  bytes: 2,
  kept: 3,
  evicted: 4,
  lag: 5,
  topicCap: 6,
  budget: 7,
  forgottenTopics: 8,
  forgotten: 9,
  shortened: 10,
  topics: 11,
  retained: 12,
} as const;

/** Looks come once a second at least: where more seconds than these go by, the program stood still meanwhile. */
const MOST_WITHOUT_LOOK = 2;

/**
 * What became of the messages. At any time,
 * received + system = kept + evicted + forgotten + dropped: `$SYS` is counted apart on arrival only.
 */
export class Tally {
  readonly counts = new Float64Array(13);
  #second = 0;
  #thisSecond = 0;
  #rate = 0;
  /** Seconds that what comes in this one may have been sent in. */
  #over = 1;

  /**
   * Time went on: closes the seconds that are over. What comes in the first one after the program stood still had
   * piled up, and counts as if it had come evenly over that time.
   *
   * @param at ms of real time since the start, whatever became of the clock on the wall
   */
  advance(at: number): void {
    const second = Math.floor(at / 1_000);
    if (second === this.#second) return;
    const received = this.counts[Count.received]!;
    const passed = second - this.#second;
    this.#rate = passed === 1 ? Math.round((received - this.#thisSecond) / this.#over) : 0;
    this.#over = passed > MOST_WITHOUT_LOOK ? passed : 1;
    this.#thisSecond = received;
    this.#second = second;
  }

  read(indexBytes: number, historyBytes: number, budgetBytes: number): Counters {
    const c = this.counts;
    const lag = c[Count.lag]!;
    const topicCap = c[Count.topicCap]!;
    const budget = c[Count.budget]!;
    return {
      received: c[Count.received]!,
      system: c[Count.system]!,
      bytes: c[Count.bytes]!,
      kept: c[Count.kept]!,
      evicted: c[Count.evicted]!,
      dropped: lag + topicCap + budget,
      droppedBy: { lag, topicCap, budget },
      forgottenTopics: c[Count.forgottenTopics]!,
      forgotten: c[Count.forgotten]!,
      shortened: c[Count.shortened]!,
      topics: c[Count.topics]!,
      retained: c[Count.retained]!,
      rate: this.#rate,
      indexBytes,
      historyBytes,
      budgetBytes,
    };
  }
}

/** Whether a topic is `$SYS` or below it. */
export function isSystem(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== SYS[0] || end - start < SYS.length) return false;
  for (let i = 1; i < SYS.length; i++) if (bytes[start + i] !== SYS[i]) return false;
  return end - start === SYS.length || bytes[start + SYS.length] === SLASH;
}
