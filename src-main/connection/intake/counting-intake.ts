import { isShared } from '../../core/topics/filters.ts';
import { FLAG_QOS, FLAG_RETAIN, type Intake } from '../../core/topics/store/intake.ts';
import { FilterBytes } from '../../core/topics/filter-bytes.ts';

const DOLLAR = 0x24;
/** An identifier that we gave out is smaller; the array of counts ends here. */
const LARGE = 65_536;

/** A filter whose messages are found by comparing topic names. */
export interface Matching {
  readonly filter: string;
  readonly counted: () => void;
}

/**
 * Which messages are compared: `every` where a broker sends no subscription identifiers; `unidentified` where it
 * does, but this message came without one, as some brokers send for shared subscriptions.
 */
export type Compared = 'every' | 'unidentified';

interface Matcher {
  readonly matcher: FilterBytes;
  readonly isShared: boolean;
  readonly counted: () => void;
}

/**
 * Stands before the store and counts what the store does not: messages per subscription. On the path of
 * every message, so it does next to nothing.
 */
export class CountingIntake implements Intake {
  readonly #store: Intake;
  readonly #arrived: () => void;
  readonly #isWatched: () => boolean;
  /** By Subscription Identifier; 0 counts those without one. */
  #delivered = new Float64Array(64);
  /** Larger identifiers, which the user chose; only those that are tracked. */
  readonly #large = new Map<number, number>();
  /** What may match topics that begin with `$`, and all others: nearly every message is spared the comparison. */
  #matchingDollar: readonly Matcher[] = [];
  #matchingPlain: readonly Matcher[] = [];
  #compared: Compared = 'every';
  /** Without identifiers: all topics but those that begin with `$`, for `#`. */
  plain = 0;
  /** Messages that a broker may have kept for a client that was away: QoS 1 and 2, not retained. */
  queueable = 0;

  /**
   * @param arrived called for every message; must be cheap
   * @param isWatched asked at every read: whether somebody looks at single messages
   */
  constructor(store: Intake, arrived: () => void, isWatched: () => boolean = () => true) {
    this.#store = store;
    this.#arrived = arrived;
    this.#isWatched = isWatched;
  }

  get unwatched(): boolean {
    return !this.#isWatched();
  }

  delivered(subscription: number): number {
    if (subscription >= LARGE) return this.#large.get(subscription) ?? 0;
    return this.#delivered[subscription] ?? 0;
  }

  /** Counts this Subscription Identifier from now on, however large it is. */
  track(subscription: number): void {
    if (subscription >= LARGE && !this.#large.has(subscription)) this.#large.set(subscription, 0);
  }

  /** Filters counted by comparing names from now on; of `every` message `#` is `plain` and needs none. */
  match(filters: readonly Matching[], compared: Compared): void {
    const matchers = filters.map(({ filter, counted }) => ({
      filter,
      matcher: new FilterBytes(filter),
      isShared: isShared(filter),
      counted,
    }));
    this.#compared = compared;
    // A wildcard never stands for a `$` [MQTT-4.7.2-1]; behind `$share/…/` either may follow.
    this.#matchingDollar = matchers.filter((one) => one.filter.startsWith('$'));
    this.#matchingPlain = matchers.filter((one) => !one.filter.startsWith('$') || one.isShared);
  }

  alsoFor(subscription: number): void {
    if (subscription < this.#delivered.length) {
      this.#delivered[subscription] = (this.#delivered[subscription] ?? 0) + 1;
    } else this.#countBeyond(subscription);
  }

  message(
    bytes: Uint8Array,
    topicStart: number,
    topicEnd: number,
    propertiesStart: number,
    propertiesEnd: number,
    payloadStart: number,
    payloadEnd: number,
    payloadSize: number,
    flags: number,
    subscription: number,
    expiry: number,
    at: number,
    packetId: number,
  ): void {
    this.alsoFor(subscription);
    const isPlain = bytes[topicStart] !== DOLLAR;
    if (isPlain) this.plain++;
    if ((flags & FLAG_QOS) !== 0 && (flags & FLAG_RETAIN) === 0) this.queueable++;
    const matching = isPlain ? this.#matchingPlain : this.#matchingDollar;
    if (matching.length > 0) {
      if (this.#compared === 'every') matchAll(matching, bytes, topicStart, topicEnd);
      else if (subscription === 0) matchOne(matching, bytes, topicStart, topicEnd);
    }
    this.#store.message(
      bytes,
      topicStart,
      topicEnd,
      propertiesStart,
      propertiesEnd,
      payloadStart,
      payloadEnd,
      payloadSize,
      flags,
      subscription,
      expiry,
      at,
      packetId,
    );
    this.#arrived();
  }

  #countBeyond(subscription: number): void {
    if (subscription >= LARGE) {
      const count = this.#large.get(subscription);
      if (count !== undefined) this.#large.set(subscription, count + 1);
      return;
    }
    const larger = new Float64Array(2 ** Math.ceil(Math.log2(subscription + 1)));
    larger.set(this.#delivered);
    this.#delivered = larger;
    this.#delivered[subscription] = 1;
  }
}

function matchAll(matching: readonly Matcher[], bytes: Uint8Array, start: number, end: number): void {
  for (const { matcher, counted } of matching) if (matcher.matches(bytes, start, end)) counted();
}

/**
 * A message without an identifier came for a shared subscription, if one matches: the others carry
 * theirs. If none matches, the broker writes no identifiers at all.
 */
function matchOne(matching: readonly Matcher[], bytes: Uint8Array, start: number, end: number): void {
  const fitting = matching.filter(({ matcher }) => matcher.matches(bytes, start, end));
  const shared = fitting.filter(({ isShared }) => isShared);
  for (const { counted } of shared.length > 0 ? shared : fitting) counted();
}
