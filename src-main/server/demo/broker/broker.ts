import type { Duplex } from 'node:stream';
import type {
  IConnackPacket,
  IConnectPacket,
  IDisconnectPacket,
  IPublishPacket,
  ISubscribePacket,
  IUnsubscribePacket,
  Packet,
} from 'mqtt-packet';
import { matchesFilter, isShared } from '../../../core/topics/filters.ts';
import { checkTopicFilter, checkTopicName } from '../../../core/topics/names.ts';
import { Link } from './link.ts';
import { Retained } from './retained.ts';
import type { Session, Message, Subscription } from './session.ts';
import { Sessions } from './sessions.ts';
import { SystemTopics } from './system-topics.ts';
import type { DemoClock } from './time.ts';

/**
 * A small MQTT 3.1, 3.1.1 and 5 broker in this process. It serves the demo and the tests; it is not
 * a product: no users, no shared subscriptions, no topic aliases, nothing on disk.
 */
export interface BrokerOptions {
  readonly clock: DemoClock;
  /** Uniform in [0, 1): names for clients that came without one. */
  readonly random: () => number;
  /** Tests only. True: the broker does nothing with this packet. */
  readonly intercept?: (packet: Packet, link: Link) => boolean;
  /** Further or other fields of the CONNACK of MQTT 5. */
  readonly connackProperties?: IConnackPacket['properties'];
}

export interface LocalMessage {
  readonly topic: string;
  readonly payload: Uint8Array | string;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  readonly properties?: LocalProperties;
}

/** As the contract has them; texts only, as a demo has nothing else to say. */
interface LocalProperties {
  readonly payloadFormatIndicator?: boolean;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  /** In order; a name may occur more than once. */
  readonly userProperties?: readonly (readonly [name: string, value: string])[];
}

/** Links at a time; a demo has a handful. */
const MAX_LINKS = 1_000;
const MAX_SUBSCRIPTIONS = 1_000;
/** Time for the first packet of a link. */
const CONNECT_MS = 10_000;
/** What we let a client have unacknowledged; announced to MQTT 5. */
const RECEIVE_MAXIMUM = 100;

interface Client {
  readonly session: Session;
  readonly keepAliveMs: number;
  lastReceived: number;
  cancelTimer: () => void;
}

export class Broker {
  readonly retained = new Retained();
  readonly counts = { received: 0, sent: 0, dropped: 0, bytesIn: 0, bytesOut: 0, connects: 0 };
  readonly #options: BrokerOptions;
  readonly #clock: DemoClock;
  readonly #links = new Map<Link, Client | null>();
  /** Ends links that do not say who they are. */
  readonly #greetings = new Map<Link, () => void>();
  readonly #sessions: Sessions;
  readonly #listeners = new Set<{ readonly filter: string; readonly run: (message: Message) => void }>();
  readonly #system: SystemTopics;
  #nextLink = 1;
  #closed = false;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#sessions = new Sessions(options.clock, this.counts, (session) => this.#sendWill(session));
    this.#system = new SystemTopics(this, options.clock);
  }

  get links(): readonly Link[] {
    return [...this.#links.keys()];
  }

  get sessions(): readonly Session[] {
    return [...this.#sessions.all()];
  }

  /** Takes over a stream of a new client: a socket, a TLS socket, a WebSocket as a stream. */
  accept(stream: Duplex): Link {
    const link: Link = new Link(stream, this.#nextLink++, {
      packet: (packet) => this.#packet(packet, link),
      malformed: () => this.#disconnect(link, 129),
      closed: () => this.#closedLink(link),
    });
    this.#links.set(link, null);
    this.#greetings.set(
      link,
      this.#clock.after(CONNECT_MS, () => link.destroy()),
    );
    if (this.#closed || this.#links.size > MAX_LINKS) link.destroy();
    return link;
  }

  /** A message from this process, without a socket. */
  publish(message: LocalMessage): void {
    const payload = typeof message.payload === 'string' ? Buffer.from(message.payload) : message.payload;
    this.#route({
      topic: message.topic,
      payload: Buffer.isBuffer(payload) ? payload : Buffer.from(payload),
      qos: message.qos ?? 0,
      retain: message.retain ?? false,
      properties: packetProperties(message.properties),
      expiresAt: null,
      from: null,
    });
  }

  /** Listens inside this process; the answer ends it. */
  listen(filter: string, run: (message: Message) => void): () => void {
    const listener = { filter, run };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends every link (MQTT 5 clients get reason code 139, server shutting down) and every timer. */
  close(): void {
    this.#closed = true;
    this.#system.close();
    for (const link of this.links) this.#disconnect(link, 139);
    this.#sessions.close();
    this.#listeners.clear();
  }

  #packet(packet: Packet, link: Link): void {
    const client = this.#links.get(link);
    if (client) client.lastReceived = this.#clock.now();
    if (this.#options.intercept?.(packet, link) === true) return;
    if (packet.cmd === 'connect') {
      this.#greeted(link);
      if (client) this.#disconnect(link, 130);
      else this.#connect(packet, link);
      return;
    }
    if (!client) link.destroy();
    else this.#fromClient(packet, link, client.session);
  }

  #fromClient(packet: Packet, link: Link, session: Session): void {
    const messageId = packet.messageId ?? 0;
    switch (packet.cmd) {
      case 'publish':
        return this.#published(packet, link, session);
      case 'pubrel': {
        const known = session.incoming.delete(messageId);
        link.send({ cmd: 'pubcomp', messageId, reasonCode: known ? 0 : 146 });
        return;
      }
      case 'puback':
      case 'pubcomp':
        return session.acknowledged(messageId);
      case 'pubrec':
        if ((packet.reasonCode ?? 0) >= 128) return session.acknowledged(messageId);
        link.send({ cmd: 'pubrel', messageId, reasonCode: session.received(messageId) ? 0 : 146 });
        return;
      case 'subscribe':
        return this.#subscribe(packet, link, session);
      case 'unsubscribe':
        return this.#unsubscribe(packet, link, session);
      case 'pingreq':
        link.send({ cmd: 'pingresp' });
        return;
      case 'disconnect':
        return this.#disconnected(packet, link, session);
      default:
        this.#disconnect(link, 130);
    }
  }

  #connect(packet: IConnectPacket, link: Link): void {
    const clean = packet.clean !== false;
    const properties = packet.properties ?? {};
    if (properties.authenticationMethod !== undefined) return this.#refuse(link, 140, 5);
    if (packet.clientId === '' && (link.version === 3 || (!clean && link.version === 4))) {
      return this.#refuse(link, 133, 2);
    }
    if (this.#sessions.full && this.#sessions.get(packet.clientId) === undefined) {
      return this.#refuse(link, 151, 3);
    }
    const assigned = packet.clientId === '' ? `auto-${this.#randomName()}` : null;
    const clientId = assigned ?? packet.clientId;
    // Take-over [MQTT-3.1.4-3]: the old link ends before the new one is answered.
    const old = this.#sessions.get(clientId)?.link;
    if (old) this.#disconnect(old, 142);
    const { session, present } = this.#sessions.open(clientId, clean);
    session.link = link;
    session.will = packet.will;
    session.expirySeconds =
      link.version === 5
        ? expirySeconds(properties.sessionExpiryInterval)
        : clean
          ? 0
          : Number.POSITIVE_INFINITY;
    session.window = Math.min(20, properties.receiveMaximum ?? 65_535);
    link.maximumPacketSize = properties.maximumPacketSize ?? Number.POSITIVE_INFINITY;
    this.counts.connects++;
    const keepAliveMs = (packet.keepalive ?? 0) * 1_000;
    const client: Client = {
      session,
      keepAliveMs,
      lastReceived: this.#clock.now(),
      cancelTimer: () => undefined,
    };
    this.#links.set(link, client);
    const answer: IConnackPacket = { cmd: 'connack', sessionPresent: present, returnCode: 0, reasonCode: 0 };
    if (link.version === 5) answer.properties = this.#connackProperties(assigned);
    link.send(answer);
    if (keepAliveMs > 0) this.#watch(link, client);
    session.resume();
  }

  #connackProperties(assigned: string | null): NonNullable<IConnackPacket['properties']> {
    return {
      receiveMaximum: RECEIVE_MAXIMUM,
      topicAliasMaximum: 0,
      sharedSubscriptionAvailable: false,
      ...(assigned === null ? {} : { assignedClientIdentifier: assigned }),
      ...this.#options.connackProperties,
    };
  }

  #watch(link: Link, client: Client): void {
    const silence = this.#clock.now() - client.lastReceived;
    const left = client.keepAliveMs * 1.5 - silence;
    client.cancelTimer = this.#clock.after(left, () => {
      if (this.#clock.now() - client.lastReceived >= client.keepAliveMs * 1.5) this.#disconnect(link, 141);
      else this.#watch(link, client);
    });
  }

  #published(packet: IPublishPacket, link: Link, session: Session): void {
    const messageId = packet.messageId ?? 0;
    const { topicAlias, responseTopic, messageExpiryInterval: expiry } = packet.properties ?? {};
    if (topicAlias !== undefined) return this.#disconnect(link, 148);
    if (checkTopicName(packet.topic) !== null) return this.#disconnect(link, 144);
    // Whoever answers publishes to it [MQTT-3.3.2-14].
    if (checkTopicName(responseTopic ?? packet.topic) !== null) return this.#disconnect(link, 130);
    this.counts.received++;
    const again = packet.qos === 2 && session.incoming.has(messageId);
    let reached = true;
    if (!again) {
      reached = this.#route({
        topic: packet.topic,
        payload: Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload),
        qos: packet.qos,
        retain: packet.retain,
        properties: packet.properties,
        expiresAt: expiry === undefined ? null : this.#clock.now() + expiry * 1_000,
        from: session,
      });
    }
    // 16: nobody is subscribed; an answer that MQTT 5 alone can give.
    const reasonCode = reached ? 0 : 16;
    if (packet.qos === 1) link.send({ cmd: 'puback', messageId, reasonCode });
    if (packet.qos === 2) {
      session.incoming.add(messageId);
      link.send({ cmd: 'pubrec', messageId, reasonCode });
    }
  }

  /** Whether anybody is subscribed. */
  #route(message: Message): boolean {
    if (message.retain) this.retained.store(message);
    let reached = false;
    const now = this.#clock.now();
    for (const session of this.#sessions.all()) {
      if (session.offer(message, now)) reached = true;
    }
    for (const { filter, run } of this.#listeners) {
      if (!matchesFilter(filter, message.topic)) continue;
      reached = true;
      run(message);
    }
    return reached;
  }

  #subscribe(packet: ISubscribePacket, link: Link, session: Session): void {
    const granted: number[] = [];
    const retained: { subscription: Subscription; known: boolean }[] = [];
    for (const asked of packet.subscriptions) {
      const refusal = this.#refusal(asked.topic, session);
      granted.push(refusal === null ? asked.qos : link.version === 5 ? refusal : 128);
      if (refusal !== null) continue;
      const subscription = { ...asked, identifier: packet.properties?.subscriptionIdentifier };
      retained.push({ subscription, known: session.subscriptions.has(asked.topic) });
      session.subscriptions.set(asked.topic, subscription);
    }
    link.send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted });
    for (const { subscription, known } of retained) {
      const handling = subscription.rh ?? 0;
      if (handling === 2 || (handling === 1 && known)) continue;
      this.#sendRetained(subscription, session);
    }
  }

  #refusal(filter: string, session: Session): number | null {
    if (isShared(filter)) return 158;
    if (checkTopicFilter(filter) !== null) return 143;
    return session.subscriptions.size >= MAX_SUBSCRIPTIONS && !session.subscriptions.has(filter) ? 151 : null;
  }

  #sendRetained(subscription: Subscription, session: Session): void {
    const now = this.#clock.now();
    for (const message of this.retained.matching(subscription.topic, now)) {
      session.deliver(message, subscription, true, now);
    }
  }

  #unsubscribe(packet: IUnsubscribePacket, link: Link, session: Session): void {
    const granted = packet.unsubscriptions.map((filter) => (session.subscriptions.delete(filter) ? 0 : 17));
    link.send({ cmd: 'unsuback', messageId: packet.messageId ?? 0, granted });
  }

  #disconnected(packet: IDisconnectPacket, link: Link, session: Session): void {
    // 4: disconnect with will message.
    if (packet.reasonCode !== 4) session.will = undefined;
    const expiry = packet.properties?.sessionExpiryInterval;
    if (expiry !== undefined) session.expirySeconds = expirySeconds(expiry);
    link.end();
  }

  #refuse(link: Link, reasonCode: number, returnCode: number): void {
    link.send({ cmd: 'connack', sessionPresent: false, reasonCode, returnCode });
    link.end();
  }

  /** The broker ends the link; MQTT 5 clients get the reason. */
  #disconnect(link: Link, reasonCode: number): void {
    if (link.version === 5 && this.#links.get(link)) link.send({ cmd: 'disconnect', reasonCode });
    link.end();
  }

  #greeted(link: Link): void {
    this.#greetings.get(link)?.();
    this.#greetings.delete(link);
  }

  #closedLink(link: Link): void {
    this.#greeted(link);
    const client = this.#links.get(link);
    this.#links.delete(link);
    this.counts.bytesIn += link.bytesIn;
    this.counts.bytesOut += link.bytesOut;
    if (!client) return;
    client.cancelTimer();
    const { session } = client;
    if (session.link !== link) return;
    session.link = null;
    if (!this.#closed) this.#sessions.rest(session);
  }

  #sendWill(session: Session): void {
    const will = session.will;
    session.will = undefined;
    if (will === undefined || checkTopicName(will.topic) !== null) return;
    const { willDelayInterval: _, ...properties } = will.properties ?? {};
    this.#route({
      topic: will.topic,
      payload: Buffer.isBuffer(will.payload) ? will.payload : Buffer.from(will.payload),
      qos: will.qos ?? 0,
      retain: will.retain ?? false,
      properties,
      expiresAt: null,
      from: session,
    });
  }

  #randomName(): string {
    return Math.floor(this.#options.random() * 2 ** 48).toString(36);
  }
}

function expirySeconds(interval: number | undefined): number {
  return interval === 0xffff_ffff ? Number.POSITIVE_INFINITY : (interval ?? 0);
}

/** The packets of this broker have values by name, so that pairs of one name stay in order and names do not. */
function packetProperties(own: LocalProperties | undefined): IPublishPacket['properties'] {
  if (own?.userProperties === undefined) return own as IPublishPacket['properties'];
  const userProperties: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of own.userProperties) (userProperties[name] ??= []).push(value);
  return { ...own, userProperties };
}
