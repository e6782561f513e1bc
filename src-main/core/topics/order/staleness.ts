import type { SortValues } from './sort-values.ts';
import type { TreeOrder } from './tree-order.ts';
import type { Group } from './groups.ts';

/** Rows looked at each time: some 30 µs. */
const STRETCH = 256;

/**
 * Finds out whether the rows would be sorted in another way now, by looking at some of them each time.
 * Once they are stale, they stay so until they are sorted again.
 */
export class Staleness {
  #values: SortValues | null = null;
  #groups: Map<number, Group> | null = null;
  #walk: Generator<boolean, void> | null = null;
  #isStale = false;

  /** @param values by which the order is sorted */
  look(order: TreeOrder, values: SortValues): boolean {
    if (values !== this.#values) this.#isStale = false;
    if (values !== this.#values || order.groups !== this.#groups) this.#walk = null;
    this.#values = values;
    this.#groups = order.groups;
    if (this.#isStale) return true;
    // Small trees are looked at as wholes.
    for (let left = 2; left > 0 && !this.#isStale; left--) {
      this.#walk ??= walk(order, values);
      const step = this.#walk.next();
      if (step.done) this.#walk = null;
      else this.#isStale = step.value;
    }
    return this.#isStale;
  }
}

/** Each step yields whether one of the next rows would now come before the sibling above it. */
function* walk(order: TreeOrder, values: SortValues): Generator<boolean, void> {
  const { groups } = order;
  let left = STRETCH;
  for (const group of groups.values()) {
    // Not shown yet: it is sorted when it is, by the figures of then.
    if (group.unsorted) {
      if (--left > 0) continue;
      left = STRETCH;
      yield false;
      continue;
    }
    for (let b = 0; b < group.blocks.length; b++) {
      const nodes = group.blocks[b]?.nodes ?? [];
      for (let at = 1; at < nodes.length; at++) {
        if (values.isOvertaken(nodes[at - 1] ?? 0, nodes[at] ?? 0)) yield true;
      }
      const following = group.blocks[b + 1]?.nodes[0];
      const last = nodes.at(-1);
      if (following !== undefined && last !== undefined && values.isOvertaken(last, following)) yield true;
      left -= nodes.length;
      if (left > 0) continue;
      left = STRETCH;
      yield false;
      // The group may have been removed since, and the nodes with it.
      if (groups.get(group.node) !== group) break;
    }
  }
}
