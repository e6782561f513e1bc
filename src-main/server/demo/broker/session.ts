import type { IConnectPacket, IPublishPacket, ISubscription, QoS } from 'mqtt-packet';
import { matchesFilter } from '../../../core/topics/filters.ts';
import type { Link } from './link.ts';

export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties: IPublishPacket['properties'];
  /** ms since the epoch; null: never. */
  readonly expiresAt: number | null;
  /** Who sent it; null: the broker itself. */
  readonly from: Session | null;
}

export interface Subscription extends ISubscription {
  readonly identifier: number | undefined;
}

/** Of all sessions of a broker together. */
export interface DeliveryCounts {
  sent: number;
  dropped: number;
}

interface InFlight {
  readonly packet: IPublishPacket;
  /** A PUBREC arrived: only the release is outstanding. */
  released: boolean;
}

/** As many as mosquitto sends before it waits for acknowledgements. */
const WINDOW = 20;
/** Messages kept for a client that is away or slow; mosquitto's default as well. */
const QUEUE_MESSAGES = 1_000;
const QUEUE_BYTES = 16 * 2 ** 20;

/** What the broker knows of one client ID. It may outlive its link. */
export class Session {
  readonly clientId: string;
  link: Link | null = null;
  will: IConnectPacket['will'];
  /** Seconds it outlives its link; Infinity: as long as the broker. */
  expirySeconds = 0;
  readonly subscriptions = new Map<string, Subscription>();
  /** QoS 2 messages received and not released yet. */
  readonly incoming = new Set<number>();
  window = WINDOW;
  readonly #counts: DeliveryCounts;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #queue: IPublishPacket[] = [];
  #queueBytes = 0;
  #lastId = 0;

  constructor(clientId: string, counts: DeliveryCounts) {
    this.clientId = clientId;
    this.#counts = counts;
  }

  /** One copy for each subscription that matches, as mosquitto does it. Whether there was any. */
  offer(message: Message, now: number): boolean {
    let matched = false;
    for (const subscription of this.subscriptions.values()) {
      if (!matchesFilter(subscription.topic, message.topic)) continue;
      if (subscription.nl === true && message.from === this) continue;
      matched = true;
      const retain = message.retain && subscription.rap === true;
      this.deliver(message, subscription, retain, now);
    }
    return matched;
  }

  deliver(message: Message, subscription: Subscription, retain: boolean, now: number): void {
    const packet: IPublishPacket = {
      cmd: 'publish',
      topic: message.topic,
      payload: message.payload,
      qos: Math.min(message.qos, subscription.qos) as QoS,
      retain,
      dup: false,
    };
    const properties = outgoing(message, subscription, now);
    if (properties !== undefined) packet.properties = properties;
    if (packet.qos === 0) this.#sendAtMostOnce(packet);
    else if (this.link !== null && this.#inFlight.size < this.window) this.#sendAcknowledged(packet);
    else this.#enqueue(packet);
  }

  /** After CONNACK with session present: what was never acknowledged goes out again. */
  resume(): void {
    for (const [messageId, { packet, released }] of this.#inFlight) {
      if (released) this.link?.send({ cmd: 'pubrel', messageId, reasonCode: 0 });
      else this.#count(this.link?.send({ ...packet, dup: true }));
    }
    this.#fill();
  }

  acknowledged(messageId: number): void {
    this.#inFlight.delete(messageId);
    this.#fill();
  }

  /** PUBREC. False: no such message. */
  received(messageId: number): boolean {
    const entry = this.#inFlight.get(messageId);
    if (entry === undefined) return false;
    entry.released = true;
    return true;
  }

  #fill(): void {
    while (this.link !== null && this.#inFlight.size < this.window) {
      const packet = this.#queue.shift();
      if (packet === undefined) return;
      this.#queueBytes -= packet.payload.length;
      this.#sendAcknowledged(packet);
    }
  }

  #sendAtMostOnce(packet: IPublishPacket): void {
    if (this.link === null) return;
    this.#count(!this.link.congested && this.link.send(packet));
  }

  #sendAcknowledged(packet: IPublishPacket): void {
    const messageId = this.#nextId();
    const numbered = { ...packet, messageId };
    if (this.link?.send(numbered) === true) {
      this.#counts.sent++;
      this.#inFlight.set(messageId, { packet: numbered, released: false });
    } else {
      this.#counts.dropped++;
    }
  }

  #enqueue(packet: IPublishPacket): void {
    const size = packet.payload.length;
    if (this.#queue.length >= QUEUE_MESSAGES || this.#queueBytes + size > QUEUE_BYTES) {
      this.#counts.dropped++;
      return;
    }
    this.#queue.push(packet);
    this.#queueBytes += size;
  }

  #nextId(): number {
    // The window is far smaller than the ids, so a free one is always near.
    do this.#lastId = (this.#lastId % 65_535) + 1;
    while (this.#inFlight.has(this.#lastId));
    return this.#lastId;
  }

  #count(sent: boolean | undefined): void {
    if (sent === true) this.#counts.sent++;
    else this.#counts.dropped++;
  }
}

function outgoing(message: Message, subscription: Subscription, now: number): IPublishPacket['properties'] {
  const own = message.properties;
  if (own === undefined && subscription.identifier === undefined && message.expiresAt === null)
    return undefined;
  const { topicAlias: _, subscriptionIdentifier: __, ...forwarded } = own ?? {};
  const properties: NonNullable<IPublishPacket['properties']> = { ...forwarded };
  if (message.expiresAt !== null) {
    properties.messageExpiryInterval = Math.max(1, Math.ceil((message.expiresAt - now) / 1_000));
  }
  if (subscription.identifier !== undefined) properties.subscriptionIdentifier = subscription.identifier;
  return properties;
}
