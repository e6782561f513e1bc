import { NO_NODE, ROOT, type Node } from './nodes.ts';
import type { Expansion } from './view-expansion.ts';
import { matcherOf, type Matcher } from './view-matcher.ts';
import { Outline, type OutlineScope } from './view-outline.ts';

/** Nodes looked at between two pauses: about 0.1 ms. */
const SLICE = 192;

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
  readonly #scope: Omit<OutlineScope, 'expanded'>;
  readonly #matcher: Matcher;
  readonly #base: Expansion;
  readonly #layer: Expansion;
  #cursor: Node;
  #scan: Generator<void, void> | null;
  #seenTopics = 0;

  /** @param layer what was expanded and collapsed since the filter was set */
  constructor(text: string, scope: Omit<OutlineScope, 'expanded'>, base: Expansion, layer: Expansion) {
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
    this.#cursor = scope.nodes.firstChild(ROOT);
    this.#scan = this.#scanSteps();
  }

  get scanning(): boolean {
    return this.#scan !== null;
  }

  /** Share of the topics that was scanned. */
  get share(): number {
    return this.#scan ? Math.min(1, this.#seenTopics / Math.max(1, this.#scope.nodes.topicCount)) : 1;
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
    if (this.#scan) {
      if (this.#scan.next().done) this.#scan = null;
      return true;
    }
    return this.outline.step();
  }

  added(node: Node, parent: Node, alone: boolean): void {
    const match = this.#match(node);
    if (match === 'none') return;
    if (match === 'own') {
      if (this.#show(node) && this.#scope.nodes.isTopic(node)) this.matches++;
      return;
    }
    this.outline.added(node, parent, alone);
    if (this.#scope.nodes.isTopic(node) && this.#isCounted(node)) this.matches++;
  }

  becameTopic(node: Node): void {
    if (this.#match(node) !== 'none' && this.#isCounted(node)) this.matches++;
  }

  /** @param counts it carried messages and is to be taken off the matches */
  removed(node: Node, parent: Node, counts: boolean): void {
    if (counts && this.#match(node) !== 'none' && this.#isCounted(node)) this.matches--;
    if (this.#cursor === node) this.#cursor = this.#after(node);
    this.outline.removed(node, parent);
  }

  #match(node: Node): ReturnType<Matcher['match']> {
    const { names } = this.#scope;
    return this.#matcher.match(names.pathBytes(node), names.nameOffset(node));
  }

  *#scanSteps(): Generator<void, void> {
    const { names } = this.#scope;
    for (let seen = 1; this.#cursor !== NO_NODE; seen++) {
      const node = this.#cursor;
      const { nodes } = this.#scope;
      let below: Node = NO_NODE;
      if (this.#scope.present(node)) {
        if (this.#matcher.matchesOwn(names.pathBytes(node), names.nameOffset(node))) {
          const topics = nodes.subtreeTopics(node);
          this.#seenTopics += topics;
          if (this.#show(node)) this.matches += topics;
        } else {
          if (nodes.isTopic(node)) this.#seenTopics++;
          below = nodes.firstChild(node);
        }
      }
      this.#cursor = below === NO_NODE ? this.#after(node) : below;
      if (seen % SLICE === 0) yield;
    }
  }

  /** The next node in the order of the columns that is not below this one. */
  #after(node: Node): Node {
    const { nodes } = this.#scope;
    for (let at = node; at !== ROOT; at = nodes.parent(at)) {
      const next = nodes.nextSibling(at);
      if (next !== NO_NODE) return next;
    }
    return NO_NODE;
  }

  /** Puts a found node and its parents into the outline. False if it is there already. */
  #show(node: Node): boolean {
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
        return isNew;
      }
      const child = order.create(at, true);
      child.open = this.#layer.wish(at) ?? true;
      order.attach(child, group);
      group = child;
      at = next;
    }
  }

  /** Whether the topics of the found node above (or at) this one are in `matches` already. */
  #isCounted(node: Node): boolean {
    if (!this.#scan) return true;
    const { nodes } = this.#scope;
    let found = node;
    while (this.#match(found) === 'inherited') found = nodes.parent(found);
    const group = this.outline.order.groups.get(nodes.parent(found));
    return group !== undefined && this.outline.order.contains(group, found);
  }
}
