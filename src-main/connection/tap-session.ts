const IDS = 65_536;

/**
 * The QoS 2 packet ids received and not yet released, of one MQTT *session*: outlives the tap and
 * its connection. The owner keeps it across reconnects, and calls `reset` when CONNACK says session
 * present = 0 (from `TapEvents.received`, which runs before any message after that CONNACK).
 */
export class TapSession {
  readonly #bits = new Uint32Array(IDS / 32);
  #size = 0;

  /** Messages whose PUBREL is awaited; at most 65,535. */
  get size(): number {
    return this.#size;
  }

  /** False if it was in progress already: a redelivery, to be acknowledged but not delivered again. */
  add(packetId: number): boolean {
    const word = packetId >>> 5;
    const bit = 1 << (packetId & 31);
    const before = this.#bits[word] ?? 0;
    if ((before & bit) !== 0) return false;
    this.#bits[word] = before | bit;
    this.#size++;
    return true;
  }

  has(packetId: number): boolean {
    return ((this.#bits[packetId >>> 5] ?? 0) & (1 << (packetId & 31))) !== 0;
  }

  /** False if it was not in progress. */
  release(packetId: number): boolean {
    const word = packetId >>> 5;
    const bit = 1 << (packetId & 31);
    const before = this.#bits[word] ?? 0;
    if ((before & bit) === 0) return false;
    this.#bits[word] = before & ~bit;
    this.#size--;
    return true;
  }

  reset(): void {
    this.#bits.fill(0);
    this.#size = 0;
  }
}
