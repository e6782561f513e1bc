import type { Sorting } from '../../../contract/model/sorting.ts';
import { NO_RECORD, ROOT, type Node } from '../columns/nodes.ts';
import { DOLLAR } from '../tree/name-order.ts';
import type { ScannedTopics } from '../tree/value-scan.ts';
import { lastingBuffer } from '../../memory.ts';
import type { SiblingOrder } from './sibling-order.ts';

/** Nodes of a chunk of keys: 32 kB, so that growing never copies. */
const SHIFT = 12;
const MASK = (1 << SHIFT) - 1;
/** Nodes read between two pauses: some 0.1 ms. */
const SLICE = 1_024;
/** Likewise, where they are only written to. */
const FILL = 65_536;
/** Two of these times are as good as the same, ms; of rates, those that differ by less than a tenth. */
const SAME_TIME = 1_000;
const SAME_RATE = 0.1;
/** A silence that weighs half a topic, ms. */
const LONG_SILENCE = 3_600_000;

/**
 * An order of siblings by a figure as it was when it was first asked for: it stays so, whatever comes, as
 * an order must while rows are found by it. Where figures are the same, names decide. What the broker says
 * of itself comes last at the top, in every order.
 */
export class SortValues implements SiblingOrder {
  readonly sorting: Sorting;
  readonly #scope: ScannedTopics;
  readonly #chunks: (Float64Array | undefined)[] = [];
  /** Keys of the first nodes in one piece, once all were read: a quarter of the time of looking for a chunk. */
  #first: Float64Array = new Float64Array(0);
  /** Nodes of which the key is there and not in a chunk. */
  #firstEnd: Node = 0;

  constructor(scope: ScannedTopics, sorting: Sorting) {
    this.#scope = scope;
    this.sorting = sorting;
  }

  compare(a: Node, b: Node): number {
    const x = this.key(a);
    const y = this.key(b);
    if (x !== y) return x < y ? -1 : 1;
    const byName = this.#scope.names.compareNames(a, b);
    return this.reversed && x !== Infinity ? -byName : byName;
  }

  /** Comparing is reading two numbers. */
  keys(): null {
    return null;
  }

  /** Names decide alone, from the last to the first. */
  get reversed(): boolean {
    return this.sorting.by === 'name' && this.sorting.descending;
  }

  /** The smaller comes first. */
  key(node: Node): number {
    const known = this.#known(node);
    return Number.isNaN(known) ? this.#take(node, this.#figure(node)) : known;
  }

  /** NaN: it was not asked for yet. */
  #known(node: Node): number {
    return node < this.#firstEnd ? this.#first[node]! : (this.#chunks[node >>> SHIFT]?.[node & MASK] ?? NaN);
  }

  #take(node: Node, figure: number): number {
    const known = this.#known(node);
    if (!Number.isNaN(known)) return known;
    const key = this.#isOfBroker(node) ? Infinity : this.#signed(figure);
    this.#keep(node, key);
    return key;
  }

  #keep(node: Node, key: number): void {
    if (node < this.#firstEnd) this.#first[node] = key;
    else (this.#chunks[node >>> SHIFT] ??= new Float64Array(MASK + 1).fill(NaN))[node & MASK] = key;
  }

  /**
   * Keys of the nodes [from, to) of a list; 0 for removed ones, which have no values. Without a branch
   * between the reads, the waits for memory overlap; they are most of the time that a million reads take.
   */
  readKeys(
    nodes: Int32Array,
    into: Float64Array,
    from: number,
    to: number,
    removed: ReadonlySet<Node>,
  ): void {
    const first = this.#first;
    const end = this.#firstEnd;
    for (let at = from; at < to; at++) {
      const node = nodes[at]!;
      into[at] = node < end ? first[node]! : this.#known(node);
    }
    for (let at = from; at < to; at++) {
      const isKnown = removed.size === 0 && into[at] === into[at];
      if (!isKnown) into[at] = removed.has(nodes[at]!) ? 0 : this.key(nodes[at]!);
    }
  }

  /** The node leaves the columns; its number may be given to another one. */
  forget(node: Node): void {
    if (!Number.isNaN(this.#known(node))) this.#keep(node, NaN);
  }

  /**
   * Reads all figures in the order of the nodes, in which they lie in memory: faster by far where most are needed.
   * Records do not, but sizes need no more than a word of each: that takes less than putting records in order does.
   */
  *readAll(): Generator<void, void> {
    const { by } = this.sorting;
    if (by === 'name') return;
    yield* this.#joinFirst();
    const { nodes } = this.#scope;
    for (let start = ROOT + 1; start < this.#scope.end; start += SLICE) {
      const until = Math.min(this.#scope.end, start + SLICE);
      for (let node = start; node < until; node++) if (nodes.exists(node)) this.key(node);
      yield;
    }
  }

  /**
   * Room in one piece, with the keys that are known. It is made once: two orders may have the same values, and
   * what stands in it stands nowhere else.
   */
  *#joinFirst(): Generator<void, void> {
    if (this.#first.length === 0) this.#first = new Float64Array(lastingBuffer(8 * this.#scope.end));
    while (this.#firstEnd < this.#first.length) {
      const start = this.#firstEnd;
      const until = Math.min(this.#first.length, start + FILL);
      this.#first.fill(NaN, start, until);
      for (let at = start; at < until; at = (at | MASK) + 1) {
        const chunk = this.#chunks[at >>> SHIFT];
        if (chunk) this.#first.set(chunk.subarray(0, Math.min(MASK + 1, until - at)), at);
      }
      this.#firstEnd = until;
      yield;
    }
  }

  /** Whether two siblings, of which the first has its row before the other, have changed places since. */
  isOvertaken(first: Node, second: Node): boolean {
    const { by } = this.sorting;
    if (by === 'name' || this.#isOfBroker(second)) return false;
    const a = this.#figure(first);
    const b = this.#figure(second);
    if (this.#signed(a) <= this.#signed(b)) return false;
    if (by === 'late') return Math.floor(a) !== Math.floor(b);
    if (by === 'seen') return Math.abs(a - b) > SAME_TIME;
    return by !== 'rate' || Math.abs(a - b) > SAME_RATE * Math.max(a, b);
  }

  #signed(figure: number): number {
    const rounded = this.sorting.by === 'rate' ? inUpperHalf(figure) : figure;
    // Never -0, which is another number digit by digit.
    return this.sorting.descending ? 0 - rounded : rounded;
  }

  #figure(node: Node): number {
    const { nodes } = this.#scope;
    switch (this.sorting.by) {
      case 'name':
        return 0;
      case 'seen':
        return nodes.lastSeen(node);
      case 'messages':
        return nodes.subtreeMessages(node);
      case 'rate':
        return nodes.rate(node);
      case 'size':
        return this.#size(node);
      case 'late':
        return this.#lateness(node);
    }
  }

  /** Late topics below; of two that are late themselves, the longer silent one has the more. */
  #lateness(node: Node): number {
    const { nodes } = this.#scope;
    const late = nodes.late(node);
    if (!nodes.isLate(node)) return late;
    const silent = Math.max(0, nodes.now - nodes.lastSeen(node));
    return late + silent / (silent + LONG_SILENCE);
  }

  #isOfBroker(node: Node): boolean {
    const { nodes, names } = this.#scope;
    return nodes.level(node) === 1 && names.pathBytes(node)[0] === DOLLAR;
  }

  /** Of the latest payload of the topic itself; 0 where there is none or it is not kept any more. */
  #size(node: Node): number {
    const { nodes, names } = this.#scope;
    const address = nodes.lastRecord(node);
    return address === NO_RECORD ? 0 : names.log.sizeAt(address);
  }
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** The digits of a number that are in the upper half of its bits, to a millionth: of a rate more says nothing, and they are sorted in half the time. */
function inUpperHalf(number: number): number {
  double[0] = number;
  halves[0] = 0;
  return double[0];
}
