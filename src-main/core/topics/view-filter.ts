import { ROOT, type Node } from './nodes.ts';
import type { Expansion } from './view-expansion.ts';
import { matcherOf, type Matcher } from './view-matcher.ts';
import { Outline, type OutlineScope } from './view-outline.ts';

/** Nodes looked at between two pauses: about 0.1 ms. */
const SLICE = 512;

type Scope = Omit<OutlineScope, 'expanded'> & {
  /** No node that is shown has this number or a higher one. */
  readonly end: Node;
};

/**
 * The outline that a filter leaves. A node is *found* if its path has the text and its parent's has
 * not; everything below it has the text too. Shown are the found nodes, all their parents, opened,
 * and below them what the person expanded: filtering for `press-03` shows the presses as they were,
 * filtering for `telemetry` opens every parent of one. What is expanded or collapsed meanwhile is a
 * layer of its own, so that the expansion before comes back with the filter's end.
 */
export class FilteredOutline {
  readonly outline: Outline;
  /** Topics with messages whose path has the text, as far as was scanned. */
  matches = 0;
  readonly #scope: Scope;
  readonly #matcher: Matcher;
  readonly #base: Expansion;
  readonly #layer: Expansion;
  /** Nodes below it were looked at, in the order of their numbers: that is how they lie in memory. */
  #scanned: Node = ROOT + 1;

  /** @param layer what was expanded and collapsed since the filter was set */
  constructor(text: string, scope: Scope, base: Expansion, layer: Expansion) {
    this.#scope = scope;
    this.#matcher = matcherOf(text);
    this.#base = base;
    this.#layer = layer;
    this.outline = new Outline(
      {
        get nodes() {
          return scope.nodes;
        },
        names: scope.names,
        present: (node) => scope.present(node),
        expanded: (node) => this.expanded(node),
      },
      true,
    );
  }

  get scanning(): boolean {
    return this.#scanned < this.#scope.end;
  }

  /** Share of the nodes that was looked at. */
  get share(): number {
    return this.#scanned / this.#scope.end;
  }

  expanded(node: Node): boolean {
    const wish = this.#layer.wish(node);
    if (wish !== null) return wish;
    if (this.outline.order.groups.get(node)?.partial === true) return true;
    return this.#base.wish(node) ?? false;
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
    const { nodes } = this.#scope;
    const end = Math.min(this.#scope.end, this.#scanned + SLICE);
    for (let node = this.#scanned; node < end; node++) {
      if (!nodes.exists(node)) continue;
      const match = this.#match(node);
      if (match === 'none') continue;
      if (nodes.isTopic(node)) this.matches++;
      if (match === 'own') this.#show(node);
    }
    this.#scanned = end;
  }

  /** Puts a found node and its parents into the outline, unless it is there already. */
  #show(node: Node): void {
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
    for (;;) {
      const isNew = order.insert(group, at);
      const next = missing.pop();
      if (next === undefined) {
        if (isNew && nodes.childCount(node) > 0 && this.expanded(node)) this.outline.open(node);
        return;
      }
      const child = order.create(at, true);
      child.open = this.#layer.wish(at) ?? true;
      order.attach(child, group);
      group = child;
      at = next;
    }
  }
}
