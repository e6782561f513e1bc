import type { IPublishPacket, ISubackPacket, QoS } from 'mqtt-packet';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningBroker } from './brokers/running.ts';
import { connectPacketClient, type PacketClient } from '../support/brokers/packet-client.ts';

/** A message as it came over the wire, seen by a client that shares no code with the product. */
export interface Seen {
  readonly topic: string;
  readonly payload: string;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Subscription Identifiers of MQTT 5, in their order. */
  readonly identifiers: readonly number[];
}

export interface ListenOptions {
  readonly version?: 4 | 5;
  readonly qos?: QoS;
  /** Retain as published, of MQTT 5. */
  readonly rap?: boolean;
  readonly identifier?: number;
  readonly clientId?: string;
  readonly clean?: boolean;
}

export interface Listener {
  readonly client: PacketClient;
  /** SUBACK's codes. */
  readonly granted: readonly number[];
  /** Messages so far, in order. */
  seen(): readonly Seen[];
  close(): void;
}

/** Filters in one SUBSCRIBE, as some brokers have a limit of eight. */
const PER_PACKET = 8;
/** So long nothing of what was asked for came: there is nothing more. Generous, as it is the truth. */
const QUIET_MS = 1_200;
const KEEP_ALIVE = 300;

let lastClient = 0;

/** What a broker does, seen by raw packets of MQTT 3.1.1, which every broker here speaks. */
export class Oracle {
  readonly broker: RunningBroker;
  #writer: PacketClient | null = null;
  #lastId = 0;

  constructor(broker: RunningBroker) {
    this.broker = broker;
  }

  /** The next connection for publishing is a new one: the broker was started again. */
  restarted(): void {
    this.#writer?.destroy();
    this.#writer = null;
  }

  connect(options: { version?: 4 | 5; clientId?: string; clean?: boolean } = {}): Promise<PacketClient> {
    return connectPacketClient(this.broker.port, {
      version: options.version ?? 4,
      clientId: options.clientId ?? `oracle-${++lastClient}-${process.pid}`,
      clean: options.clean ?? true,
      keepalive: KEEP_ALIVE,
      // A session that is to outlive its link says so in MQTT 5.
      ...(options.version === 5 && options.clean === false
        ? { properties: { sessionExpiryInterval: 300 } }
        : {}),
    });
  }

  /** At QoS 1 unless asked otherwise: it is acknowledged when this returns. QoS 0 is fenced by a ping. */
  async publish(topic: string, payload: string, more: { qos?: 0 | 1; retain?: boolean } = {}): Promise<void> {
    // A broker may have ended the connection meanwhile.
    if (this.#writer?.socket.destroyed === true) this.restarted();
    this.#writer ??= await this.connect();
    const packet: IPublishPacket = {
      cmd: 'publish',
      topic,
      payload,
      qos: more.qos ?? 1,
      retain: more.retain ?? false,
      dup: false,
      messageId: (this.#lastId = (this.#lastId % 60_000) + 1),
    };
    if (packet.qos === 1) await this.#writer.ask(packet, 'puback');
    else {
      this.#writer.send(packet);
      await this.#writer.fence();
    }
  }

  /** The same payload to many topics at QoS 1; all are acknowledged when this returns. */
  async publishMany(topics: readonly string[], payload: string, retain: boolean): Promise<void> {
    const writer = await this.connect();
    const acknowledged = (): number => writer.received.filter(({ cmd }) => cmd === 'puback').length;
    for (const [index, topic] of topics.entries()) {
      writer.send({ cmd: 'publish', topic, payload, qos: 1, retain, dup: false, messageId: index + 1 });
      // Some brokers end a client that has many unacknowledged.
      if (index % 20 === 19) await within(10_000, () => acknowledged() > index);
    }
    if (!(await within(10_000, () => acknowledged() >= topics.length))) {
      throw new Error(`The broker acknowledged ${acknowledged()} of ${topics.length} messages.`);
    }
    writer.destroy();
  }

  async listen(filters: readonly string[], options: ListenOptions = {}): Promise<Listener> {
    const client = await this.connect(options);
    const granted: number[] = [];
    for (let at = 0; at < filters.length; at += PER_PACKET) {
      const subscriptions = filters.slice(at, at + PER_PACKET).map((topic) => ({
        topic,
        qos: options.qos ?? 1,
        ...(options.version === 5 ? { rap: options.rap ?? false, rh: 0 as const, nl: false } : {}),
      }));
      const answer = await client.ask({
        cmd: 'subscribe',
        messageId: at + 1,
        subscriptions,
        ...(options.identifier === undefined
          ? {}
          : { properties: { subscriptionIdentifier: options.identifier } }),
      });
      granted.push(...((answer as ISubackPacket).granted as number[]));
    }
    return { client, granted, seen: () => messagesOf(client), close: () => client.destroy() };
  }

  /** The stored messages that a filter brings, by topic; waits until nothing more comes. */
  async scan(filter: string, expected = Number.POSITIVE_INFINITY): Promise<Map<string, Seen>> {
    return this.#stored([filter], expected);
  }

  /** The stored messages of exactly these topics: what the broker holds. */
  async stored(...topics: readonly string[]): Promise<Map<string, string>> {
    const found = await this.#stored(topics, topics.length);
    return new Map([...found].map(([topic, { payload }]) => [topic, payload]));
  }

  async #stored(filters: readonly string[], expected: number): Promise<Map<string, Seen>> {
    // At QoS 0: Moquette leaves the retain flag out of stored messages at QoS 1. amqtt ends a link now
    // and then over its SUBSCRIBE, so it is asked once more.
    const ask = (): Promise<Listener> => this.listen(filters, { qos: 0 });
    const listener = await ask().catch(ask);
    // amqtt brings what others asked for as well.
    const asked = (topic: string): boolean => filters.some((filter) => isBelow(filter, topic));
    const wanted = (): Seen[] => listener.seen().filter(({ retain, topic }) => retain && asked(topic));
    let count = -1;
    while (wanted().length > count && wanted().length < expected) {
      count = wanted().length;
      await quiet(() => wanted().length >= expected);
    }
    listener.close();
    return new Map(wanted().map((seen) => [seen.topic, seen]));
  }
}

/** Filters here are topics, or all below one. */
function isBelow(filter: string, topic: string): boolean {
  if (!filter.endsWith('#')) return filter === topic;
  return topic.startsWith(filter.slice(0, -1)) && !topic.startsWith('$');
}

async function quiet(enough: () => boolean): Promise<void> {
  const until = performance.now() + QUIET_MS;
  while (performance.now() < until && !enough()) await delay(20);
}

export function messagesOf(client: PacketClient): Seen[] {
  return client.received.flatMap((packet) => {
    if (packet.cmd !== 'publish') return [];
    const identifier = packet.properties?.subscriptionIdentifier;
    return {
      topic: packet.topic,
      payload: packet.payload.toString(),
      qos: packet.qos,
      retain: packet.retain,
      identifiers: identifier === undefined ? [] : [identifier].flat(),
    };
  });
}

/** Until it holds; what a broker does takes its time. False when it did not within that time. */
export async function within(ms: number, holds: () => boolean): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await delay(10);
  }
  return true;
}
