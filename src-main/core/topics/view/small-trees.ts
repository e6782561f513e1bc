import { NO_NODE, ROOT, type Node, type TopicNames } from '../columns/nodes.ts';
import { DOLLAR } from '../tree/name-order.ts';
import type { Expansion } from './expansion.ts';
import type { Outline } from './outline.ts';
import type { ViewScope } from './pause.ts';

/** A branch without others beside it or above it pushes nothing out of sight: it opens with up to so many children. */
const MOST_ALONE = 10_000;
/** Where nothing fits, the smallest branch opens all the same, with up to so many children. */
const MOST_OF_SMALLEST = 200;
/** What opened by itself closes by itself only once the tree is so many times larger than what fits. */
const OUTGROWN = 4;

/**
 * Opens small trees by itself, so that the first look is not at closed rows: level by level, as long as
 * all rows fit on the screen. Goes on while topics come, until a person has touched the tree; what it
 * opened stays open then.
 */
export class SmallTrees {
  readonly #scope: ViewScope;
  readonly #names: TopicNames;
  readonly #expansion: Expansion;
  readonly #outline: Outline;
  readonly #opened = new Set<Node>();
  /** Rows that fit; 0: nothing opens by itself. */
  #most = 0;
  /** Fewer fit than when branches were opened: what does not fit now closes again. */
  #isShorter = false;
  #version = -1;

  constructor(scope: ViewScope, names: TopicNames, expansion: Expansion, outline: Outline) {
    this.#scope = scope;
    this.#names = names;
    this.#expansion = expansion;
    this.#outline = outline;
  }

  /** @param rows that fit on the screen; 0 ends it */
  fit(rows: number): void {
    this.#isShorter = rows < this.#most;
    this.#most = rows;
    this.#version = -1;
    if (rows === 0) this.#opened.clear();
  }

  /** Opens what fits now, of no more nodes than there are rows on the screen; false if nothing changed. */
  look(): boolean {
    const { order, building } = this.#outline;
    if (this.#most === 0 || this.#scope.pause || building || order.version === this.#version) return false;
    this.#version = order.version;
    const chosen = this.#choose();
    const before = this.#opened.size;
    for (const node of chosen) if (!this.#expansion.has(node)) this.#turn(node, true);
    let changed = this.#opened.size > before;
    if (!this.#isShorter && order.total <= OUTGROWN * this.#most) return changed;
    this.#isShorter = false;
    for (const node of this.#opened) {
      if (chosen.has(node)) continue;
      this.#turn(node, false);
      changed = true;
    }
    return changed;
  }

  /** The node leaves the columns; its number may be given to another one. */
  forget(node: Node): void {
    this.#opened.delete(node);
  }

  #turn(node: Node, open: boolean): void {
    if (open) this.#opened.add(node);
    else this.#opened.delete(node);
    this.#expansion.set(node, open);
    if (open) this.#outline.open(node);
    else this.#outline.close(node);
  }

  #choose(): Set<Node> {
    const { nodes } = this.#scope;
    const chosen = new Set<Node>();
    let rows = nodes.childCount(ROOT);
    if (rows > this.#most) return chosen;
    const families = [this.#branches(ROOT)];
    let isSingle = true;
    for (let family = families.shift(); family !== undefined; family = families.shift()) {
      isSingle &&= family.length === 1;
      for (const node of family) {
        const children = nodes.childCount(node);
        const isAlone = isSingle && children <= MOST_ALONE;
        if (rows + children > this.#most && !isAlone) continue;
        chosen.add(node);
        rows += children;
        if (rows <= this.#most) families.push(this.#branches(node));
      }
    }
    if (chosen.size === 0) this.#chooseSmallest(chosen);
    return chosen;
  }

  #chooseSmallest(chosen: Set<Node>): void {
    const { nodes } = this.#scope;
    const [smallest] = this.#branches(ROOT).toSorted((a, b) => nodes.childCount(a) - nodes.childCount(b));
    if (smallest !== undefined && nodes.childCount(smallest) <= MOST_OF_SMALLEST) chosen.add(smallest);
  }

  /** In the order of their names; without the broker's own topics, which few look for. */
  #branches(parent: Node): Node[] {
    const { nodes } = this.#scope;
    const found: Node[] = [];
    for (let node = nodes.firstChild(parent); node !== NO_NODE; node = nodes.nextSibling(node)) {
      if (nodes.childCount(node) === 0) continue;
      if (parent === ROOT && this.#names.pathBytes(node)[0] === DOLLAR) continue;
      found.push(node);
    }
    return found.sort((a, b) => this.#names.compareNames(a, b));
  }
}
