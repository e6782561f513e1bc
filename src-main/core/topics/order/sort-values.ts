import type { Sorting } from '../../../contract/model/sorting.ts';
import { RecordLook } from '../../history/look.ts';
import { NO_RECORD, ROOT, type Node, type TopicNodes, type TopicSource } from '../columns/nodes.ts';
import { DOLLAR } from '../tree/name-order.ts';
import type { SiblingKeys, SiblingOrder } from './sibling-order.ts';

/** Nodes of a chunk of keys: 32 kB, so that growing never copies. */
const SHIFT = 12;
const MASK = (1 << SHIFT) - 1;
/** Nodes read between two pauses: some 0.1 ms. */
const SLICE = 2_048;
/** Two of these times are as good as the same, ms; of rates, those that differ by less than a tenth. */
const SAME_TIME = 1_000;
const SAME_RATE = 0.1;
/** A silence that weighs half a topic, ms. */
const LONG_SILENCE = 3_600_000;

/** Where figures are read: the live columns, or those of a pause. */
export interface SortScope {
  readonly nodes: TopicNodes;
  readonly names: TopicSource;
  readonly end: Node;
}

/**
 * An order of siblings by a figure as it was when it was first asked for: it stays so, whatever comes, as
 * an order must while rows are found by it. Where figures are the same, names decide. What the broker says
 * of itself comes last at the top, in every order.
 */
export class SortValues implements SiblingOrder, SiblingKeys {
  readonly sorting: Sorting;
  /** Of `SiblingKeys`: there is but one kind of key. */
  readonly length = 1;
  readonly #scope: SortScope;
  readonly #chunks: (Float64Array | undefined)[] = [];
  readonly #look = new RecordLook();

  constructor(scope: SortScope, sorting: Sorting) {
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
    const chunk = (this.#chunks[node >>> SHIFT] ??= new Float64Array(MASK + 1).fill(NaN));
    const known = chunk[node & MASK] ?? NaN;
    if (!Number.isNaN(known)) return known;
    const key = this.#isOfBroker(node) ? Infinity : this.#signed(this.#figure(node));
    chunk[node & MASK] = key;
    return key;
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
    const { nodes } = this.#scope;
    let left = SLICE;
    for (let node = ROOT + 1; node < this.#scope.end; node++) {
      if (nodes.exists(node)) this.key(node);
      if (--left > 0) continue;
      left = SLICE;
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
    return this.sorting.descending ? -figure : figure;
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
