import { SortedCopy } from './sorted-copy.ts';
import type { SortValues } from './sort-values.ts';
import type { TreeOrder } from './tree-order.ts';
import type { Node } from '../columns/nodes.ts';

/** The rows of an order as they are shown: by name, or sorted by figures; meanwhile, as they were before. */
export class Reordering {
  readonly #base: TreeOrder;
  readonly #nodeCount: () => number;
  #shown: SortedCopy | null = null;
  /** What is being sorted, to be shown next. */
  #next: SortedCopy | null = null;

  /** @param nodeCount about how many nodes there are */
  constructor(base: TreeOrder, nodeCount: () => number) {
    this.#base = base;
    this.#nodeCount = nodeCount;
  }

  /** What is shown. */
  get order(): TreeOrder {
    return this.#shown?.order ?? this.#base;
  }

  /** By what it is sorted; null: by name. */
  get values(): SortValues | null {
    return this.#shown?.values ?? null;
  }

  get busy(): boolean {
    return this.#next !== null || this.#shown?.busy === true;
  }

  /** Share of what is being sorted that is done; null where nothing is. */
  get share(): number | null {
    if (this.#next) return this.#next.share;
    return this.#shown?.busy === true ? 0.99 : null;
  }

  /** Null: by name, at once. */
  sort(values: SortValues | null): void {
    this.#next?.dispose();
    this.#next = null;
    if (values === null) {
      this.#shown?.dispose();
      this.#shown = null;
      return;
    }
    this.#next = new SortedCopy(this.#base, values, this.#nodeCount);
    this.#showNext();
  }

  /** About 0.1 ms of what is to be done, once nothing is to be done about the order by name. */
  step(): boolean {
    if (this.#next) {
      this.#next.step();
      this.#showNext();
      return true;
    }
    return this.#shown?.step() ?? false;
  }

  /** A node was removed, and its row. */
  forget(node: Node): void {
    this.#shown?.values.forget(node);
    this.#next?.values.forget(node);
  }

  dispose(): void {
    this.#next?.dispose();
    this.#shown?.dispose();
  }

  #showNext(): void {
    if (this.#next?.complete !== true) return;
    this.#shown?.dispose();
    this.#shown = this.#next;
    this.#next = null;
  }
}
