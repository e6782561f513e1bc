import { ROOT, type Node } from '../columns/nodes.ts';
import type { Expansion } from './expansion.ts';
import { matcherOf, type Matcher } from './matcher.ts';
import { Outline, type OutlineScope } from './outline.ts';

/** Steps between two pauses, about 0.1 ms; looking at a node with an ordinary path is one. */
const SLICE = 512;
/** Bytes of a path that take as long to be searched as looking at a node does. */
const STEP_BYTES = 128;
/** Steps that putting a row in takes. */
const ROW_STEPS = 16;
/** Likewise where whole families are opened. */
const OPENED_ROW_STEPS = 8;

type Scope = Omit<OutlineScope, 'expanded'> & {
  /** No node that is shown has this number or a higher one. */
  readonly end: Node;
};

/**
 * The outline that a filter leaves: the topics with messages whose path has the text, and their
 * parents, all of it expanded but for what the person collapsed since. Every level leads to a topic,
 * so what lies below a path with the text is shown as a whole. Hence only the nodes where the text is
 * first complete are looked for (*found*): they and their parents are put in one by one, and what is
 * below them is opened like any expanded branch.
 */
export class FilteredOutline {
  readonly outline: Outline;
  /** Topics with messages whose path has the text, as far as was scanned. */
  matches = 0;
  readonly #scope: Scope;
  readonly #matcher: Matcher;
  readonly #expansion: Expansion;
  /** Nodes below it were looked at, in the order of their numbers: that is how they lie in memory. */
  #scanned: Node = ROOT + 1;

  /** @param expansion a layer of the filter's own, so that the expansion before comes back with its end */
  constructor(text: string, scope: Scope, expansion: Expansion) {
    this.#scope = scope;
    this.#matcher = matcherOf(text);
    this.#expansion = expansion;
    this.outline = new Outline(
      {
        get nodes() {
          return scope.nodes;
        },
        names: scope.names,
        present: (node) => scope.present(node),
        expanded: (node) => expansion.has(node),
      },
      true,
    );
  }

  get scanning(): boolean {
    return this.#scanned < this.#scope.end;
  }

  /** Share of the scan and of the opening of what it found that is done; null if all is. */
  get share(): number | null {
    const { outline, scanning } = this;
    if (!scanning && !outline.building) return null;
    const { end } = this.#scope;
    const { total } = outline.order;
    const scanned = Math.min(this.#scanned, end);
    const rows = Math.max(1, total, (this.matches * end) / scanned);
    const opened = (scanning ? null : outline.share) ?? total / rows;
    const opening = OPENED_ROW_STEPS * rows;
    return (scanned + opening * opened) / (end + opening);
  }

  /** Whether a known node has no place in this outline, expanded or not. */
  hides(node: Node): boolean {
    return this.outline.order.groups.get(node)?.partial !== true && this.#match(node) === 'none';
  }

  /** About 0.1 ms of what is to be done; false if there is nothing. */
  step(): boolean {
    if (!this.scanning) return this.outline.step();
    this.#scanSome();
    return true;
  }

  added(node: Node, parent: Node, alone: boolean): void {
    // A number at the end of all belongs to a node that the scan need not look at.
    if (node === this.#scanned && node === this.#scope.end - 1) this.#scanned++;
    this.outline.revive(node);
    const match = this.#match(node);
    if (match === 'none') return;
    if (match === 'own') this.#show(node);
    else this.outline.added(node, parent, alone);
    if (node < this.#scanned && this.#scope.nodes.isTopic(node)) this.matches++;
  }

  becameTopic(node: Node): void {
    if (node < this.#scanned && this.#match(node) !== 'none') this.matches++;
  }

  /** @param wasTopic it carried messages */
  removed(node: Node, parent: Node, wasTopic: boolean): void {
    if (wasTopic && node < this.#scanned && this.#match(node) !== 'none') this.matches--;
    this.outline.removed(node, parent);
  }

  #match(node: Node): ReturnType<Matcher['match']> {
    const { names } = this.#scope;
    return this.#matcher.match(names.pathBytes(node), names.nameOffset(node));
  }

  #scanSome(): void {
    const { names, nodes, end } = this.#scope;
    let node = this.#scanned;
    for (let left = SLICE; left > 0 && node < end; node++, left--) {
      if (!nodes.exists(node)) continue;
      const path = names.pathBytes(node);
      left -= path.length / STEP_BYTES;
      const match = this.#matcher.match(path, names.nameOffset(node));
      if (match === 'none') continue;
      if (nodes.isTopic(node)) this.matches++;
      if (match === 'own') left -= ROW_STEPS * this.#show(node);
    }
    this.#scanned = node;
  }

  /** Puts a found node and its parents into the outline, unless it is there already. Returns the rows. */
  #show(node: Node): number {
    const { nodes } = this.#scope;
    const { order } = this.outline;
    const missing: Node[] = [];
    let at = node;
    let group = order.groups.get(nodes.parent(at));
    while (!group) {
      missing.push(at);
      at = nodes.parent(at);
      group = order.groups.get(nodes.parent(at));
    }
    const rows = missing.length + 1;
    for (;;) {
      const isNew = order.insert(group, at);
      const next = missing.pop();
      if (next === undefined) {
        if (isNew && nodes.childCount(node) > 0 && this.#expansion.has(node)) this.outline.open(node);
        return rows;
      }
      const child = order.create(at, true);
      child.open = this.#expansion.has(at);
      order.attach(child, group);
      group = child;
      at = next;
    }
  }
}
