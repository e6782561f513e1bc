import { ROOT, type Node } from '../columns/nodes.ts';
import type { SortValues } from './sort-values.ts';
import { sortByKeys } from './sort.ts';
import type { Group } from './groups.ts';
import { gathered } from './gathered.ts';
import { listed } from './listed.ts';
import { TreeOrder, type OrderFollower } from './tree-order.ts';

/** Families up to this size are sorted in one go, when they are first shown. */
const SMALL_FAMILY = 48;
/** Keys read between two pauses, and rows put in: about 0.1 ms each. */
const SLICE = 1_024;
const FILL = 384;
/** Rows of small families copied between two pauses. */
const SMALL_ROWS = 256;
/** Where larger families have more rows than this share of the nodes, all figures are read first, as they lie in memory. */
const READ_ALL_SHARE = 0.25;

/** A family that is copied in slices. */
interface Copying {
  readonly group: Group;
  /** Added and removed since its rows were taken over. */
  readonly late: Set<Node>;
  readonly removed: Set<Node>;
}

/**
 * The rows of an order, which is by name, in another order: each level is sorted by figures. It follows
 * the other one in whatever happens to it, so that it costs nothing to go back, and rows come and go in
 * both at once. What is there when it begins is copied in slices (`step`); until that is `complete` it is
 * not to be shown.
 */
export class SortedCopy implements OrderFollower {
  readonly order: TreeOrder;
  readonly values: SortValues;
  readonly #base: TreeOrder;
  readonly #nodeCount: () => number;
  #steps: Generator<void, void> | null;
  #copying: Copying | null = null;
  /** Families that were filled in more than one go, to be copied as wholes. */
  readonly #filled = new Set<Node>();
  #copied = 0;
  /** The children of the root are there, so that those that come are put in. */
  #hasRoot: boolean;
  complete: boolean;

  /** @param nodeCount about how many nodes there are */
  constructor(base: TreeOrder, values: SortValues, nodeCount: () => number) {
    this.#base = base;
    this.values = values;
    this.#nodeCount = nodeCount;
    this.order = new TreeOrder(values);
    this.complete = base.groups.size === 1 && base.root.size === 0;
    this.#hasRoot = this.complete;
    this.#steps = this.complete ? null : this.#copyAll();
    base.followers = [...base.followers, this];
  }

  get busy(): boolean {
    return this.#steps !== null || this.#filled.size > 0;
  }

  /** Share of the rows that are copied, until it is complete. */
  get share(): number {
    return Math.min(0.99, this.#copied / Math.max(1, this.#base.total));
  }

  dispose(): void {
    this.#base.followers = this.#base.followers.filter((other) => other !== this);
  }

  /** About 0.1 ms of what is to be done, once nothing is to be done about the other order; false if there is nothing. */
  step(): boolean {
    this.#steps ??= this.#nextFilled();
    if (this.#steps === null) return false;
    if (this.#steps.next().done) this.#steps = null;
    return true;
  }

  created({ node, partial }: Group): void {
    if (this.#copying?.group.node === node) this.#copying = null;
    this.#filled.delete(node);
    this.order.create(node, partial);
  }

  appended({ node }: Group, nodes: readonly Node[]): void {
    const group = this.order.groups.get(node);
    if (!group || this.#isBehind(node) || !this.#follows(group)) return;
    if (group.size === 0 && nodes.length <= SMALL_FAMILY && node !== ROOT) this.#putSmall(group, nodes);
    else this.#filled.add(node);
  }

  inserted({ node }: Group, child: Node): void {
    const group = this.order.groups.get(node);
    if (!group || this.#filled.has(node)) return;
    if (this.#copying?.group === group) this.#copying.late.add(child);
    else if (this.#follows(group)) this.order.insert(group, child);
  }

  removed({ node }: Group, child: Node): void {
    const group = this.order.groups.get(node);
    if (!group) return;
    if (this.#copying?.group === group) {
      this.#copying.removed.add(child);
      this.#copying.late.delete(child);
    }
    this.order.remove(group, child);
  }

  attached({ node, open }: Group, { node: above }: Group): void {
    const group = this.order.groups.get(node);
    const up = this.order.groups.get(above);
    if (group && up) this.#attach(group, up, open);
  }

  detached({ node }: Group): void {
    const group = this.order.groups.get(node);
    if (group) this.order.detach(group);
  }

  opened({ node }: Group, open: boolean): void {
    const group = this.order.groups.get(node);
    if (group) this.order.setOpen(group, open);
  }

  shut({ node }: Group): void {
    const group = this.order.groups.get(node);
    if (group) this.order.shut(group);
  }

  forgotten(node: Node): void {
    if (this.#copying?.group.node === node) this.#copying = null;
    this.#filled.delete(node);
    this.order.forget(node);
  }

  restarted(): void {
    const isRootWhole = this.complete && !this.#isBehind(ROOT) && this.#base.root.size > 0;
    this.#copying = null;
    this.#filled.clear();
    if (isRootWhole) {
      this.#steps = null;
      this.order.flatten();
      return;
    }
    this.order.clear();
    this.#copied = 0;
    this.#hasRoot = this.#base.root.size === 0;
    this.complete = this.#hasRoot;
    this.#steps = this.complete ? null : this.#copyAll();
  }

  /** What comes into it is put in: all that was there before has been copied. */
  #follows(group: Group): boolean {
    return this.#hasRoot || group !== this.order.root;
  }

  #isBehind(node: Node): boolean {
    return this.#filled.has(node) || this.#copying?.group.node === node;
  }

  *#copyAll(): Generator<void, void> {
    yield* this.#readAhead();
    let left = SMALL_ROWS;
    for (const from of this.#base.groups.values()) {
      const isNew = from === this.#base.root || !this.order.groups.has(from.node);
      if (!isNew) continue;
      // A generator for each of many small families would cost more than they do.
      if (from.size > SMALL_FAMILY) yield* this.#copy(from);
      else this.#copySmall(from);
      this.#hasRoot = true;
      this.#copied += from.size;
      left -= from.size + 4;
      if (left > 0) continue;
      left = SMALL_ROWS;
      yield;
    }
    this.complete = true;
  }

  *#readAhead(): Generator<void, void> {
    let rows = 0;
    let left = SLICE;
    for (const { size } of this.#base.groups.values()) {
      if (size > SMALL_FAMILY) rows += size;
      if (--left > 0) continue;
      left = SLICE;
      yield;
    }
    if (rows > READ_ALL_SHARE * this.#nodeCount()) yield* this.values.readAll();
  }

  #nextFilled(): Generator<void, void> | null {
    for (const node of this.#filled) {
      this.#filled.delete(node);
      const from = this.#base.groups.get(node);
      if (from) return this.#copy(from);
    }
    return null;
  }

  *#copy(from: Group): Generator<void, void> {
    const group = this.#emptied(from);
    const copying: Copying = { group, late: new Set(), removed: new Set() };
    this.#copying = copying;
    yield* this.#copyLarge(from, copying);
    // It went meanwhile, or its children are others by now.
    if (this.#copying !== copying) return;
    this.#copying = null;
    this.#hang(from, group);
  }

  #copySmall(from: Group): void {
    const group = this.#emptied(from);
    for (const { nodes } of from.blocks) this.#putSmall(group, nodes);
    this.#hang(from, group);
  }

  /** The copy of a family, closed while it is filled. */
  #emptied(from: Group): Group {
    const { order } = this;
    const group = order.groups.get(from.node) ?? order.create(from.node, from.partial);
    if (group !== order.root) order.setOpen(group, false);
    return group;
  }

  *#copyLarge(from: Group, copying: Copying): Generator<void, void> {
    const { values, order } = this;
    let nodes = yield* gathered(this.#base.sorted(from));
    const count = nodes.length;
    if (values.reversed) nodes.reverse();
    const keys = new Float64Array(count);
    // Where names alone decide there is nothing to read, except at the top, where the broker's own topics come last.
    const isInOrder = values.reversed && copying.group !== order.root;
    for (let start = 0; start < count && !isInOrder; start += SLICE) {
      // The family was removed as a whole; its nodes are not reported one by one.
      if (this.#copying !== copying) return;
      values.readKeys(nodes, keys, start, Math.min(count, start + SLICE), copying.removed);
      yield;
    }
    if (!isInOrder) nodes = yield* sortByKeys(nodes, keys);
    for (let start = 0; start < count; start += FILL) {
      if (this.#copying !== copying) return;
      const until = Math.min(count, start + FILL);
      const part = listed(nodes, start, until);
      if (copying.removed.size === 0) order.append(copying.group, part);
      else {
        const left = part.filter((node) => !copying.removed.has(node));
        if (left.length > 0) order.append(copying.group, left);
      }
      yield;
    }
    for (const node of copying.late) {
      if (this.#copying !== copying) return;
      order.insert(copying.group, node);
      yield;
    }
  }

  /** Puts the copy where the other has its place, and under it what is there already. */
  #hang(from: Group, group: Group): void {
    const { order } = this;
    const { up } = from;
    // The children of a removed family are not shown.
    const above = up && this.#base.groups.get(up.node) === up ? order.groups.get(up.node) : undefined;
    if (above && !group.up) this.#attach(group, above, from.open);
    for (const { subs } of from.blocks) {
      for (const sub of subs ?? []) {
        const below = sub && order.groups.get(sub.node);
        if (below && !below.up) this.#attach(below, group, sub.open);
      }
    }
    if (group !== order.root) order.setOpen(group, from.open);
  }

  #attach(group: Group, up: Group, open: boolean): void {
    if (group !== this.order.root) this.order.setOpen(group, open);
    this.order.attach(group, up);
  }

  /** Sorted when it is looked at: of a million rows in small families, that is hardly ever. */
  #putSmall(group: Group, nodes: readonly Node[]): void {
    const { order } = this;
    if (group.size > 0) {
      for (const node of nodes) order.insert(group, node);
      return;
    }
    if (nodes.length > 0) order.fill(group, nodes.slice());
  }
}
