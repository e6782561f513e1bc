import { NO_NODE, ROOT, type Node, type TopicNames, type TopicNodes } from '../columns/nodes.ts';
import { NameOrder } from '../order/keys.ts';
import type { Group } from '../order/groups.ts';
import { TreeOrder } from '../order/tree-order.ts';
import { insertSorted, sortNodes } from '../order/sort.ts';
import { ClosedGroups } from '../order/closed-groups.ts';
import { listed } from '../order/listed.ts';

/** What an outline is to show. */
export interface OutlineScope {
  /** The live columns, or those of a pause. */
  readonly nodes: TopicNodes;
  readonly names: TopicNames;
  /** False for nodes forgotten or added since a pause, whose columns or names must not be used. */
  present(node: Node): boolean;
  expanded(node: Node): boolean;
  /** A filter shows it for itself, so its row stays where none below it has one. */
  stays?(node: Node): boolean;
}

/** Families up to this size are built in one go: at most 0.1 ms. */
const SMALL_FAMILY = 48;
/** Children looked at between two pauses: about 0.1 ms of reading columns in no order. */
const SLICE = 1_024;
/** Children put into the order between two pauses: a block with some room left before it is split. */
const FILL = 384;
/** Deeper levels wait for `work`, because opening each costs a walk to the top. */
const MAX_LIVE_LEVEL = 64;

/** A family too large to be built in one go. */
interface Build {
  readonly group: Group;
  readonly steps: Generator<void, void>;
  /** The next child to gather. */
  cursor: Node;
  /** Came while it was built; may be among the gathered ones too. */
  readonly late: Set<Node>;
  /** Left while it was built; its number may be in use again (then it is in `late`). */
  readonly removed: Set<Node>;
  done: number;
  total: number;
}

/**
 * The rows of a tree as far as it is expanded. Follows every topic that comes or goes at once, and
 * opens what was asked for in slices (`step`), first what lies at the top.
 */
export class Outline {
  readonly order: TreeOrder;
  readonly #scope: OutlineScope;
  readonly #compare: (a: Node, b: Node) => number;
  /** Nodes to open, the next one last. Each is looked at again before it is opened. */
  readonly #wanted: Node[] = [];
  /** Numbers that were given back while they may be in `#wanted`. */
  readonly #stale = new Set<Node>();
  #build: Build | null = null;
  readonly #closed: ClosedGroups;
  #visit: Generator<void, void> | null = null;
  /** Goes before what opens: each looks at what is expanded when its turn comes. */
  #closing: Generator<void, void> | null = null;

  /** @param partialRoot the root's children are put in one by one (by a filter), not gathered */
  constructor(scope: OutlineScope, partialRoot: boolean) {
    this.#scope = scope;
    this.#compare = (a, b) => scope.names.compareNames(a, b);
    this.order = new TreeOrder(new NameOrder(scope.names));
    this.#closed = new ClosedGroups(this.order);
    if (!partialRoot) this.#wanted.push(ROOT);
  }

  /** Rows may still come; closed groups that only wait to be dropped do not count. */
  get building(): boolean {
    return this.#build !== null || this.#wanted.length > 0 || this.#visits;
  }

  get #visits(): boolean {
    return this.#closing !== null || this.#visit !== null;
  }

  get busy(): boolean {
    return this.building || this.#closed.busy;
  }

  /** Share of the only family being built that is done; null where more is to be opened. */
  get share(): number | null {
    if (!this.#build || this.#wanted.length > 0 || this.#visits) return null;
    return Math.min(1, this.#build.done / Math.max(1, this.#build.total));
  }

  /** The node became expanded. */
  open(node: Node): void {
    const group = this.order.groups.get(node);
    if (group && this.#build?.group === group) return;
    const stays = group?.up && this.order.groups.get(group.up.node) === group.up;
    if (group && stays) this.order.setOpen(group, true);
    else this.#wanted.push(node);
  }

  /** The node became collapsed. */
  close(node: Node): void {
    const group = this.order.groups.get(node);
    if (!group) return;
    if (this.#build?.group === group) {
      this.#abandon();
      return;
    }
    this.order.setOpen(group, false);
    // What a filter found stays: only a new scan could find it again.
    if (!group.partial) this.#closed.add(group);
  }

  /** Opens whatever is expanded now, below one node or everywhere. */
  openAll(below: Node | null): void {
    this.#visit = this.#visitGroups(this.#visit ? null : below);
  }

  /** Closes the children of a node that are not expanded any more. */
  closeBelow(node: Node): void {
    const group = this.order.groups.get(node);
    if (group) this.#closing = this.#closeSome(group, this.#closing);
  }

  /** Nothing is expanded any more. */
  closeAll(): void {
    if (this.#build && this.#build.group !== this.order.root) this.#abandon();
    const rootIsWanted = this.#wanted.includes(ROOT);
    this.#wanted.length = 0;
    if (rootIsWanted) this.#wanted.push(ROOT);
    this.#closed.clear();
    this.#visit = this.#closing = null;
    this.order.flatten();
  }

  /** The columns were exchanged: what is half built begins again. */
  restart(): void {
    const node = this.#build?.group.node;
    this.#abandon();
    if (node !== undefined) this.#wanted.push(node);
  }

  /** A number is in use again. */
  revive(node: Node): void {
    if (this.#stale.size > 0) this.#stale.delete(node);
  }

  /** A node came. @param alone it is its parent's first child, so that nothing has to be gathered */
  added(node: Node, parent: Node, alone: boolean): void {
    this.revive(node);
    const group = this.order.groups.get(parent);
    if (group && this.#build?.group === group) {
      this.#build.late.add(node);
      return;
    }
    if (group) {
      this.order.insert(group, node);
      // After a pause its children may have been added before it.
      if (this.#canOpen(node, group)) this.#wanted.push(node);
    } else if (this.#scope.expanded(parent)) {
      if (!alone || this.#scope.nodes.level(parent) > MAX_LIVE_LEVEL) this.#wanted.push(parent);
      else this.#openSmall(parent, [node]);
    }
  }

  /** A filter does not show it any more, nor anything below it. */
  drop(node: Node, parent: Node): void {
    const group = this.order.groups.get(parent);
    if (group && this.order.remove(group, node) && group.size === 0) this.#prune(group);
  }

  /** A node is about to leave. */
  removed(node: Node, parent: Node): void {
    if (this.#wanted.length > 0 || this.#build) this.#stale.add(node);
    const own = this.order.groups.get(node);
    if (own && this.#build?.group === own) this.#abandon();
    this.order.forget(node);
    const group = this.order.groups.get(parent);
    if (!group) return;
    const build = this.#build;
    if (build && build.group === group) {
      build.removed.add(node);
      build.late.delete(node);
      if (build.cursor === node) build.cursor = this.#scope.nodes.nextSibling(node);
      this.order.remove(group, node);
      return;
    }
    this.order.remove(group, node);
    if (group.size === 0) this.#prune(group);
  }

  /** About 0.1 ms of what is to be done; false if there is nothing. */
  step(): boolean {
    if (this.#build) {
      if (this.#build.steps.next().done) this.#build = null;
      return true;
    }
    const node = this.#wanted.pop();
    if (node !== undefined) {
      this.#start(node);
      return true;
    }
    this.#stale.clear();
    if (this.#closing) {
      if (this.#closing.next().done) this.#closing = null;
    } else if (this.#visit) {
      if (this.#visit.next().done) this.#visit = null;
    } else return this.#closed.step();
    return true;
  }

  /** Expandable and expanded, but its children have no rows yet in this family of its parent. */
  #canOpen(node: Node, up: Group): boolean {
    if (this.#scope.nodes.childCount(node) === 0 || !this.#scope.expanded(node)) return false;
    const group = this.order.groups.get(node);
    return !group?.open || group.up !== up;
  }

  #wantChildren(nodes: readonly Node[], up: Group): void {
    for (let at = nodes.length - 1; at >= 0; at--) {
      const node = nodes[at] ?? 0;
      if (this.#canOpen(node, up)) this.#wanted.push(node);
    }
  }

  /** An empty family has no rows; a filter's parents without matches are no rows themselves. */
  #prune(group: Group): void {
    let empty: Group | null = group;
    while (empty && empty.size === 0 && empty !== this.order.root) {
      const up: Group | null = empty.up;
      const node = empty.node;
      this.order.detach(empty);
      this.order.forget(node);
      if (!empty.partial || !up || this.#scope.stays?.(node)) return;
      this.order.remove(up, node);
      empty = up;
    }
  }

  #start(node: Node): void {
    const { nodes } = this.#scope;
    if (node === ROOT) {
      this.#startBuild(this.order.root);
      return;
    }
    if (this.#stale.has(node) || !this.#scope.present(node)) return;
    const up = this.order.groups.get(nodes.parent(node));
    if (!up || !this.#canOpen(node, up)) return;
    const group = this.order.groups.get(node);
    if (group) {
      this.#reopen(group, up);
      return;
    }
    if (nodes.childCount(node) > SMALL_FAMILY) {
      const started = this.order.create(node, false);
      if (this.order.attach(started, up)) this.#startBuild(started);
      else this.order.forget(node);
      return;
    }
    const children: Node[] = [];
    for (let child = nodes.firstChild(node); child !== NO_NODE; child = nodes.nextSibling(child)) {
      if (!this.#scope.present(child)) continue;
      insertSorted(children, child, this.#compare);
    }
    this.#openSmall(node, children);
  }

  /** @param children sorted */
  #openSmall(node: Node, children: Node[]): void {
    const up = this.order.groups.get(this.#scope.nodes.parent(node));
    if (!up || children.length === 0) return;
    if (this.#build?.group === up) {
      this.#wanted.push(node);
      return;
    }
    const group = this.order.create(node, false);
    this.order.append(group, children);
    group.open = true;
    if (!this.order.attach(group, up)) {
      this.order.forget(node);
      return;
    }
    this.#wantChildren(children, group);
  }

  /** Still there after it was collapsed, whether its parent's family is the same or a new one. */
  #reopen(group: Group, up: Group): void {
    if (group.up !== up) {
      this.order.detach(group);
      this.order.attach(group, up);
    }
    this.order.setOpen(group, true);
  }

  #startBuild(group: Group): void {
    this.order.setOpen(group, true);
    const { nodes } = this.#scope;
    const build: Build = {
      group,
      steps: this.#buildSteps(() => build),
      cursor: nodes.firstChild(group.node),
      late: new Set(),
      removed: new Set(),
      done: 0,
      // Gathering, sorting and filling count alike.
      total: 3 * nodes.childCount(group.node),
    };
    this.#build = build;
  }

  *#buildSteps(current: () => Build): Generator<void, void> {
    const build = current();
    const { group } = build;
    const gathered = yield* this.#gather(build);
    const sorted = yield* sortNodes(gathered, this.#scope.names, build.removed);
    build.done += gathered.length;
    yield* this.#fill(build, sorted);
    for (const node of build.late) {
      this.order.insert(group, node);
      yield;
    }
    // Those that come from here on are inserted at once.
    this.#build = null;
    if (group.size === 0) this.#prune(group);
  }

  *#gather(build: Build): Generator<void, Int32Array> {
    let found: Int32Array = new Int32Array(Math.max(16, this.#scope.nodes.childCount(build.group.node)));
    let count = 0;
    for (let seen = 1; build.cursor !== NO_NODE; seen++) {
      const node = build.cursor;
      build.cursor = this.#scope.nodes.nextSibling(node);
      if (this.#scope.present(node)) {
        if (count === found.length) found = doubled(found);
        found[count++] = node;
      }
      build.done++;
      if (seen % SLICE === 0) yield;
    }
    return found.subarray(0, count);
  }

  /** Backwards through the wanted ones, so that the topmost one is opened first. */
  *#fill(build: Build, nodes: Int32Array): Generator<void, void> {
    const { group } = build;
    for (let from = 0; from < nodes.length; from += FILL) {
      const to = Math.min(nodes.length, from + FILL);
      let part = listed(nodes, from, to);
      if (build.removed.size > 0) part = part.filter((node) => !build.removed.has(node));
      if (part.length > 0) this.order.append(group, part);
      build.done += to - from;
      yield;
    }
    for (let b = group.blocks.length - 1; b >= 0; b--) {
      this.#wantChildren(group.blocks[b]?.nodes ?? [], group);
      yield;
    }
  }

  #abandon(): void {
    const group = this.#build?.group;
    this.#build = null;
    if (!group) return;
    if (group === this.order.root) this.order.clear();
    else {
      this.order.detach(group);
      this.order.forget(group.node);
    }
  }

  *#closeSome(group: Group, next: Generator<void, void> | null): Generator<void, void> {
    for (let b = 0; b < group.blocks.length; b++) {
      for (const sub of group.blocks[b]?.subs ?? []) {
        if (sub?.open === true && !this.#scope.expanded(sub.node)) this.close(sub.node);
      }
      yield;
    }
    if (next) yield* next;
  }

  *#visitGroups(below: Node | null): Generator<void, void> {
    const only = below === null ? null : this.order.groups.get(below);
    for (const group of only ? [only] : this.order.groups.values()) {
      if (!group.open && this.#scope.expanded(group.node)) this.order.setOpen(group, true);
      let removals = this.order.removedBlocks;
      for (let b = 0; b < group.blocks.length; b++) {
        this.#wantChildren(group.blocks[b]?.nodes ?? [], group);
        yield;
        if (removals === this.order.removedBlocks) continue;
        // Blocks may have moved to the left of where this is.
        removals = this.order.removedBlocks;
        b = -1;
      }
    }
  }
}

function doubled(nodes: Int32Array): Int32Array {
  const larger = new Int32Array(2 * nodes.length);
  larger.set(nodes);
  return larger;
}
