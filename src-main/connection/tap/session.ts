import { PacketIdSet } from '../../core/mqtt/packet-ids.ts';

/**
 * The QoS 2 packet ids received and not yet released, of one MQTT *session*: outlives the tap and
 * its connection. The owner keeps it across reconnects, and calls `reset` when CONNACK says session
 * present = 0 (from `TapEvents.received`, which runs before any message after that CONNACK).
 */
export class TapSession {
  readonly #ids = new PacketIdSet();

  /** Messages whose PUBREL is awaited; at most 65,535. */
  get size(): number {
    return this.#ids.size;
  }

  /** False if it was in progress already: a redelivery, to be acknowledged but not delivered again. */
  add(packetId: number): boolean {
    return this.#ids.add(packetId);
  }

  has(packetId: number): boolean {
    return this.#ids.has(packetId);
  }

  /** False if it was not in progress. */
  release(packetId: number): boolean {
    return this.#ids.delete(packetId);
  }

  reset(): void {
    this.#ids.clear();
  }

  /** Some of them, for the diagnostics. */
  first(most: number): number[] {
    return this.#ids.first(most);
  }
}
