import { Readable } from 'node:stream';
import type { IStore, Packet } from 'mqtt';
import { TapSession } from '../tap/session.ts';

type Done = (error?: Error) => void;
type Found = (error?: Error, packet?: Packet) => void;
type WithId = Pick<Packet, 'messageId'>;

const idOf = (packet: WithId): number => packet.messageId ?? 0;

/**
 * Packets by id, for mqtt.js, outliving its client. It never replays by itself (its way of doing so
 * holds up everything else until each packet is answered): the stream it reads at the start of a
 * connection is empty, and `OutgoingPackets.pending` is sent again by the publisher.
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

const MOST_IDS = 65_535;

/** Packet ids of our side: unique among what the session still has under way. */
class PacketIds {
  readonly #used = new Set<number>();
  readonly #stored: ReadonlyMap<number, Packet>;
  #last = 0;
  #reused: number | null = null;

  constructor(stored: ReadonlyMap<number, Packet>) {
    this.#stored = stored;
  }

  /** The id that `allocate` gives next; 0 if there is none. */
  peek(): number {
    if (this.#reused !== null) return this.#reused;
    if (this.#used.size + this.#stored.size >= MOST_IDS) return 0;
    let id = this.#last;
    do id = (id % MOST_IDS) + 1;
    while (this.#used.has(id) || this.#stored.has(id));
    return id;
  }

  /** The next `allocate` gives this id: its packet is sent again. */
  reuse(id: number): void {
    this.#reused = id;
  }

  allocate(): number | null {
    if (this.#reused !== null) return this.#takeReused(this.#reused);
    const id = this.peek();
    if (id === 0) return null;
    this.#used.add(id);
    this.#last = id;
    return id;
  }

  #takeReused(id: number): number {
    this.#reused = null;
    this.#used.add(id);
    return id;
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
  readonly outgoing = new PacketStore();
  readonly incoming = new IncomingPackets();
  readonly ids = new PacketIds(this.outgoing.packets);

  reset(): void {
    this.received.reset();
    this.outgoing.packets.clear();
    this.incoming.packets.clear();
    this.ids.clear();
  }
}
