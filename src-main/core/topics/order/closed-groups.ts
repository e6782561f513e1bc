import type { Group } from './groups.ts';
import type { TreeOrder } from './tree-order.ts';

/** Closed groups, whose rows are not counted any more. They are dropped in slices, when there is time. */
export class ClosedGroups {
  readonly #order: TreeOrder;
  #closed: Group[] = [];
  #drop: Generator<void, void> | null = null;

  constructor(order: TreeOrder) {
    this.#order = order;
  }

  get busy(): boolean {
    return this.#drop !== null || this.#closed.length > 0;
  }

  add(group: Group): void {
    this.#closed.push(group);
  }

  /** They were removed in another way. */
  clear(): void {
    this.#closed = [];
    this.#drop = null;
  }

  /** About 0.1 ms of dropping; false if there is nothing to drop. */
  step(): boolean {
    if (!this.#drop) {
      const group = this.#closed.pop();
      if (!group) return false;
      this.#drop = this.#dropGroup(group);
    }
    if (this.#drop.next().done) this.#drop = null;
    return true;
  }

  /** From the top down, so that what is still there is always complete and can be shown again. */
  *#dropGroup(group: Group): Generator<void, void> {
    const order = this.#order;
    if (group.open || order.groups.get(group.node) !== group) return;
    order.detach(group);
    order.forget(group.node);
    for (const block of group.blocks) {
      for (const sub of block.subs ?? []) {
        if (!sub) continue;
        order.shut(sub);
        this.#closed.push(sub);
      }
      yield;
    }
  }
}
