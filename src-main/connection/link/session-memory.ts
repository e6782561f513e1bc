import type { PublishMessage } from '../../contract/model/publish-message.ts';
import { PacketIdSet } from '../../core/mqtt/packet-ids.ts';
import { TapSession } from '../tap/session.ts';
import { MqttJsStores, type PacketIdSource } from './mqttjs.ts';

const MOST_IDS = 65_535;
/**
 * Half of all ids, and those of what brokers send begin with 1: some (mochi-mqtt) keep one table of both directions,
 * and refuse a SUBSCRIBE with the id of a message that they have under way.
 */
export const IDS_BEFORE = MOST_IDS >>> 1;

/** Packet ids of our side: unique among what the session still has under way. */
class PacketIds implements PacketIdSource {
  readonly #used = new PacketIdSet();
  readonly #stored: ReadonlyMap<number, unknown>;
  #last: number;

  constructor(stored: ReadonlyMap<number, unknown>, before: number) {
    this.#stored = stored;
    this.#last = before;
  }

  /** No id is free. */
  get full(): boolean {
    return this.#used.size + this.#stored.size >= MOST_IDS;
  }

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
    return this.#used.add(id);
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
  readonly stores = new MqttJsStores();
  readonly ids: PacketIds;

  /** @param before id after which the first one of our side comes */
  constructor(before: number) {
    this.ids = new PacketIds(this.stores.outgoing.packets, before);
  }

  /** A PUBLISH at QoS 1 or 2 is under way from now on. */
  sent(packetId: number, message: PublishMessage): void {
    this.stores.sent(packetId, message);
  }

  /**
   * Under way, in the order in which it was first sent; null where the broker has received the message
   * and only its release is awaited.
   */
  underWay(): [packetId: number, message: PublishMessage | null][] {
    return this.stores.underWay();
  }

  /** It is not sent again. */
  forget(packetId: number): void {
    this.stores.forget(packetId);
    this.ids.deallocate(packetId);
  }

  reset(): void {
    this.received.reset();
    this.stores.clear();
    this.ids.clear();
  }
}
