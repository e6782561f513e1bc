import { concat } from '../mqtt/encode.ts';
import { NO_NODE, ROOT, type Node, type TopicSource } from '../topics/columns/nodes.ts';
import { MQTT_SEPARATOR } from '../topics/levels.ts';
import { isAskable, keyBytes, topicKey } from '../topics/names.ts';
import { DOLLAR } from '../topics/tree/name-order.ts';
import { byLevels } from './twice.ts';

/**
 * Brokers leave out some of a large answer and say nothing: a subscription that brought no more than so many
 * messages brought all.
 */
export const SAFE_ANSWER = 500;
/** The same of any broker, however it is set up: the smallest queues that are usual hold 100 messages. */
export const SMALL_ANSWER = 50;
/** Of what is sure, so much is asked for at once: some topics are not known yet. */
const EXPECTED_OF_SAFE = 0.8;
/** Filters of a question. */
export const MOST_FILTERS = 200;
/** Children of a level whose insides are taken for those of their brothers. */
const SAMPLES = 4;
/** Brothers whose insides are added up for one filter. */
const MOST_BROTHERS = 1_000;
/** Large branches, the first that are found, of which topics are asked for by how many levels they have. */
const MOST_BY_LEVELS = 3;
/** Filters of one search. */
const MOST_ASKED = 50_000;
/** Nodes looked at between two pauses. */
const SLICE = 1_024;

type Topics = Pick<
  TopicSource,
  'find' | 'exists' | 'isTopic' | 'firstChild' | 'nextSibling' | 'subtreeTopics' | 'pathBytes' | 'separator'
>;

/** A filter that is still to be asked, and how many messages it is thought to bring. */
interface Ask {
  readonly filter: string;
  readonly expected: number;
}

/**
 * Finds what a broker left out of a large answer: whole branches, whose names are unknown. Below a level with
 * few topics, everything is asked for at once. The children of a level with many topics are found by what
 * some of them contain: if `plant/hall-1/state` exists, `plant/+/state` brings a message of each hall, however
 * much lies below them. Where no two halls have a topic of the same name, a level that they share does it:
 * `plant/+/line-2/#`, if that is no more than an answer holds. And where they share nothing, `plant/+/+` and
 * `plant/+/+/+` may, as each leaves out what has more levels or fewer: if none brings more than is sure, that is all.
 *
 * The topics grow with each answer: look, ask, report what came, and repeat until nothing is left to ask.
 */
export class BranchSearch {
  readonly #topics: Topics;
  readonly #filter: string;
  /** Messages of an answer that is complete for certain, and those that a question is expected to bring. */
  readonly #safe: number;
  readonly #most: number;
  readonly #asked = new Set<string>();
  /** Filters that brought more together than is sure. */
  #again: string[] = [];
  /** Children of a level when it was sampled. */
  readonly #sampled = new Map<string, number>();
  /** Filters that ask for more than what is unknown, which other questions bring as well. */
  readonly #wide = new Set<string>();
  /** Filters that brought more than is sure, and cannot be divided. */
  readonly unsure = new Set<string>();
  /** Those that bring all of the search's topics together and did not yet bring no more than is sure. */
  readonly #open: Set<string>;
  #byLevels = 0;

  /**
   * @param filter whose topics are looked for; it was asked already, and brought more than is sure
   * @param safe messages of an answer that is complete for certain
   */
  constructor(topics: Topics, filter: string, safe = SAFE_ANSWER) {
    this.#topics = topics;
    this.#filter = filter;
    this.#safe = Math.min(safe, SAFE_ANSWER);
    this.#most = Math.max(1, Math.floor(this.#safe * EXPECTED_OF_SAFE));
    this.#open = new Set(byLevels(filter));
    // Of a filter with other wildcards, or where the tree is not divided as MQTT divides topics, there is no branch.
    if (!isBranch(filter) || topics.separator !== MQTT_SEPARATOR) this.unsure.add(filter);
  }

  /** Answers that are sure brought all topics: none is missing. */
  get isWhole(): boolean {
    return this.#open.size === 0;
  }

  /** That may bring more than an answer holds, which is no reason to ask again. */
  isWide(filters: readonly string[]): boolean {
    return filters.every((filter) => this.#wide.has(filter));
  }

  /** Filters to be asked together, a list each; with a pause after each slice. */
  *look(): Generator<void, string[][]> {
    if (!isBranch(this.#filter) || this.#topics.separator !== MQTT_SEPARATOR) return [];
    const base = this.#base();
    if (base === NO_NODE || this.#asked.size > MOST_ASKED) return [];
    const asks: Ask[] = [];
    const large: Node[] = [base];
    for (let node = large.pop(); node !== undefined; node = large.pop()) {
      const children = yield* this.#children(node);
      for (const ask of this.#brothers(node, children)) asks.push(ask);
      for (const ask of this.#levels(node)) asks.push(ask);
      for (const child of children) {
        const count = this.#topics.exists(child) ? this.#topics.subtreeTopics(child) : 0;
        if (count > this.#safe) large.push(child);
        // A topic without anything below it is known.
        else if (count > 0 && this.#topics.firstChild(child) !== NO_NODE)
          asks.push({ filter: `${this.#name(child)}/#`, expected: count });
      }
    }
    return this.#grouped(asks);
  }

  /** Those that `#` stands for. */
  *#children(node: Node): Generator<void, readonly Node[]> {
    const children: Node[] = [];
    let child = this.#topics.exists(node) ? this.#topics.firstChild(node) : NO_NODE;
    for (let seen = 1; child !== NO_NODE && this.#topics.exists(child); seen++) {
      if (node !== ROOT || this.#topics.pathBytes(child)[0] !== DOLLAR) children.push(child);
      if (seen % SLICE === 0) yield;
      child = this.#topics.nextSibling(child);
    }
    yield;
    return children;
  }

  /**
   * What a list of filters brought together.
   *
   * @param isOver the broker said that it sent all that it was about to
   * @param meant so many of them, the filters stand for
   */
  answered(filters: readonly string[], stored: number, isOver = true, meant = stored): void {
    if (isOver && stored <= this.#safe) for (const filter of filters) this.#open.delete(filter);
    if (stored <= this.#safe) return;
    const [only] = filters;
    if (filters.length > 1) this.#again.push(...filters);
    else if (only !== undefined && !this.#wide.has(only) && !this.#isDivided(only))
      this.#tooMany(only, meant);
  }

  /** Where a broker reads a branch otherwise than it is meant, its levels may be read well (ejabberd, `/#`). */
  #tooMany(filter: string, meant: number): void {
    const levels = meant <= this.#safe && isBranch(filter) ? byLevels(filter) : [];
    if (levels.length === 0) this.unsure.add(filter);
    for (const one of levels) this.#asked.add(one);
    this.#again.push(...levels);
  }

  /** A branch that turned out to be large is looked at level by level. */
  #isDivided(filter: string): boolean {
    if (!filter.endsWith('/#')) return false;
    const node = this.#topics.find(keyBytes(filter.slice(0, -2)));
    return node !== NO_NODE && this.#topics.subtreeTopics(node) > this.#safe;
  }

  #base(): Node {
    if (this.#filter === '#') return ROOT;
    return this.#topics.find(keyBytes(this.#filter.slice(0, -2)));
  }

  /** Filters that bring a message of each child which is built like one of these. */
  *#brothers(node: Node, children: readonly Node[]): Generator<Ask> {
    const name = this.#name(node);
    if (this.#sampled.get(name) === children.length) return;
    this.#sampled.set(name, children.length);
    const start = node === ROOT ? '' : `${name}/`;
    const expected = children.length;
    yield { filter: `${start}+`, expected };
    for (let n = 0; n < SAMPLES; n++) {
      const child = children[Math.floor((n * children.length) / SAMPLES)];
      if (child === undefined || !this.#topics.exists(child)) continue;
      const from = this.#topics.pathBytes(child).length;
      for (const last of [false, true]) {
        const leaf = this.#leafOf(child, last);
        if (leaf === child) continue;
        yield { filter: `${start}+${topicKey(this.#topics.pathBytes(leaf).slice(from))}`, expected };
      }
      const wide = n % 2 === 0 ? this.#shared(start, child, children) : null;
      if (wide !== null) yield wide;
    }
  }

  /** All below a node by how many levels it has, each by itself: how much of it there is, nobody has counted. */
  *#levels(node: Node): Generator<Ask> {
    if (this.#byLevels >= MOST_BY_LEVELS) return;
    const name = this.#name(node);
    const filters = byLevels(node === ROOT ? '#' : `${name}/#`);
    if (this.#asked.has(filters.at(-1) ?? '')) return;
    if (this.#byLevels++ === 0 && filters[0] === name) yield { filter: name, expected: 1 };
    for (const filter of filters) {
      // Its children are asked for as brothers, and it itself is one.
      if (filter === name || filter === (node === ROOT ? '+' : `${name}/+`)) continue;
      this.#wide.add(filter);
      yield { filter, expected: this.#safe };
    }
  }

  /** The highest level below a child that can be asked for in all of its brothers at once; null if there is none. */
  #shared(start: string, child: Node, children: readonly Node[]): Ask | null {
    if (children.length > MOST_BROTHERS) return null;
    const from = this.#topics.pathBytes(child).length;
    const level = this.#topics.firstChild(child);
    for (let node = level; node !== NO_NODE; node = this.#topics.firstChild(node)) {
      // A topic without anything below it is asked for by its name.
      if (this.#topics.firstChild(node) === NO_NODE) return null;
      const below = this.#topics.pathBytes(node).slice(from);
      const expected = this.#sumOf(children, below);
      if (expected > this.#most) continue;
      const filter = `${start}+${topicKey(below)}/#`;
      this.#wide.add(filter);
      return { filter, expected };
    }
    return null;
  }

  /** Topics below one level of each of these, counted until they are too many. */
  #sumOf(children: readonly Node[], below: Uint8Array): number {
    let sum = 0;
    for (const child of children) {
      if (!this.#topics.exists(child)) continue;
      const node = this.#topics.find(concat([this.#topics.pathBytes(child), below]));
      if (node !== NO_NODE) sum += this.#topics.subtreeTopics(node);
      if (sum > this.#most) break;
    }
    return sum;
  }

  #leafOf(node: Node, last: boolean): Node {
    let leaf = node;
    for (
      let child = this.#topics.firstChild(leaf);
      child !== NO_NODE;
      child = this.#topics.firstChild(leaf)
    ) {
      leaf = child;
      for (let next = child; last && next !== NO_NODE; next = this.#topics.nextSibling(next)) leaf = next;
    }
    return leaf;
  }

  #name(node: Node): string {
    return topicKey(this.#topics.pathBytes(node));
  }

  #grouped(asks: readonly Ask[]): string[][] {
    const groups = this.#again.filter((filter) => !this.#isDivided(filter)).map((filter) => [filter]);
    this.#again = [];
    let [group, sum]: [string[], number] = [[], 0];
    for (const { filter, expected } of asks) {
      if (this.#asked.has(filter) || !isAskable(filter)) continue;
      this.#asked.add(filter);
      if (group.length > 0 && (sum + expected > this.#most || group.length === MOST_FILTERS)) {
        groups.push(group);
        [group, sum] = [[filter], expected];
      } else {
        group.push(filter);
        sum += expected;
      }
    }
    if (group.length > 0) groups.push(group);
    return groups;
  }
}

/** `#` or `a/b/#`. */
function isBranch(filter: string): boolean {
  return filter === '#' || (filter.endsWith('/#') && !/[+#]/.test(filter.slice(0, -2)));
}
