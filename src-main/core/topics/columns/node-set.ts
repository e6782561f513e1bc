import type { Node } from './nodes.ts';

/** A set of nodes at one bit each: a pause may see millions come. */
export class NodeSet {
  #bits = new Uint32Array(1_024);

  add(node: Node): void {
    const word = node >>> 5;
    if (word >= this.#bits.length) {
      const larger = new Uint32Array(Math.max(word + 1, 2 * this.#bits.length));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (node & 31));
  }

  delete(node: Node): void {
    const word = node >>> 5;
    if (word < this.#bits.length) this.#bits[word] = (this.#bits[word] ?? 0) & ~(1 << (node & 31));
  }

  has(node: Node): boolean {
    return ((this.#bits[node >>> 5] ?? 0) & (1 << (node & 31))) !== 0;
  }

  /** The first member that is not less; -1 if there is none. At most 8,192 words are looked at. */
  next(from: Node): Node | { readonly continueAt: Node } {
    const end = Math.min(this.#bits.length, (from >>> 5) + 8_192);
    for (let word = from >>> 5; word < end; word++) {
      let bits = this.#bits[word] ?? 0;
      if (word === from >>> 5) bits &= -1 << (from & 31);
      if (bits !== 0) return (word << 5) + 31 - Math.clz32(bits & -bits);
    }
    return end === this.#bits.length ? -1 : { continueAt: end << 5 };
  }
}
