import type {
  RetainedAge,
  InventoryChoice,
  InventoryExpansion,
  InventorySort,
} from '../../contract/session/inventory.ts';
import { NO_NODE, ROOT, type Node, type TopicSource } from '../topics/columns/nodes.ts';
import { keyBytes } from '../topics/names.ts';
import type { Entry } from './collect.ts';

/** Rows put in between two pauses. */
const SLICE = 2_048;
/** Up to so many messages all parents are open at first. */
const FEW = 500;
const NONE = -1;

/** What a row shows besides its own message. */
export interface Totals {
  /** Messages at and below it, and their bytes. */
  count: number;
  bytes: number;
  /** Those that are there for certain and can be cleared, and how many of these are chosen. */
  clearable: number;
  chosen: number;
  /** Those that are chosen although it is not known whether they are there. */
  chosenUnknown: number;
  oldest: RetainedAge | null;
}

/** A row as shown, joined with the levels above it that have no other child. */
export interface OutlineRow {
  readonly at: number;
  readonly level: number;
  /** Offset in the topic's bytes of what the row adds to the one above it. */
  readonly nameFrom: number;
  /** Null: nothing is below it. */
  readonly expanded: boolean | null;
}

/** The listed messages as a tree: parents with totals, in the order that is asked for. */
export class InventoryOutline {
  readonly entries: readonly Entry[];
  /** By place: the node, the place of its parent, its own message. */
  readonly nodes: Node[] = [];
  readonly totals: Totals[] = [];
  rows: OutlineRow[] = [];
  readonly #topics: TopicSource;
  readonly #places = new Map<Node, number>();
  readonly #parents: number[] = [];
  readonly #entryAt: number[] = [];
  readonly #children: number[][] = [];
  #top: number[] = [];
  #rules: ReadonlyMap<Node, boolean> = new Map();
  #all = true;

  constructor(topics: TopicSource, entries: readonly Entry[]) {
    this.#topics = topics;
    this.entries = entries;
  }

  has(node: Node): boolean {
    return this.#places.has(node);
  }

  entryOf(at: number): Entry | null {
    return this.entries[this.#entryAt[at] ?? NONE] ?? null;
  }

  /** The rows below it; those of the root for none. */
  childrenOf(at: number | null): readonly number[] {
    return at === null ? this.#top : (this.#children[at] ?? []);
  }

  /** Puts the entries under their parents and adds up. Once, and first. */
  *build(): Generator<void> {
    let left = SLICE;
    for (const [index, entry] of this.entries.entries()) {
      if (--left === 0) {
        yield;
        left = SLICE;
      }
      const own = this.#place(entry.node);
      this.#entryAt[own] = index;
      for (let at = own; at !== NONE; at = this.#parents[at] ?? NONE) {
        const totals = this.totals[at];
        if (totals === undefined) break;
        totals.count++;
        totals.bytes += entry.size ?? 0;
        if (entry.excluded === null && entry.state !== 'unknown') totals.clearable++;
        if (entry.age !== null && (totals.oldest === null || entry.age.at < totals.oldest.at))
          totals.oldest = entry.age;
      }
    }
  }

  #place(node: Node): number {
    const known = this.#places.get(node);
    if (known !== undefined) return known;
    const at = this.nodes.length;
    this.#places.set(node, at);
    this.nodes.push(node);
    this.totals.push({ count: 0, bytes: 0, clearable: 0, chosen: 0, chosenUnknown: 0, oldest: null });
    this.#entryAt.push(NONE);
    this.#children.push([]);
    this.#parents.push(NONE);
    const above = this.#topics.parent(node);
    if (above === ROOT || above === NO_NODE) this.#top.push(at);
    else {
      const parent = this.#place(above);
      this.#parents[at] = parent;
      this.#children[parent]?.push(at);
    }
    return at;
  }

  /** Which are chosen, by rules of which the nearest counts. */
  *choose({ all, rules }: InventoryChoice): Generator<void> {
    this.#all = all;
    const found = rules.map(({ key, on }) => [this.#topics.find(keyBytes(key)), on] as const);
    this.#rules = new Map(found.filter(([node]) => node !== NO_NODE));
    for (const totals of this.totals) totals.chosen = totals.chosenUnknown = 0;
    let left = SLICE;
    for (const entry of this.entries) {
      if (--left === 0) {
        yield;
        left = SLICE;
      }
      if (!this.isChosen(entry)) continue;
      for (let at = this.#places.get(entry.node) ?? NONE; at !== NONE; at = this.#parents[at] ?? NONE) {
        const totals = this.totals[at];
        if (totals === undefined) break;
        if (entry.state === 'unknown') totals.chosenUnknown++;
        else totals.chosen++;
      }
    }
  }

  isChosen({ node, state, excluded }: Entry): boolean {
    if (excluded !== null) return false;
    if (state === 'unknown') return this.#rules.get(node) === true;
    if (this.#rules.size === 0) return this.#all;
    return nearestRule(this.#topics, this.#rules, node) ?? this.#all;
  }

  /** Lays out the rows that are open. */
  *layOut(sort: InventorySort, expansion: InventoryExpansion): Generator<void> {
    const rows: OutlineRow[] = [];
    const open = expansion.open ?? this.entries.length <= FEW;
    const except = new Set(expansion.except.map((key) => this.#topics.find(keyBytes(key))));
    const compare = this.#order(sort);
    let left = SLICE;
    const waiting: {
      readonly kids: readonly number[];
      next: number;
      readonly level: number;
      readonly from: number;
    }[] = [];
    const enter = (kids: readonly number[], level: number, from: number) =>
      waiting.push({ kids: kids.toSorted(compare), next: 0, level, from });
    enter(this.#top, 1, 0);
    for (let top = waiting.at(-1); top !== undefined; top = waiting.at(-1)) {
      const first = top.kids[top.next++];
      if (first === undefined) {
        waiting.pop();
        continue;
      }
      const at = this.#compacted(first);
      const node = this.nodes[at] ?? ROOT;
      const kids = this.#children[at] ?? [];
      const isOpen = kids.length > 0 && open !== except.has(node);
      rows.push({
        at,
        level: top.level,
        nameFrom: top.from,
        expanded: kids.length === 0 ? null : isOpen,
      });
      if (isOpen) enter(kids, top.level + 1, this.#topics.pathBytes(node).length + 1);
      left -= 1 + (isOpen ? kids.length : 0);
      if (left <= 0) {
        yield;
        left = SLICE;
      }
    }
    this.rows = rows;
  }

  /** Levels that lead to a single other one are a row with it. */
  #compacted(from: number): number {
    let at = from;
    for (;;) {
      const [only, other] = this.#children[at] ?? [];
      if (only === undefined || other !== undefined || this.#entryAt[at] !== NONE) return at;
      at = only;
    }
  }

  #order({ by, descending }: InventorySort): (a: number, b: number) => number {
    const byName = (a: number, b: number) =>
      this.#topics.compareNames(this.nodes[a] ?? 0, this.nodes[b] ?? 0);
    if (by === 'topic') return descending ? (a, b) => byName(b, a) : byName;
    const value = this.#measure(by);
    const way = descending ? -1 : 1;
    return (a, b) => {
      const [x, y] = [value(a), value(b)];
      // What is not known comes last, whichever way.
      if (x === null || y === null) return x === y ? byName(a, b) : x === null ? 1 : -1;
      if (x === y) return byName(a, b);
      return x < y ? -way : way;
    };
  }

  #measure(by: Exclude<InventorySort['by'], 'topic'>): (at: number) => number | string | null {
    switch (by) {
      case 'size':
        return (at) => this.totals[at]?.bytes ?? null;
      // The older, the larger.
      case 'age':
        return (at) => {
          const oldest = this.totals[at]?.oldest ?? null;
          return oldest === null ? null : -oldest.at;
        };
      case 'qos':
        return (at) => this.entryOf(at)?.qos ?? null;
      case 'state':
        return (at) => this.entryOf(at)?.state ?? null;
    }
  }
}

/** What the nearest rule of the topic or above it says; undefined: there is none. */
export function nearestRule(
  topics: TopicSource,
  rules: ReadonlyMap<Node, boolean>,
  node: Node,
): boolean | undefined {
  for (let at = node; at !== ROOT && at !== NO_NODE; at = topics.parent(at)) {
    const rule = rules.get(at);
    if (rule !== undefined) return rule;
  }
  return undefined;
}
