import { PINGREQ, PUBLISH, SUBSCRIBE, UNSUBSCRIBE } from '../../core/mqtt/packet-types.ts';
import { FLAG_RETAIN } from '../../core/topics/store/intake.ts';
import { TICK_MS, LONG_TICK_MS } from '../base/coarse-timer.ts';
import type { ReceivedNote, SentNote } from './events.ts';

/**
 * A larger read shows that the broker is ahead of us: there is nothing to wait for. 50,000 usual messages a
 * second are 27 kB in the time for which reads are held back.
 */
export const SMALL_READ = 32_768;

/**
 * Reads are held back this long after a small one: each is a wake-up, and wake-ups are what a quiet stream
 * costs. As long may the time of a message be late. Held back for 8 ms after each read, a scan of retained
 * messages lost some; with 4 ms none did, and scans are not held back at all. What was itself awaited for as
 * long holds nothing back: the next will hardly come sooner, and the end of the hold is a wake-up as well.
 */
export const HOLD_MS = 4;

/**
 * While nobody looks at when single messages come, and none asks for an acknowledgement, reads are held until a tick
 * instead, in which frames are made as well. The longest hold is taken in which no more than the bytes beside it are
 * expected: the less comes, the more room is left in the socket's buffers for bursts.
 */
const LONG_HOLDS = [
  { ms: LONG_TICK_MS, mostBytes: 16_384 },
  { ms: TICK_MS, mostBytes: SMALL_READ },
] as const;

/** How much comes is counted for so long. */
const RATE_MS = LONG_TICK_MS;

/**
 * A read of so much, and of more than twice what was to be expected: more comes than a quiet stream has. Where the
 * window of the link is small and its way long, a sender stops while nobody reads, so nothing is held for long for a
 * while.
 */
const BURST_BYTES = 16_384;
const BURST_MS = 250;

/** So long after a packet of ours what it brings, be it another message, is read as soon as ever. */
const ANSWER_MS = 2_000;

/** No retained message for so long: the scan after a SUBSCRIBE is over. */
const QUIET_MS = 300;

/**
 * The longest scan. With retain-as-published live messages look like retained ones, and a SUBACK may
 * never come; holding back must not be off for good.
 */
const LONGEST_SCAN_MS = 60_000;

/** For a PINGRESP or acknowledgement that comes later than this, a few milliseconds more do not matter. */
const LONGEST_PING_MS = 30_000;

/** The QoS of a PUBLISH, in its first byte. */
const QOS_BITS = 0x06;

/**
 * Decides when reads may be held back briefly to be read in larger pieces: not while a broker
 * sends its retained messages (it drops what its queue cannot hold), not while a round-trip is
 * measured, and not while a message of ours awaits its acknowledgement: a window of 20 would then be
 * filled 200 times a second and no more.
 */
export class ReadPace {
  #accepted = false;
  #scanSince = 0;
  #scanSeen = 0;
  #subscribes = 0;
  #pingAt = 0;
  /** Acknowledgements of messages of ours; only ever grows. */
  answers = 0;
  /** Messages of ours without an acknowledgement, and when the last one left. */
  #unanswered = 0;
  #publishedAt = 0;
  /** When a packet of ours left whose answer somebody may wait for. */
  #saidAt = Number.NEGATIVE_INFINITY;
  #burstAt = Number.NEGATIVE_INFINITY;
  /** When the last read was, and since when its bytes and those of others before it are counted. */
  #readAt = 0;
  #countedFrom = Number.NEGATIVE_INFINITY;
  #counted = 0;
  /** Bytes a millisecond when they were last counted for long enough. */
  #rate = 0;

  /** True if from now on reads must not be held back. */
  sent({ type, flags, at }: SentNote): boolean {
    if (type === SUBSCRIBE) {
      this.#scanSince = this.#scanSeen = at;
      this.#subscribes++;
      return true;
    }
    if (type === PINGREQ) {
      this.#pingAt = at;
      return true;
    }
    if (type !== PUBLISH && type !== UNSUBSCRIBE) return false;
    // What is held back right now may be held back for long.
    const isFirst = at - this.#saidAt >= ANSWER_MS;
    this.#saidAt = at;
    if (type === UNSUBSCRIBE || (flags & QOS_BITS) === 0) return isFirst;
    this.#unanswered++;
    this.#publishedAt = at;
    return true;
  }

  received({ packet, at }: ReceivedNote): void {
    switch (packet.kind) {
      case 'connack':
        this.#accepted = true;
        break;
      case 'suback':
        this.#subscribes = Math.max(0, this.#subscribes - 1);
        this.#scanSeen = at;
        break;
      case 'pingresp':
        this.#pingAt = 0;
        break;
      case 'pubrec':
        if (packet.code < 128) break;
        this.answered();
        break;
      case 'puback':
      case 'pubcomp':
        this.answered();
        break;
      default:
    }
  }

  /** An acknowledgement of a message of ours. */
  answered(): void {
    this.#unanswered = Math.max(0, this.#unanswered - 1);
    this.answers++;
  }

  /** Messages of ours await their acknowledgement: each that comes may let the next one out. */
  get publishing(): boolean {
    return this.#unanswered > 0;
  }

  /** @param flags those of all messages of a chunk, or-ed */
  read(flags: number, at: number): void {
    if (this.#scanSince > 0 && (flags & FLAG_RETAIN) !== 0) this.#scanSeen = at;
    // In a flood nobody asks whether reads may be held back, and the scan is over all the same.
    this.#endScan(at);
  }

  #endScan(at: number): void {
    if (this.#scanSince === 0) return;
    const isAwaited = this.#subscribes > 0 || at - this.#scanSeen < QUIET_MS;
    if (isAwaited && at - this.#scanSince < LONGEST_SCAN_MS) return;
    this.#scanSince = this.#subscribes = 0;
  }

  /** A SUBSCRIBE went out, and what it brings may still be coming, as it was at the last read. */
  get scanning(): boolean {
    return this.#scanSince > 0;
  }

  /**
   * Milliseconds for which reads may be held back after one; 0: not at all.
   *
   * @param size bytes of the read
   * @param flags those of all messages in it, or-ed
   * @param unwatched nobody looks at when single messages come
   */
  holdMs(size: number, flags: number, at: number, unwatched: boolean): number {
    const rate = this.#count(size, at);
    if (size >= SMALL_READ || !this.mayHold(at)) return 0;
    // A broker sends no more of what asks for one until it has the acknowledgements that it waits for.
    const isFree = (flags & QOS_BITS) === 0 && at - this.#saidAt >= ANSWER_MS;
    if (!unwatched || !isFree || at - this.#burstAt < BURST_MS) return HOLD_MS;
    return LONG_HOLDS.find(({ ms, mostBytes }) => rate * ms <= mostBytes)?.ms ?? HOLD_MS;
  }

  /** Bytes a millisecond, with those of this read. */
  #count(size: number, at: number): number {
    const expected = this.#rate * (at - this.#readAt);
    this.#readAt = at;
    if (size >= BURST_BYTES && (size >= SMALL_READ || size > 2 * expected)) this.#burstAt = at;
    this.#counted += size;
    const passed = at - this.#countedFrom;
    const running = this.#counted / Math.max(TICK_MS, passed);
    // A timer may fire a little before its time.
    if (passed < RATE_MS - 2) return Math.max(this.#rate, running);
    this.#rate = running;
    this.#counted = 0;
    this.#countedFrom = at;
    return Math.max(running, size / RATE_MS);
  }

  mayHold(at: number): boolean {
    if (!this.#accepted) return false;
    if (this.#pingAt > 0 && at - this.#pingAt < LONGEST_PING_MS) return false;
    if (this.#unanswered > 0 && at - this.#publishedAt < LONGEST_PING_MS) return false;
    this.#endScan(at);
    return !this.scanning;
  }
}
