import type { Quarantined } from '../../contract/model/session-facts.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { Clock } from '../base/clock.ts';

/** Messages kept at most; a broker that takes none of them would fill any list. */
const MOST = 100;
/** Bytes of their payloads. */
const MOST_BYTES = 16 * 2 ** 20;

/**
 * Publishes over which the broker closed the connection. They are never sent again by themselves; the
 * user may send one once more, or discard it. The oldest make room, and are counted.
 */
export class Quarantine {
  readonly #held = new Map<string, { message: PublishMessage; at: number; why: string }>();
  readonly #clock: Clock;
  #last = 0;
  #bytes = 0;
  /** Messages deleted to make room for newer ones. */
  dropped = 0;
  readonly #onDropped: (message: PublishMessage) => void;

  /** @param onDropped called with each message that is deleted to make room */
  constructor(clock: Clock, onDropped: (message: PublishMessage) => void = () => undefined) {
    this.#clock = clock;
    this.#onDropped = onDropped;
  }

  add(message: PublishMessage, why: string): void {
    // What was given may be a part of a larger buffer.
    const payload = new Uint8Array(message.payload);
    this.#held.set(`q${++this.#last}`, { message: { ...message, payload }, at: this.#clock.wall(), why });
    this.#bytes += payload.length;
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= MOST && (this.#bytes <= MOST_BYTES || this.#held.size === 1)) break;
      const message = this.take(oldest);
      if (message === null) continue;
      this.dropped++;
      this.#onDropped(message);
    }
  }

  /** Out of the quarantine; null if it is not in it. */
  take(id: string): PublishMessage | null {
    const held = this.#held.get(id);
    if (!held) return null;
    this.#held.delete(id);
    this.#bytes -= held.message.payload.length;
    return held.message;
  }

  list(): Quarantined[] {
    return [...this.#held].map(([id, { message, at, why }]) => {
      const { topic, qos, retain, payload } = message;
      return { id, topic, qos, retain, size: payload.length, at, why };
    });
  }
}
