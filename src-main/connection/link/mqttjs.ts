import { Readable, type Duplex } from 'node:stream';
import { MqttClient, type IStore, type Packet } from 'mqtt';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import type { PublishMessage } from '../../contract/model/publish-message.ts';
import type { ProtocolLevel } from '../../core/mqtt/packet-types.ts';

/*
 * The one door to mqtt.js. It keeps the state machine of the protocol: the handshakes of CONNECT, QoS 1
 * and QoS 2, and packets that make no sense. What that costs ends here, and none of its types leaves:
 * - Its CONNECT and its messages never leave. Ours do, byte for byte; it gets placeholders.
 * - Its stores outlive it, since the session does, and it never replays what is in them.
 * - Its timers and its debug calls are off.
 */

type Done = (error?: Error) => void;
type Found = (error?: Error, packet?: Packet) => void;
type WithId = Pick<Packet, 'messageId'>;

const idOf = (packet: WithId): number => packet.messageId ?? 0;

/**
 * Packets by id, outliving the client. It never replays by itself (its way of doing so holds up
 * everything else until each packet is answered): the stream it reads at the start of a connection is
 * empty, and what is under way is sent again by the publisher.
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

  /** mqtt.js calls this when a message was received: only its PUBREL is under way then. */
  override put(packet: Packet, done: Done): this {
    this.messages.delete(idOf(packet));
    return super.put(packet, done);
  }

  override del(packet: WithId, found: Found): this {
    this.messages.delete(idOf(packet));
    return super.del(packet, found);
  }
}

/** The handshakes of one session, over all its clients. */
export class MqttJsStores {
  readonly outgoing = new OutgoingPackets();
  readonly incoming = new IncomingPackets();

  /** A PUBLISH of ours at QoS 1 or 2 is under way from now on. */
  sent(packetId: number, message: PublishMessage): void {
    const { topic, qos, retain } = message;
    const placeholder = { cmd: 'publish', messageId: packetId, topic, qos, retain, dup: false, payload: '' };
    this.outgoing.packets.set(packetId, placeholder as Packet);
    this.outgoing.messages.set(packetId, message);
  }

  /** In the order in which they were first sent; null: only its release is under way. */
  underWay(): [packetId: number, message: PublishMessage | null][] {
    return [...this.outgoing.packets.keys()].map((id) => [id, this.outgoing.messages.get(id) ?? null]);
  }

  forget(packetId: number): void {
    this.outgoing.packets.delete(packetId);
    this.outgoing.messages.delete(packetId);
  }

  clear(): void {
    this.outgoing.packets.clear();
    this.outgoing.messages.clear();
    this.incoming.packets.clear();
  }
}

/** Packet ids of our side, as mqtt.js asks for them. */
export interface PacketIdSource {
  /** Null if none is free. */
  allocate(): number | null;
  getLastAllocated(): number;
  register(id: number): boolean;
  deallocate(id: number): void;
  /** A new connection begins. */
  clear(): void;
}

export interface MqttJsOptions {
  /** The tap. */
  readonly stream: Duplex;
  readonly options: ConnectionOptions;
  readonly clientId: string;
  readonly level: ProtocolLevel;
  readonly stores: MqttJsStores;
  readonly ids: PacketIdSource;
  /** It took the CONNACK: packets can be sent. */
  readonly ready: () => void;
  /** It found fault with a packet that passed the tap, or failed by itself. */
  readonly failed: (error: unknown) => void;
}

/** mqtt.js answers too, later and with less; the notes of the tap are what counts. */
function ignore(): void {}

/** One client of mqtt.js, for one link. */
export class MqttJs {
  readonly #client: MqttClient;

  /** @throws what mqtt.js throws about the options */
  constructor({ stream, options, clientId, level, stores, ids, ready, failed }: MqttJsOptions) {
    this.#client = new MqttClient(() => stream as never, {
      clientId,
      protocolVersion: level,
      protocolId: level === 3 ? 'MQIsdp' : 'MQTT',
      clean: options.cleanStart,
      keepalive: options.keepAlive,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      // The attempt has a clock of its own over all phases; this one must never be first.
      connectTimeout: 2 ** 31 - 1,
      // Keep-alive is ours (two clocks); its timers do nothing. Its debug calls cost a third of the CPU.
      timerVariant: { set: () => 1, clear: () => undefined },
      log: () => undefined,
      // Else it makes a buffer for each number of two bytes when the first connection is opened: 65,536 objects,
      // 8 MB and some 30 ms, for packets that it hardly ever writes.
      writeCache: false,
      incomingStore: stores.incoming,
      outgoingStore: stores.outgoing,
      messageIdProvider: ids,
    });
    this.#client.on('error', failed);
    this.#client.on('connect', ready);
  }

  /** A packet of ours is written that it goes on with, as if it had written it itself. */
  wrote(kind: 'publish' | 'pubrel', packetId: number): void {
    this.#client.outgoing[packetId] = { volatile: false, cmd: kind, cb: ignore };
  }
}
