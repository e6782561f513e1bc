import type { Failure } from '../../contract/base/errors.ts';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import { OrderedMap } from './ordered-map.ts';
import { quietFor } from './quiet.ts';
import { sameBytes } from '../message/same-bytes.ts';

/** A message as a broker stores it. */
export interface StoredMessage {
  /** Fewer bytes than `size` where it was too large to be kept whole. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** Others of the same answer left no room for the payload: asked for with fewer others it is whole. */
  readonly isCrowded?: boolean;
  /** Bytes on the wire. */
  readonly size: number;
  /** At which it was delivered: the lower of the QoS it is stored at and the one that was granted. */
  readonly qos: Qos;
  /** The section of MQTT 5 properties as received, without its length. */
  readonly properties: Uint8Array<ArrayBuffer>;
  /** Received, ms since the epoch. */
  readonly at: number;
}

/** What a probe found about one topic. */
export type Probed =
  | { readonly kind: 'retained'; readonly message: StoredMessage }
  /** The probe was complete and did not deliver it. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'incomplete'; readonly why: Incomplete };

/** Why a probe does not know. */
export type Incomplete =
  /** The broker refused the subscription; `code` of SUBACK. */
  | { readonly kind: 'refused'; readonly code: number }
  /** SUBACK or PINGRESP did not come. */
  | { readonly kind: 'unanswered' }
  /** The topic was published to meanwhile, so the answer may not hold any more. */
  | { readonly kind: 'changing' }
  /** The connection of the probe could not be made, or ended. */
  | { readonly kind: 'no-link'; readonly failure: Failure };

/** What came for a topic that is asked for. */
interface Asked {
  answer: 'waiting' | 'granted' | Incomplete;
  /** QoS of the subscription that asks for it, once it is granted. */
  granted: number;
  stored: StoredMessage | null;
  /** A live message with a payload came since, which may have been stored. */
  filled: boolean;
  /** An empty live message came since, which may have cleared it. */
  emptied: boolean;
}

/**
 * One batch of topics that a broker is asked for at once, by a subscription to each without
 * retain-as-published: so a message with retain = 1 is a stored one and any other is live, on every
 * version. Knows when the answer is complete. Times are ms of one clock.
 */
export class ProbeBatch {
  readonly #asked = new OrderedMap<Asked>();
  readonly #fenceHolds: boolean;
  readonly #leavesOutFlag: boolean;
  readonly #bringsOthers: boolean;
  #hadCopies = false;
  readonly #began: number;
  #waiting: number;
  /** Number of topics for which a message may still come. */
  #open: number;
  /** Resolves when it is settled. */
  readonly settled: Promise<void>;
  #settle: () => void = () => undefined;
  #fence: 'waiting' | 'answered' | 'lost' = 'waiting';
  /** When the last answer came that others may follow. */
  #lastAt: number;
  /** From the SUBSCRIBE to the answer of the fence. */
  #answerMs = 0;

  /**
   * @param fenceHolds this broker answers PINGREQ only after what it owed before
   * @param leavesOutFlag this broker delivers what is stored as if it were live, so that nothing else is waited for
   * @param bringsOthers what came first may be for a filter of others and at their QoS, so that more is waited for
   */
  constructor(
    topics: Iterable<TopicKey>,
    fenceHolds: boolean,
    now: number,
    leavesOutFlag = false,
    bringsOthers = false,
  ) {
    this.#leavesOutFlag = leavesOutFlag;
    this.#bringsOthers = bringsOthers;
    for (const topic of topics)
      this.#asked.set(topic, { answer: 'waiting', granted: 0, stored: null, filled: false, emptied: false });
    this.#waiting = this.#open = this.#asked.size;
    this.settled = new Promise((resolve) => (this.#settle = resolve));
    this.#fenceHolds = fenceHolds;
    this.#began = this.#lastAt = now;
  }

  has(topic: TopicKey): boolean {
    return this.#asked.get(topic) !== undefined;
  }

  /** It was delivered with retain = 1 and a payload. */
  stored(topic: TopicKey, message: StoredMessage, now: number): void {
    const asked = this.#asked.get(topic);
    if (!asked) return;
    if (asked.stored === null || this.#bringsOthers) this.#lastAt = now;
    if (asked.stored !== null) this.#hadCopies = true;
    else if (!this.#isClosed(asked) && !this.#bringsOthers) this.#close();
    asked.stored = laterOf(asked.stored, message);
    asked.filled = asked.emptied = false;
  }

  /** A live message came for the topic meanwhile. */
  live(topic: TopicKey, payload: boolean): void {
    const asked = this.#asked.get(topic);
    if (asked === undefined) return;
    const wasClosed = asked.stored !== null || this.#isClosed(asked);
    if (payload) asked.filled = true;
    else asked.emptied = true;
    if (!wasClosed && this.#isClosed(asked)) this.#close();
  }

  /** What SUBACK says of the filter that asks for these topics; null: it did not come in time. */
  answered(topics: readonly TopicKey[], code: number | null, now: number): void {
    for (const topic of topics) {
      const asked = this.#asked.get(topic);
      if (asked?.answer !== 'waiting') continue;
      this.#waiting--;
      if (code === null) asked.answer = { kind: 'unanswered' };
      else if (code >= 128) asked.answer = { kind: 'refused', code };
      else {
        asked.answer = 'granted';
        asked.granted = code;
      }
      if (asked.stored === null && !this.#isFilled(asked) && isIncomplete(asked.answer)) this.#close();
    }
    this.#lastAt = now;
  }

  /** PINGRESP to a PINGREQ that was sent behind the last SUBSCRIBE, or none in time. */
  fenced(answered: boolean, now: number): void {
    this.#fence = answered ? 'answered' : 'lost';
    this.#answerMs = now - this.#began;
    this.#lastAt = now;
  }

  /** ms for which more may come; 0: the answer is complete. Null while an answer is awaited. */
  rest(now: number): number | null {
    if (this.#waiting > 0 || this.#fence === 'waiting') return null;
    if (this.#fence === 'lost' || this.#fenceHolds || this.isSettled) return 0;
    return Math.max(0, this.#lastAt + quietFor(this.#answerMs) - now);
  }

  /** The QoS that the broker granted for it; 0 where it did not say. */
  granted(topic: TopicKey): number {
    return this.#asked.get(topic)?.granted ?? 0;
  }

  /** A topic came as stored more than once. */
  get hadCopies(): boolean {
    return this.#hadCopies;
  }

  /** Null: it was not asked for. */
  result(topic: TopicKey): Probed | null {
    const asked = this.#asked.get(topic);
    return asked === undefined ? null : this.#judge(asked);
  }

  /** Every topic was delivered or refused, so nothing can follow. */
  get isSettled(): boolean {
    return this.#open === 0;
  }

  /** What came without the flag is all that comes, and says that it has to be asked for otherwise. */
  #isFilled({ filled }: Asked): boolean {
    return this.#leavesOutFlag && filled;
  }

  /** Without a stored message. */
  #isClosed(asked: Asked): boolean {
    return isIncomplete(asked.answer) || this.#isFilled(asked);
  }

  #close(): void {
    if (--this.#open === 0) this.#settle();
  }

  #judge({ answer, stored, filled, emptied }: Asked): Probed {
    if (stored !== null && !emptied) return { kind: 'retained', message: stored };
    if (answer !== 'granted' && answer !== 'waiting') return { kind: 'incomplete', why: answer };
    if (this.#fence !== 'answered' || answer === 'waiting') {
      return { kind: 'incomplete', why: { kind: 'unanswered' } };
    }
    if (stored !== null || filled) return { kind: 'incomplete', why: { kind: 'changing' } };
    return ABSENT;
  }
}

/** Of two deliveries of one message the higher QoS counts, as each is at the QoS of a subscription. */
function laterOf(before: StoredMessage | null, message: StoredMessage): StoredMessage {
  if (before === null || before.qos <= message.qos) return message;
  const isWhole = before.isCrowded !== true && message.isCrowded !== true;
  return isWhole && sameBytes(before.payload, message.payload) ? { ...message, qos: before.qos } : message;
}

const ABSENT: Probed = { kind: 'absent' };

function isIncomplete(answer: Asked['answer']): answer is Incomplete {
  return typeof answer === 'object';
}
