import type { TopicKey } from '../../contract/model/model.ts';
import { NO_NODE, ROOT, type Node, type TopicSource } from '../topics/columns/nodes.ts';
import { FilterBytes } from '../topics/filter-bytes.ts';
import { isAskable, keyBytes, topicKey } from '../topics/names.ts';
import { DOLLAR } from '../topics/tree/name-order.ts';
import { TopicParts } from './parts.ts';
import { levelClass, OddTopics } from './twice.ts';

/** Nodes looked at between two pauses. */
const SLICE = 1_024;

type Topics = Pick<
  TopicSource,
  'find' | 'exists' | 'isTopic' | 'parent' | 'firstChild' | 'nextSibling' | 'pathBytes'
>;

/** A bit for each node, and how many are set. */
class NodeSet {
  #bits = new Uint32Array(64);
  size = 0;

  /** False: it was there. */
  add(node: Node): boolean {
    if (this.has(node)) return false;
    const word = node >>> 5;
    if (word >= this.#bits.length) {
      const larger = new Uint32Array(2 * (word + 1));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (node & 31));
    this.size++;
    return true;
  }

  *nodes(): Generator<Node> {
    for (const [at, word] of this.#bits.entries())
      for (let bits = word; bits !== 0; bits &= bits - 1) yield (at << 5) | (31 - Math.clz32(bits & -bits));
  }

  has(node: Node): boolean {
    return ((this.#bits[node >>> 5] ?? 0) & (1 << (node & 31))) !== 0;
  }
}

/** Topics that the broker sent a stored message of since a search began: it is expected to send them again. */
export class BroughtTopics {
  readonly #topics: Topics;
  #once = new NodeSet();
  #twice = new NodeSet();

  constructor(topics: Topics) {
    this.#topics = topics;
  }

  add(node: Node): void {
    if (!this.#once.add(node)) this.#twice.add(node);
  }

  clear(): void {
    this.#once = new NodeSet();
    this.#twice = new NodeSet();
  }

  get size(): number {
    return this.#once.size;
  }

  /** Topics that came only once. */
  get short(): number {
    return this.#once.size - this.#twice.size;
  }

  cameTwice(key: TopicKey): boolean {
    const node = this.#topics.find(keyBytes(key));
    return node !== NO_NODE && this.#twice.has(node);
  }

  /** How many of them a filter stands for, with a pause after each slice. */
  *within(filter: string): Generator<void, number> {
    const matcher = new FilterBytes(filter);
    let count = 0;
    for (const path of this.#paths()) {
      if (path === null) yield;
      else if (matcher.matches(path, 0, path.length)) count++;
    }
    return count;
  }

  /** So many of them, from all over, that can be asked for by name; with a pause after each slice. */
  *samples(most: number): Generator<void, TopicKey[]> {
    const every = Math.max(1, Math.floor(this.size / most));
    const names: TopicKey[] = [];
    let at = 0;
    for (const path of this.#paths()) {
      if (path === null) yield;
      else if (at++ % every === 0 && names.length < most) {
        const name = topicKey(path);
        if (isAskable(name)) names.push(name);
      }
    }
    return names;
  }

  /** Filters that bring each of them twice where the broker matches otherwise; with a pause after each slice. */
  *otherwise(filter: string): Generator<void, readonly string[]> {
    const odd = new OddTopics(filter);
    let seen = 0;
    for (const node of this.#once.nodes()) {
      if (++seen % SLICE === 0) yield;
      if (!this.#topics.exists(node)) continue;
      const path = this.#topics.pathBytes(node);
      odd.add(topicKey(path), path, this.#twice.has(node));
    }
    return odd.filters;
  }

  /** One of the filters by levels brought all of them, with a pause after each slice. */
  *isOfOneLevel(filter: string): Generator<void, boolean> {
    let known: number | null = null;
    for (const path of this.#paths()) {
      if (path === null) yield;
      else {
        const level = levelClass(filter, path);
        if (known !== null && level !== known) return false;
        known = level;
      }
    }
    return true;
  }

  /** Filters that bring them part by part, of a filter that ends with `#`; none where nothing divides them. */
  *parts(filter: string): Generator<void, readonly string[]> {
    const parts = new TopicParts(filter);
    for (const path of this.#paths()) {
      if (path === null) yield;
      else parts.add(topicKey(path));
    }
    return parts.filters;
  }

  /** Null: here is a pause. */
  *#paths(): Generator<Uint8Array | null> {
    let seen = 0;
    for (const node of this.#once.nodes()) {
      if (++seen % SLICE === 0) yield null;
      if (this.#topics.exists(node)) yield this.#topics.pathBytes(node);
    }
  }

  /**
   * How many messages these filters are expected to bring together, with a pause after each slice.
   *
   * @param filters of a branch (`a/#`), or with one `+` that stands for the children of a level (`a/+/b`, `a/+/b/#`)
   * @param most counting further is of no use
   * @returns null: that is not known
   */
  *expected(filters: readonly string[], most: number): Generator<void, number | null> {
    let sum = 0;
    for (const filter of filters) {
      const count =
        filter.endsWith('/#') && !filter.includes('+')
          ? yield* this.#below(filter.slice(0, -2), most - sum)
          : yield* this.#besides(filter, most - sum);
      if (count === null) return null;
      sum += count;
      if (sum > most) return null;
    }
    return sum;
  }

  /** A topic and all below it. */
  *#below(branch: string, most: number): Generator<void, number | null> {
    const topics = this.#topics;
    const top = topics.find(keyBytes(branch));
    if (top === NO_NODE) return 0;
    let [count, seen] = [0, 0];
    for (let node = top; ;) {
      if (this.#has(node) && ++count > most) return null;
      if (++seen % SLICE === 0) yield;
      // What was forgotten during a pause may stand for something else by now.
      if (!topics.exists(node) || !topics.exists(top)) return null;
      const child = topics.firstChild(node);
      if (child !== NO_NODE) {
        node = child;
        continue;
      }
      while (node !== top && topics.nextSibling(node) === NO_NODE) node = topics.parent(node);
      if (node === top) return count;
      node = topics.nextSibling(node);
    }
  }

  /** The topics of one name below each child of a level, or what lies below a level of that name. */
  *#besides(filter: string, most: number): Generator<void, number | null> {
    const topics = this.#topics;
    const at = filter.indexOf('+');
    const deep = filter.endsWith('/#');
    const above = filter.slice(0, Math.max(0, at - 1));
    const rest = filter.slice(at + 1, deep ? -2 : undefined);
    if (at < 0 || /[+#]/.test(rest)) return null;
    const level = at === 0 ? ROOT : topics.find(keyBytes(above));
    if (level === NO_NODE) return 0;
    let count = 0;
    let child = topics.firstChild(level);
    for (let seen = 1; child !== NO_NODE; seen++) {
      const path = topics.pathBytes(child);
      // `+` does not stand for a first level that begins with a dollar sign.
      if (level !== ROOT || path[0] !== DOLLAR) {
        const name = `${topicKey(path)}${rest}`;
        const some = deep ? yield* this.#below(name, most - count) : this.#at(name);
        if (some === null) return null;
        count += some;
        if (count > most) return null;
      }
      if (seen % SLICE === 0) yield;
      if (!topics.exists(child)) return null;
      child = topics.nextSibling(child);
    }
    return count;
  }

  #at(name: string): 0 | 1 {
    const node = this.#topics.find(keyBytes(name));
    return node !== NO_NODE && this.#has(node) ? 1 : 0;
  }

  #has(node: Node): boolean {
    if (!this.#once.has(node)) return false;
    return this.#topics.exists(node) && this.#topics.isTopic(node);
  }
}
