import type { Sorting } from '../../../contract/model/sorting.ts';
import { RecordLook } from '../../history/look.ts';
import { NO_RECORD, ROOT, type Node } from '../columns/nodes.ts';
import { DOLLAR } from '../tree/name-order.ts';
import { NodeSet } from '../columns/node-set.ts';
import { ValueScan, type ScannedTopics } from '../tree/value-scan.ts';
import type { SiblingKeys, SiblingOrder } from './sibling-order.ts';

/** Nodes of a chunk of keys: 32 kB, so that growing never copies. */
const SHIFT = 12;
const MASK = (1 << SHIFT) - 1;
/** Nodes read between two pauses: some 0.1 ms. */
const SLICE = 1_024;
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
export class SortValues implements SiblingOrder, SiblingKeys {
  readonly sorting: Sorting;
  /** Of `SiblingKeys`: there is but one kind of key. */
  readonly length = 1;
  readonly #scope: ScannedTopics;
  readonly #chunks: (Float64Array | undefined)[] = [];
  readonly #look = new RecordLook();

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

  keys(): SiblingKeys | null {
    return this.sorting.by === 'name' ? null : this;
  }

  /** Names decide alone, from the last to the first. */
  get reversed(): boolean {
    return this.sorting.by === 'name' && this.sorting.descending;
  }

  /** The smaller comes first. */
  key(node: Node): number {
    const known = this.#chunks[node >>> SHIFT]?.[node & MASK] ?? NaN;
    return Number.isNaN(known) ? this.#take(node, this.#figure(node)) : known;
  }

  #take(node: Node, figure: number): number {
    const chunk = (this.#chunks[node >>> SHIFT] ??= new Float64Array(MASK + 1).fill(NaN));
    const known = chunk[node & MASK]!;
    if (!Number.isNaN(known)) return known;
    const key = this.#isOfBroker(node) ? Infinity : this.#signed(figure);
    chunk[node & MASK] = key;
    return key;
  }

  /**
   * Keys of the nodes [from, to) of a list; 0 of those that are gone, of which nothing can be said. Without a
   * branch between, the waits for memory overlap, which is most of what reading a million of them takes.
   */
  readKeys(nodes: Int32Array, into: Float64Array, from: number, to: number, gone: ReadonlySet<Node>): void {
    const chunks = this.#chunks;
    for (let at = from; at < to; at++) {
      const node = nodes[at]!;
      into[at] = chunks[node >>> SHIFT]?.[node & MASK] ?? NaN;
    }
    for (let at = from; at < to; at++) {
      const isKnown = gone.size === 0 && into[at] === into[at];
      if (!isKnown) into[at] = gone.has(nodes[at]!) ? 0 : this.key(nodes[at]!);
    }
  }

  /** The node leaves the columns; its number may be given to another one. */
  forget(node: Node): void {
    const chunk = this.#chunks[node >>> SHIFT];
    if (chunk) chunk[node & MASK] = NaN;
  }

  /** Reads all figures in the order in which they lie in memory, which is faster by far where most are needed. */
  *readAll(): Generator<void, void> {
    const { by } = this.sorting;
    if (by === 'name') return;
    if (by === 'size') yield* this.#readSizes();
    const { nodes } = this.#scope;
    for (let start = ROOT + 1; start < this.#scope.end; start += SLICE) {
      const until = Math.min(this.#scope.end, start + SLICE);
      for (let node = start; node < until; node++) if (nodes.exists(node)) this.key(node);
      yield;
    }
  }

  /** Likewise: records lie in an order of their own. */
  *#readSizes(): Generator<void, void> {
    const { names } = this.#scope;
    const look = this.#look;
    const scan = new ValueScan(
      this.#scope,
      new NodeSet(),
      () => null,
      (node, address) => {
        const isKept = address !== NO_RECORD && names.log.look(address, look);
        if (this.#scope.nodes.exists(node)) this.#take(node, isKept ? look.size : 0);
        return 1;
      },
    );
    while (scan.scanned < this.#scope.end) {
      scan.step();
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
    // Never -0, which is another number digit by digit.
    return this.sorting.descending ? 0 - figure : figure;
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
    return address !== NO_RECORD && names.log.look(address, this.#look) ? this.#look.size : 0;
  }
}
