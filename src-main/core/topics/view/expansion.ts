import type { TopicKey } from '../../../contract/model/model.ts';
import { topicKey } from '../names.ts';
import type { Node, TopicSource } from '../columns/nodes.ts';

/** Expansions remembered of topics that were forgotten: a person makes them by hand. */
const MAX_FORGOTTEN = 1_000;

interface Forgotten {
  readonly key: TopicKey;
  /** The node above it, and which of those that had its number. */
  readonly parent: Node;
  readonly birth: number;
  own: boolean | undefined;
  readonly below: boolean | undefined;
}

/**
 * Which nodes are expanded: a default, defaults for the children of some nodes, and exceptions. Its
 * size follows what a person clicked, never the number of topics.
 */
export class Expansion {
  /** Levels of which all is expanded; Infinity: everything is. */
  #levels: number;
  /** Live, also during a pause: every node that is remembered here is there. */
  readonly #source: TopicSource;
  /** Whether the children of a node are, those to come included. */
  readonly #below = new Map<Node, boolean>();
  readonly #own = new Map<Node, boolean>();
  /** Of topics that are forgotten for now, by the hash of their bytes. */
  readonly #forgotten = new Map<number, Forgotten>();

  constructor(all: boolean, source: TopicSource) {
    this.#levels = all ? Infinity : 0;
    this.#source = source;
  }

  has(node: Node): boolean {
    const own = this.#own.size > 0 ? this.#own.get(node) : undefined;
    if (own !== undefined) return own;
    const below = this.#below.size > 0 ? this.#below.get(this.#source.parent(node)) : undefined;
    if (below !== undefined) return below;
    return this.#levels > 0 && (this.#levels === Infinity || this.#source.level(node) <= this.#levels);
  }

  set(node: Node, expanded: boolean): void {
    this.#own.set(node, expanded);
  }

  setAll(expanded: boolean): void {
    this.setLevels(expanded ? Infinity : 0);
  }

  /** Everything on so many levels from the top is expanded, and nothing below them. */
  setLevels(levels: number): void {
    this.#levels = levels;
    this.#below.clear();
    this.#own.clear();
    this.#forgotten.clear();
  }

  /** Every child of this node, those to come included. */
  setChildren(node: Node, expanded: boolean): void {
    this.#below.set(node, expanded);
    for (const child of this.#own.keys()) if (this.#source.parent(child) === node) this.#own.delete(child);
    // Forgotten topics are children to come.
    const birth = this.#source.birth(node);
    for (const forgotten of this.#forgotten.values())
      if (forgotten.parent === node && forgotten.birth === birth) forgotten.own = undefined;
  }

  /** The node leaves the columns; its number may be given to another one. */
  forget(node: Node): void {
    if (!this.#own.has(node) && !this.#below.has(node)) return;
    const path = this.#source.pathBytes(node);
    if (this.#forgotten.size >= MAX_FORGOTTEN)
      for (const oldest of this.#forgotten.keys()) if (this.#forgotten.delete(oldest)) break;
    const parent = this.#source.parent(node);
    this.#forgotten.set(hash(path), {
      key: topicKey(path),
      parent,
      birth: this.#source.birth(parent),
      own: this.#own.get(node),
      below: this.#below.get(node),
    });
    this.#own.delete(node);
    this.#below.delete(node);
  }

  /** A node is new: it may be one that was forgotten. */
  recall(node: Node): void {
    if (this.#forgotten.size === 0) return;
    const path = this.#source.pathBytes(node);
    const id = hash(path);
    const forgotten = this.#forgotten.get(id);
    if (!forgotten || forgotten.key !== topicKey(path)) return;
    this.#forgotten.delete(id);
    if (forgotten.own !== undefined) this.#own.set(node, forgotten.own);
    if (forgotten.below !== undefined) this.#below.set(node, forgotten.below);
  }
}

/** FNV-1a, 32 bits: only saves making keys of topics that cannot be meant. */
function hash(bytes: Uint8Array): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) state = Math.imul(state ^ (bytes[at] ?? 0), 0x01000193);
  return state;
}
