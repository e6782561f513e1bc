import { encodeSubscribe, encodeUnsubscribe, type SubscribeFilter } from '../../core/mqtt/encode.ts';
import { SUBSCRIBE, type ProtocolLevel } from '../../core/mqtt/packet-types.ts';
import type { Clock } from '../base/clock.ts';
import type { PacketListener, ReceivedNote, SentNote } from '../tap/events.ts';

/** How a SUBSCRIBE or UNSUBSCRIBE was answered. */
export type Answer =
  | { readonly kind: 'answered'; readonly codes: readonly number[]; readonly reason: string | null }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'closed' };

/** The link as requests need it. */
export interface RequestLink {
  readonly level: ProtocolLevel;
  readonly online: boolean;
  readonly tap: { writePacket(packet: Uint8Array): void };
}

/** Packet ids, unique among what the session has under way. */
export interface RequestIds {
  /** Null if none is free. */
  allocate(): number | null;
  deallocate(id: number): void;
}

interface Waiting {
  readonly settle: (answer: Answer) => void;
  readonly cancel: (() => void) | null;
  readonly written: (() => void) | undefined;
}

/** UNSUBACK, and SUBACK of a probe, may wait behind a flood for that long. */
const ANSWER_TIMEOUT_MS = 10_000;

/** SUBSCRIBE and UNSUBSCRIBE of one link with their answers, which mqtt.js does not need to see. */
export class WireRequests implements PacketListener {
  readonly #link: RequestLink;
  readonly #ids: RequestIds;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();

  constructor(link: RequestLink, ids: RequestIds, clock: Clock) {
    this.#link = link;
    this.#ids = ids;
    this.#clock = clock;
  }

  /**
   * @param subscription Subscription Identifier, 0: none
   * @param written called when the packet was handed to the socket
   * @param timeoutMs null: as long as the link lives; behind a large scan on a slow link it takes minutes
   */
  subscribe(
    filters: readonly SubscribeFilter[],
    subscription: number,
    written?: () => void,
    timeoutMs: number | null = ANSWER_TIMEOUT_MS,
  ): Promise<Answer> {
    return this.#request(
      (id) => encodeSubscribe(this.#link.level, id, filters, subscription),
      timeoutMs,
      written,
    );
  }

  unsubscribe(filters: readonly string[], timeoutMs = ANSWER_TIMEOUT_MS): Promise<Answer> {
    return this.#request((id) => encodeUnsubscribe(this.#link.level, id, filters), timeoutMs);
  }

  sent(note: SentNote): void {
    if (note.type === SUBSCRIBE) this.#waiting.get(note.packetId)?.written?.();
  }

  received({ packet }: ReceivedNote): void {
    if (packet.kind !== 'suback' && packet.kind !== 'unsuback') return;
    this.#settle(packet.packetId, { kind: 'answered', codes: packet.codes, reason: packet.reason });
  }

  close(): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, { kind: 'closed' });
  }

  #request(
    encode: (id: number) => Uint8Array,
    timeoutMs: number | null,
    written?: () => void,
  ): Promise<Answer> {
    if (!this.#link.online) return Promise.resolve({ kind: 'closed' });
    const id = this.#ids.allocate();
    if (id === null) return Promise.resolve({ kind: 'timeout' });
    return new Promise((settle) => {
      const expire = (): void => this.#settle(id, { kind: 'timeout' });
      const cancel = timeoutMs === null ? null : this.#clock.after(timeoutMs, expire);
      this.#waiting.set(id, { settle, cancel, written });
      this.#link.tap.writePacket(encode(id));
    });
  }

  #settle(id: number, answer: Answer): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    waiting.cancel?.();
    // After a time-out the answer may still come, so the id stays taken until the next connection.
    if (answer.kind === 'answered') this.#ids.deallocate(id);
    waiting.settle(answer);
  }
}
