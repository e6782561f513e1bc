import type { Qos } from '../../contract/model/model.ts';
import type { DeliveryLag } from '../../core/retained/quiet.ts';
import { pause, type Clock } from '../base/clock.ts';
import type { OnlineProbe } from './probe-link.ts';

/** Filters in one SUBSCRIBE; AWS accepts 8. */
const PER_PACKET = 8;
/** Round trips without another message after which no more is expected: of QoS 2 each takes two. */
const IDLE_FENCES = 3;
/** Between two round trips while messages come. */
const BETWEEN_FENCES_MS = 5;
const FENCE_TIMEOUT_MS = 5_000;
/** A broker under load may drop a PINGRESP, or take long for it: each time it is given twice as long as before. */
const FENCES = 3;
/** A broker that stands still for seconds may be slow to grant as well. */
const ANSWER_MS = 20_000;

/** What is asked for at once, and knows when the answer is complete. Times are ms of one clock. */
export interface AskedBatch {
  /** Resolves when it is settled: nothing more can come. */
  readonly settled: Promise<void>;
  readonly isSettled: boolean;
  fenced(answered: boolean, now: number): void;
  /** ms for which more may come; 0: the answer is complete. Null while an answer is awaited. */
  rest(now: number): number | null;
}

/** One subscription that asks. */
export interface Asking {
  readonly filter: string;
  /** What SUBACK says of it; null: it did not come in time. */
  answered(code: number | null, now: number): void;
}

/** Questions to the broker over the second connection, one after the other. */
export class Conversation {
  readonly #clock: Clock;
  readonly #stored: () => number;
  readonly #lag: DeliveryLag;
  readonly #fenceHolds: () => boolean;
  /** The longest that the broker took to answer a question since somebody set it to 0, in ms. */
  slowestMs = 0;
  /** Where all tries were in vain, which took half a minute, whoever asks the next question is not made to wait as long. */
  readonly #mute = new WeakSet<Link>();
  /** Subscriptions at QoS 0 stay when their answers are complete, so that it is seen what comes for them. */
  keeps = false;
  /** Those that stay, by their filters. */
  readonly #kept = new Map<string, Pick<OnlineProbe, 'link' | 'requests'>>();
  /** Filters that were unsubscribed from, until the broker has answered that. */
  readonly #leaving = new Map<string, Promise<void>>();

  /**
   * @param stored messages that came as stored ones since the batch began
   * @param lag notes when each of them came
   * @param fenceHolds this broker answers PINGREQ only after what it owed before
   */
  constructor(clock: Clock, stored: () => number, lag: DeliveryLag, fenceHolds: () => boolean) {
    this.#clock = clock;
    this.#stored = stored;
    this.#lag = lag;
    this.#fenceHolds = fenceHolds;
  }

  /** Resolves when nobody is subscribed to it any more. */
  async left(filter: string): Promise<void> {
    await this.#leaving.get(filter);
  }

  /** What comes for subscriptions that stay is seen still. */
  get isSeeing(): boolean {
    return [...this.#kept.values()].every(({ link }) => link.online);
  }

  /** No subscription stays any more. */
  release(): void {
    this.keeps = false;
    this.#leaveKept([...this.#kept.keys()]);
  }

  /** Subscribes to all, waits for the end of what that brings, and unsubscribes. */
  async ask(
    { link, requests }: OnlineProbe,
    batch: AskedBatch,
    questions: readonly Asking[],
    qos: Qos,
  ): Promise<void> {
    const clock = this.#clock;
    this.#leaveKept(questions.map(({ filter }) => filter));
    await Promise.all(questions.flatMap(({ filter }) => this.#leaving.get(filter) ?? []));
    this.#lag.asked();
    const began = clock.now();
    const packets: Asking[][] = [];
    for (let at = 0; at < questions.length; at += PER_PACKET)
      packets.push(questions.slice(at, at + PER_PACKET));
    const answers = packets.map(async (some) => {
      const filters = some.map(({ filter }) => ({
        filter,
        qos,
        noLocal: false,
        retainAsPublished: false,
        retainHandling: 0 as const,
      }));
      const answer = await requests.subscribe(filters, 0, undefined, ANSWER_MS);
      some.forEach((question, i) =>
        question.answered(answer.kind === 'answered' ? (answer.codes[i] ?? 128) : null, clock.now()),
      );
    });
    await Promise.all(answers);
    const isAnswered = await this.#fences(link, batch, qos);
    this.slowestMs = Math.max(this.slowestMs, clock.now() - began);
    batch.fenced(isAnswered, clock.now());
    if (isAnswered) this.#lag.answered(clock.now());
    for (let rest = this.#rest(batch); rest > 0; rest = this.#rest(batch)) {
      if (!link.online) return;
      await this.#settled(batch, rest);
    }
    for (const some of packets) {
      const filters = some.map(({ filter }) => filter);
      if (this.keeps && qos === 0) for (const filter of filters) this.#kept.set(filter, { link, requests });
      else this.#leave(requests, filters);
    }
  }

  #leaveKept(filters: readonly string[]): void {
    const leaving = new Map<OnlineProbe['requests'], string[]>();
    for (const filter of filters) {
      const requests = this.#kept.get(filter)?.requests;
      if (requests === undefined) continue;
      this.#kept.delete(filter);
      leaving.set(requests, [...(leaving.get(requests) ?? []), filter]);
    }
    for (const [requests, all] of leaving)
      for (let at = 0; at < all.length; at += PER_PACKET)
        this.#leave(requests, all.slice(at, at + PER_PACKET));
  }

  /** Resolves when nothing more can come, and at the latest after so many ms. */
  #settled(batch: AskedBatch, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      void batch.settled.then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** ms for which more may come; 0: nothing more is expected. */
  #rest(batch: AskedBatch): number {
    const now = this.#clock.now();
    const rest = batch.rest(now) ?? 0;
    return batch.isSettled || this.#fenceHolds() ? rest : Math.max(rest, this.#lag.rest(now));
  }

  /** Nobody waits for the answer but who subscribes to the same again, so that the broker cannot mix up the two. */
  #leave(requests: OnlineProbe['requests'], filters: readonly string[]): void {
    const left = requests.unsubscribe(filters).then(() => {
      for (const filter of filters) if (this.#leaving.get(filter) === left) this.#leaving.delete(filter);
    });
    for (const filter of filters) this.#leaving.set(filter, left);
  }

  /**
   * Above QoS 0 the broker sends a window at a time, each after our answers to the one before, and PINGRESP
   * may come in between: so it is asked until nothing more comes. When everything came, that is the end.
   */
  async #fences(link: Link, batch: AskedBatch, qos: Qos): Promise<boolean> {
    for (let idle = -1; !batch.isSettled && idle < (qos > 0 ? IDLE_FENCES : 0);) {
      const before = this.#stored();
      const isAnswered = await Promise.race([batch.settled, this.#fence(link)]);
      if (isAnswered === false) return false;
      const more = this.#stored() !== before;
      idle = idle < 0 || more ? 0 : idle + 1;
      // Asking again for each window would slow down what is waited for.
      if (more && qos > 0) await Promise.race([batch.settled, pause(this.#clock, BETWEEN_FENCES_MS)]);
    }
    return true;
  }

  /**
   * PINGRESP names no question, so what comes after one that timed out is taken for the answer to that one, which
   * may have been dropped: then the second answer counts.
   */
  async #fence(link: Link): Promise<boolean> {
    const isMute = this.#mute.has(link);
    for (let tries = 0; tries < (isMute ? 1 : FENCES); tries++) {
      const ping = () => link.ping('fence', FENCE_TIMEOUT_MS * 2 ** tries);
      const { kind } = await (tries === 0 && !isMute ? ping() : firstAnswer([ping(), ping()]));
      if (kind === 'answered') this.#mute.delete(link);
      if (kind !== 'timeout') return kind === 'answered';
    }
    this.#mute.add(link);
    return false;
  }
}

type Link = OnlineProbe['link'];

/** The first that is one, or that there is none. */
async function firstAnswer(pings: readonly ReturnType<Link['ping']>[]): ReturnType<Link['ping']> {
  const isOne = async (ping: ReturnType<Link['ping']>) => {
    const answer = await ping;
    if (answer.kind === 'timeout') throw new Error('timeout');
    return answer;
  };
  return Promise.any(pings.map(isOne)).catch(() => ({ kind: 'timeout' }));
}
