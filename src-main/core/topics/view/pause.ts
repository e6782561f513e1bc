import type { Node, TopicNodes, TopicSnapshot, TopicSource } from '../columns/nodes.ts';

/** A view that stands still: what it knows, and what it will have to catch up with. */
export class Pause {
  readonly snapshot: TopicSnapshot;
  /** ms since the epoch. */
  readonly at: number;
  /** Nodes that came since and are still there. */
  readonly fresh = new NodeSet();
  /** One more than the highest node there was. */
  readonly end: Node;
  readonly #source: TopicSource;
  readonly #forgotten: number;

  constructor(source: TopicSource, now: number) {
    this.#source = source;
    this.snapshot = source.snapshot();
    this.at = now;
    this.end = source.end;
    this.#forgotten = source.counters().forgottenTopics;
  }

  /** @param forgottenTopics of the counters now */
  tell(forgottenTopics: number): { seq: number; at: number; newMessages: number; newTopics: number } {
    const { snapshot, at } = this;
    const gained = this.#source.topicCount - snapshot.topicCount;
    return {
      seq: snapshot.seq,
      at,
      newMessages: this.#source.lastSeq - snapshot.seq,
      newTopics: Math.max(0, gained + forgottenTopics - this.#forgotten),
    };
  }
}

/** Where a view reads: the live columns, or those of its pause, of which some nodes are gone. */
export class ViewScope {
  readonly names: TopicSource;
  pause: Pause | null = null;

  constructor(source: TopicSource) {
    this.names = source;
  }

  get nodes(): TopicNodes {
    return this.pause?.snapshot ?? this.names;
  }

  /** No node that is shown has this number or a higher one. */
  get end(): Node {
    return this.pause?.end ?? this.names.end;
  }

  /** Messages up to this number. */
  get upTo(): number {
    return this.pause?.snapshot.seq ?? Infinity;
  }

  present(node: Node): boolean {
    return this.pause?.snapshot.exists(node) ?? true;
  }
}

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
