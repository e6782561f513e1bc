const IDS = 65_536;

/** A set of packet identifiers in 8 kB. */
export class PacketIdSet {
  readonly #bits = new Uint32Array(IDS / 32);

  has(packetId: number): boolean {
    return ((this.#bits[packetId >>> 5] ?? 0) & (1 << (packetId & 31))) !== 0;
  }

  set(packetId: number, member: boolean): void {
    const word = packetId >>> 5;
    const bit = 1 << (packetId & 31);
    const before = this.#bits[word] ?? 0;
    this.#bits[word] = member ? before | bit : before & ~bit;
  }
}
