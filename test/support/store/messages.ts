import type { Intake } from '../../../src-main/core/topics/store/intake.ts';
import type { TopicStore } from '../../../src-main/core/topics/store/store.ts';

export interface Sent {
  readonly topic: string | Uint8Array;
  readonly payload?: string | Uint8Array;
  readonly retain?: boolean;
  readonly expiry?: number;
  /** Bytes on the wire, where not all of the payload was taken. */
  readonly size?: number;
  readonly at?: number;
}

const bytesOf = (value: string | Uint8Array): Uint8Array =>
  typeof value === 'string' ? new TextEncoder().encode(value) : value;

/** Hands one message to a store as the tap would: in a chunk that is not its own for long. */
export function send(store: TopicStore, message: Sent): void {
  put(store, { at: store.now, ...message });
}

/** The same for whatever takes messages in. */
export function put(intake: Intake, message: Sent & { readonly at: number }): void {
  const topic = bytesOf(message.topic);
  const payload = bytesOf(message.payload ?? 'x');
  const chunk = new Uint8Array(topic.length + payload.length);
  chunk.set(topic);
  chunk.set(payload, topic.length);
  const end = topic.length;
  const flags = message.retain === true ? 1 : 0;
  intake.message(
    chunk,
    0,
    end,
    end,
    end,
    end,
    chunk.length,
    message.size ?? payload.length,
    flags,
    0,
    message.expiry ?? -1,
    message.at,
    0,
  );
  chunk.fill(0xee);
}
