const IDS = 65_536;

/** A set of packet identifiers in 8 kB. */
export class PacketIdSet {
  readonly #bits = new Uint32Array(IDS / 32);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(packetId: number): boolean {
    return ((this.#bits[packetId >>> 5] ?? 0) & (1 << (packetId & 31))) !== 0;
  }

  /** False if it was a member already. */
  add(packetId: number): boolean {
    if (this.has(packetId)) return false;
    const word = packetId >>> 5;
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (packetId & 31));
    this.#size++;
    return true;
  }

  /** False if it was no member. */
  delete(packetId: number): boolean {
    if (!this.has(packetId)) return false;
    const word = packetId >>> 5;
    this.#bits[word] = (this.#bits[word] ?? 0) & ~(1 << (packetId & 31));
    this.#size--;
    return true;
  }

  clear(): void {
    this.#bits.fill(0);
    this.#size = 0;
  }

  /** The smallest members, at most `most`. */
  first(most: number): number[] {
    const found: number[] = [];
    for (let id = 0; id < IDS && found.length < Math.min(most, this.#size); id++) {
      if (this.has(id)) found.push(id);
    }
    return found;
  }
}
