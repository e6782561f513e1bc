import type { ProbeConnection } from '../../../src-main/connection/probe/probe.ts';
import type { OnlineProbe } from '../../../src-main/connection/second-link/probe-link.ts';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import { pause } from '../../../src-main/connection/base/clock.ts';
import { matchesFilter } from '../../../src-main/core/topics/filters.ts';
import type { Intake } from '../../../src-main/core/topics/store/intake.ts';
import type { ManualClock } from '../manual-clock.ts';
import type { Random } from '../random.ts';
import { put } from '../store/messages.ts';

/** How such a broker delivers what it stores. Times in ms. */
export interface QueueHabits {
  /** From SUBSCRIBE to the first message of its answer. */
  readonly after: number;
  /** Messages that leave together, and the time between two such lots. */
  readonly atOnce: number;
  readonly every: number;
  /** After so many messages of an answer it pauses. */
  readonly pauseAfter: number;
  readonly pauseMs: number;
  /** Messages that wait at most; what comes beyond is left out without a word. */
  readonly queue: number;
  /** Messages of stored topics that it sends at once at most, and how many more each second; the rest is left out. */
  readonly burst: number;
  readonly perSecond: number;
  /** Answers come in random order, and those to different questions among each other. */
  readonly isMixed: boolean;
  /** After so many questions the connection ends; then a new one may be made. */
  readonly endsAfter: number;
}

export const PROMPT: QueueHabits = {
  after: 15,
  atOnce: 100,
  every: 5,
  pauseAfter: Infinity,
  pauseMs: 0,
  queue: Infinity,
  burst: Infinity,
  perSecond: 0,
  isMixed: false,
  endsAfter: Infinity,
};

/** SUBACK, PINGRESP and UNSUBACK take so long, ms, and overtake what is stored. */
const ANSWER_MS = 2;

/** A broker in memory that answers SUBSCRIBE and PINGREQ at once, and delivers what it stores when it likes. */
export class QueueBroker implements ProbeConnection {
  readonly stored: Set<string>;
  readonly #habits: QueueHabits;
  readonly #clock: ManualClock;
  readonly #random: Random;
  readonly #intake: Intake;
  #waiting: string[] = [];
  #isSending = false;
  #tokens: number;
  #tokensAt: number;
  #online = true;
  #questions = 0;
  /** Filters of each SUBSCRIBE. */
  readonly asked: (readonly string[])[] = [];
  /** Messages that were left out. */
  dropped = 0;

  constructor(
    stored: Iterable<string>,
    intake: Intake,
    clock: ManualClock,
    random: Random,
    habits: Partial<QueueHabits>,
  ) {
    this.stored = new Set(stored);
    this.#habits = { ...PROMPT, ...habits };
    this.#intake = intake;
    this.#clock = clock;
    this.#random = random;
    this.#tokens = this.#habits.burst;
    this.#tokensAt = clock.now();
  }

  use<T>(act: () => Promise<T>): Promise<T> {
    return act();
  }

  close(): void {
    this.#online = false;
    this.#waiting = [];
  }

  async open(): Promise<OnlineProbe | Failure> {
    await pause(this.#clock, ANSWER_MS);
    if (!this.#online) this.#questions = 0;
    this.#online = true;
    const isOnline = (): boolean => this.#online;
    const answered = async (codes: readonly number[]) => {
      await pause(this.#clock, ANSWER_MS);
      if (!isOnline()) return { kind: 'closed' };
      return { kind: 'answered', codes, reason: null };
    };
    return {
      kind: 'online',
      link: {
        get online() {
          return isOnline();
        },
        level: 5,
        ping: async () => {
          await pause(this.#clock, ANSWER_MS);
          return isOnline() ? { kind: 'answered', rttMs: ANSWER_MS } : { kind: 'closed' };
        },
      },
      requests: {
        subscribe: (filters: readonly { filter: string }[]) => {
          this.#subscribe(filters.map(({ filter }) => filter));
          return answered(filters.map(() => 0));
        },
        unsubscribe: (filters: readonly string[]) => answered(filters.map(() => 0)),
      },
    } as unknown as OnlineProbe;
  }

  #subscribe(filters: readonly string[]): void {
    this.asked.push(filters);
    if (++this.#questions > this.#habits.endsAfter) return this.close();
    const { after, pauseAfter, pauseMs, isMixed } = this.#habits;
    const all = filters.flatMap((filter) => [...this.stored].filter((topic) => matchesFilter(filter, topic)));
    if (isMixed) this.#shuffle(all);
    // What a broker reads from its store in parts comes in parts.
    const parts = pauseAfter < all.length ? [all.slice(0, pauseAfter), all.slice(pauseAfter)] : [all];
    for (const [i, part] of parts.entries())
      this.#clock.after(after + i * pauseMs, () => {
        for (const topic of part) this.#put(topic);
        if (isMixed) this.#shuffle(this.#waiting);
        this.#send();
      });
  }

  #put(topic: string): void {
    const { queue, burst, perSecond } = this.#habits;
    const now = this.#clock.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#tokensAt) / 1_000) * perSecond);
    this.#tokensAt = now;
    if (this.#waiting.length >= queue || this.#tokens < 1) this.dropped++;
    else {
      this.#waiting.push(topic);
      this.#tokens--;
    }
  }

  #send(): void {
    if (this.#isSending) return;
    this.#isSending = true;
    const some = (): void => {
      if (this.#waiting.length === 0) {
        this.#isSending = false;
        return;
      }
      const at = this.#clock.now();
      for (const topic of this.#waiting.splice(0, this.#habits.atOnce))
        put(this.#intake, { topic, payload: 'v', retain: true, at });
      this.#clock.after(this.#habits.every, some);
    };
    some();
  }

  #shuffle(all: string[]): void {
    for (let i = all.length - 1; i > 0; i--) {
      const j = this.#random.int(i + 1);
      [all[i], all[j]] = [all[j] ?? '', all[i] ?? ''];
    }
  }
}
