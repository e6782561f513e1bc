import { matchesFilter } from '../../../core/topics/filters.ts';
import type { Message } from './session.ts';

/** Enough for any demo; a client that stores more only replaces what is there. */
const MAX_TOPICS = 200_000;
const MAX_BYTES = 128 * 2 ** 20;

/** The retained message of each topic. */
export class Retained {
  readonly #messages = new Map<string, Message>();
  #bytes = 0;

  get size(): number {
    return this.#messages.size;
  }

  /** An empty payload clears [MQTT-3.3.1-6]. At a bound new topics are not retained. */
  store(message: Message): void {
    const old = this.#messages.get(message.topic);
    if (old !== undefined) {
      this.#messages.delete(message.topic);
      this.#bytes -= cost(old);
    }
    if (message.payload.length === 0) return;
    if (this.#messages.size >= MAX_TOPICS || this.#bytes + cost(message) > MAX_BYTES) return;
    // A copy: what the socket gave is a part of a larger block that would live as long.
    const kept = { ...message, payload: Buffer.from(message.payload), from: null };
    this.#messages.set(message.topic, kept);
    this.#bytes += cost(kept);
  }

  get(topic: string): Message | undefined {
    return this.#messages.get(topic);
  }

  /** In the order in which they were stored. */
  *matching(filter: string, now: number): Generator<Message> {
    for (const message of this.#candidates(filter)) {
      if (message.expiresAt !== null && message.expiresAt <= now) this.#drop(message);
      else if (matchesFilter(filter, message.topic)) yield message;
    }
  }

  #candidates(filter: string): Iterable<Message> {
    if (/[+#]/.test(filter)) return this.#messages.values();
    const exact = this.#messages.get(filter);
    return exact === undefined ? [] : [exact];
  }

  #drop(message: Message): void {
    if (this.#messages.delete(message.topic)) this.#bytes -= cost(message);
  }
}

function cost(message: Message): number {
  return message.payload.length + 2 * message.topic.length;
}
