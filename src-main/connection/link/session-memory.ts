import { Readable } from 'node:stream';
import type { IStore, Packet } from 'mqtt';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import { TapSession } from '../tap/session.ts';

type Done = (error?: Error) => void;
type Found = (error?: Error, packet?: Packet) => void;
type WithId = Pick<Packet, 'messageId'>;

const idOf = (packet: WithId): number => packet.messageId ?? 0;

/**
 * Packets by id, for mqtt.js, outliving its client. It never replays by itself (its way of doing so
 * holds up everything else until each packet is answered): the stream it reads at the start of a
 * connection is empty, and what is in `SessionMemory` is sent again by the publisher.
 */
class PacketStore implements IStore {
  readonly packets = new Map<number, Packet>();

  put(packet: Packet, done: Done): this {
    this.packets.set(idOf(packet), this.keep(packet));
    done();
    return this;
  }

  protected keep(packet: Packet): Packet {
    return packet;
  }

  createStream(): ReturnType<IStore['createStream']> {
    return Readable.from([]) as unknown as ReturnType<IStore['createStream']>;
  }

  del(packet: WithId, found: Found): this {
    const kept = this.packets.get(idOf(packet));
    this.packets.delete(idOf(packet));
    if (kept) found(undefined, kept);
    else found(new Error('missing packet'));
    return this;
  }

  get(packet: WithId, found: Found): this {
    const kept = this.packets.get(idOf(packet));
    if (kept) found(undefined, kept);
    else found(new Error('missing packet'));
    return this;
  }

  /** The client goes; the session stays. */
  close(done: Done): void {
    done();
  }
}

/** QoS 2 messages whose PUBREL is awaited: the message itself went to the topic store long ago. */
class IncomingPackets extends PacketStore {
  protected override keep(packet: Packet): Packet {
    return { ...packet, topic: '', payload: Buffer.alloc(0), properties: {} } as Packet;
  }
}

/** Publishes of ours that the session has under way: each is a placeholder for mqtt.js, and the message. */
class OutgoingPackets extends PacketStore {
  readonly messages = new Map<number, PublishMessage>();

  /** What it is told by mqtt.js is that a message was received: only its release is under way then. */
  override put(packet: Packet, done: Done): this {
    this.messages.delete(idOf(packet));
    return super.put(packet, done);
  }

  override del(packet: WithId, found: Found): this {
    this.messages.delete(idOf(packet));
    return super.del(packet, found);
  }
}

const MOST_IDS = 65_535;

/** Packet ids of our side: unique among what the session still has under way. */
class PacketIds {
  readonly #used = new Set<number>();
  readonly #stored: ReadonlyMap<number, Packet>;
  #last = 0;

  constructor(stored: ReadonlyMap<number, Packet>) {
    this.#stored = stored;
  }

  /** No id is free. */
  get full(): boolean {
    return this.#used.size + this.#stored.size >= MOST_IDS;
  }

  /** Null if none is free. */
  allocate(): number | null {
    if (this.full) return null;
    do this.#last = (this.#last % MOST_IDS) + 1;
    while (this.#used.has(this.#last) || this.#stored.has(this.#last));
    this.#used.add(this.#last);
    return this.#last;
  }

  /** The one given out last; 0 before the first. */
  getLastAllocated(): number {
    return this.#last;
  }

  register(id: number): boolean {
    if (this.#used.has(id)) return false;
    this.#used.add(id);
    return true;
  }

  deallocate(id: number): void {
    this.#used.delete(id);
  }

  /** A new connection: only what is stored is still under way. */
  clear(): void {
    this.#used.clear();
  }
}

/**
 * What belongs to the MQTT *session* and not to one connection: the QoS 2 state of both directions,
 * unacknowledged publishes and their ids. Forgotten only when CONNACK says session present = 0.
 */
export class SessionMemory {
  readonly received = new TapSession();
  readonly outgoing = new OutgoingPackets();
  readonly incoming = new IncomingPackets();
  readonly ids = new PacketIds(this.outgoing.packets);

  /** A PUBLISH at QoS 1 or 2 is under way from now on. */
  sent(packetId: number, message: PublishMessage): void {
    const { topic, qos, retain } = message;
    const placeholder = { cmd: 'publish', messageId: packetId, topic, qos, retain, dup: false, payload: '' };
    this.outgoing.packets.set(packetId, placeholder as Packet);
    this.outgoing.messages.set(packetId, message);
  }

  /**
   * Under way, in the order in which it was first sent; null where the broker has received the message
   * and only its release is awaited.
   */
  underWay(): [packetId: number, message: PublishMessage | null][] {
    return [...this.outgoing.packets.keys()].map((id) => [id, this.outgoing.messages.get(id) ?? null]);
  }

  /** It is not sent again. */
  forget(packetId: number): void {
    this.outgoing.packets.delete(packetId);
    this.outgoing.messages.delete(packetId);
    this.ids.deallocate(packetId);
  }

  reset(): void {
    this.received.reset();
    this.outgoing.packets.clear();
    this.outgoing.messages.clear();
    this.incoming.packets.clear();
    this.ids.clear();
  }
}
