import { PINGREQ, PUBLISH, SUBSCRIBE } from '../../core/mqtt/packet-types.ts';
import { FLAG_RETAIN } from '../../core/topics/store/intake.ts';
import type { ReceivedNote, SentNote } from './events.ts';

/**
 * A larger read shows that the broker is ahead of us: there is nothing to wait for. 50,000 usual messages a
 * second are 27 kB in the time for which reads are held back.
 */
export const SMALL_READ = 32_768;

/** No retained message for so long: the scan after a SUBSCRIBE is over. */
const QUIET_MS = 300;

/**
 * The longest scan. With retain-as-published live messages look like retained ones, and a SUBACK may
 * never come; holding back must not be off for good.
 */
const LONGEST_SCAN_MS = 60_000;

/** A PINGRESP or acknowledgement later than this tells nothing that some milliseconds would spoil. */
const LONGEST_PING_MS = 30_000;

/** The QoS of a PUBLISH, in its first byte. */
const QOS_BITS = 0x06;

/**
 * Decides when reads may be held back for a moment to be read in larger pieces: not while a broker
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

  /** True if from now on reads must not be held back. */
  sent({ type, flags, at }: SentNote): boolean {
    if (type === SUBSCRIBE) {
      this.#scanSince = this.#scanSeen = at;
      this.#subscribes++;
      return true;
    }
    if (type === PUBLISH && (flags & QOS_BITS) !== 0) {
      this.#unanswered++;
      this.#publishedAt = at;
      return true;
    }
    if (type !== PINGREQ) return false;
    this.#pingAt = at;
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
        this.#answered();
        break;
      case 'puback':
      case 'pubcomp':
        this.#answered();
        break;
      default:
    }
  }

  #answered(): void {
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
  }

  /** A SUBSCRIBE went out, and what it brings may still be coming. */
  get scanning(): boolean {
    return this.#scanSince > 0;
  }

  mayHold(at: number): boolean {
    if (!this.#accepted) return false;
    if (this.#pingAt > 0 && at - this.#pingAt < LONGEST_PING_MS) return false;
    if (this.#unanswered > 0 && at - this.#publishedAt < LONGEST_PING_MS) return false;
    if (this.#scanSince === 0) return true;
    const awaited = this.#subscribes > 0 || at - this.#scanSeen < QUIET_MS;
    if (awaited && at - this.#scanSince < LONGEST_SCAN_MS) return false;
    this.#scanSince = this.#subscribes = 0;
    return true;
  }
}
