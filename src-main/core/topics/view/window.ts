import type { ViewSpec } from '../../../contract/model/view.ts';
import { keyBytes } from '../names.ts';
import { NO_NODE, ROOT, type Node, type TopicNodes, type TopicSource } from '../columns/nodes.ts';
import type { TreeOrder } from '../order/tree-order.ts';

interface Scope {
  readonly nodes: TopicNodes;
  present(node: Node): boolean;
}

export interface Window {
  readonly first: number;
  readonly anchorIndex: number | null;
  readonly ids: readonly Node[];
}

/**
 * Which rows are looked at: so many after an anchor row, wherever that is now. An anchor inside of a
 * collapsed node is stood in for by that node; a removed one by the index it was last seen at.
 */
export class ViewWindow {
  readonly #source: TopicSource;
  #spec: ViewSpec;
  #anchor: Node = NO_NODE;
  /** Row of the anchor, or where it was. */
  #index = 0;
  #order: TreeOrder | null = null;
  #version = 0;
  #shown: Window = { first: 0, anchorIndex: null, ids: [] };

  constructor(source: TopicSource, spec: ViewSpec) {
    this.#source = source;
    this.#spec = spec;
  }

  look(spec: ViewSpec): void {
    if (spec.anchor !== this.#spec.anchor) {
      this.#anchor = NO_NODE;
      // An anchor that is not known leaves the window where it is.
      this.#index = Math.max(0, this.#shown.first - spec.offset);
    }
    this.#spec = spec;
    this.#order = null;
  }

  forget(node: Node): void {
    if (node === this.#anchor) this.#anchor = NO_NODE;
  }

  /** The rows as they are now; the same object if nothing moved. */
  read(order: TreeOrder, scope: Scope): Window {
    const { anchor, offset, rows } = this.#spec;
    const unresolved = anchor !== null && this.#anchor === NO_NODE && this.#resolve(anchor, scope);
    if (this.#order === order && this.#version === order.version && !unresolved) return this.#shown;
    this.#order = order;
    this.#version = order.version;
    const anchorIndex = anchor === null ? null : this.#place(order, scope);
    const base = anchor === null ? 0 : this.#index;
    const first = Math.max(0, Math.min(base + offset, order.total - rows));
    this.#shown = { first, anchorIndex, ids: order.collect(first, rows) };
    return this.#shown;
  }

  /** Whether the anchor was found now. */
  #resolve(anchor: string, scope: Scope): boolean {
    const node = this.#source.find(keyBytes(anchor));
    if (node === NO_NODE || !scope.present(node)) return false;
    this.#anchor = node;
    return true;
  }

  /** Sets `#index`; the row of the anchor itself, or null. */
  #place(order: TreeOrder, scope: Scope): number | null {
    if (this.#anchor === NO_NODE) return null;
    const { nodes } = scope;
    const parentOf = (node: Node): Node => nodes.parent(node);
    for (let at = this.#anchor; at !== ROOT && scope.present(at); at = nodes.parent(at)) {
      const index = order.indexOf(at, parentOf);
      if (index < 0) continue;
      this.#index = index;
      return at === this.#anchor ? index : null;
    }
    return null;
  }
}
