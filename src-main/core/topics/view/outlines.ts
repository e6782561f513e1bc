import type { ViewFrame } from '../../../contract/model/view.ts';
import { BY_NAME, type ShownSorting, type Sorting } from '../../../contract/model/sorting.ts';
import { compileFilter, type CompiledFilter } from '../../query/match/compile.ts';
import { ROOT, NO_NODE, type Node, type TopicNodes, type TopicSource } from '../columns/nodes.ts';
import type { NodeSet } from '../columns/node-set.ts';
import { Reordering } from '../order/reordering.ts';
import { SortValues } from '../order/sort-values.ts';
import { Staleness } from '../order/staleness.ts';
import type { TreeOrder } from '../order/tree-order.ts';
import { Expansion } from './expansion.ts';
import { FilteredOutline } from './filter.ts';
import { Outline } from './outline.ts';
import { Pause, ViewScope } from './pause.ts';
import type { RowStanding } from './rows.ts';
import { SmallTrees } from './small-trees.ts';

/**
 * Which rows a view has: the tree as far as it is expanded, or what a filter leaves of it, live or as of
 * a pause. It follows every topic that comes or goes at once and cheaply; what takes long is done by
 * `step` in slices.
 */
export class ViewOutlines {
  /** What the plain outline and the filter's share: where to read, and what to leave out. */
  readonly scope: ViewScope;
  readonly #source: TopicSource;
  readonly #expansion: Expansion;
  readonly #outline: Outline;
  #filtered: FilteredOutline | null = null;
  /** The rows of both outlines as they are sorted. */
  readonly #sorted: Reordering;
  #filteredSorted: Reordering | null = null;
  /** What was asked for last; null: by name. */
  #sorting: Sorting | null = null;
  readonly #staleness = new Staleness();
  /** The last filter that meant something; null shows everything. */
  #filter: CompiledFilter | null = null;
  /** What is wrong with the filter that was asked for since. */
  problems: ViewFrame['filterProblems'] = null;
  /** Expansion while filtering: everything, but for what the person collapsed since. */
  #layer: Expansion;
  /** How rows stand without a filter. */
  readonly #plain: RowStanding = { expands: (node) => this.#expansion.has(node), shows: () => true };
  readonly #small: SmallTrees;
  /** Nodes that came during pauses that are over, still to be put in. */
  readonly #missed: { readonly nodes: NodeSet; from: Node }[] = [];

  constructor(source: TopicSource) {
    this.#source = source;
    this.#expansion = new Expansion(false, source);
    this.#layer = new Expansion(true, source);
    const scope = new ViewScope(source);
    this.scope = scope;
    this.#outline = new Outline(
      {
        get nodes(): TopicNodes {
          return scope.nodes;
        },
        names: source,
        present: (node) => scope.present(node),
        expanded: (node) => this.#expansion.has(node),
      },
      false,
    );
    this.#sorted = new Reordering(this.#outline.order, () => scope.end);
    this.#small = new SmallTrees(scope, source, this.#expansion, this.#outline);
  }

  /** The rows that are looked at. */
  get order(): TreeOrder {
    return this.#reordering.order;
  }

  /** How they are sorted, and whether figures have changed so that it would be another order now. */
  get sorting(): ShownSorting {
    const { order, values } = this.#reordering;
    if (values === null) return { ...BY_NAME, stale: false };
    return { ...values.sorting, stale: this.#staleness.look(order, values) };
  }

  /** Sorts, or sorts again by figures of now. What is shown stays until that is done. */
  sort(sorting: Sorting): void {
    const isByName = sorting.by === 'name' && !sorting.descending;
    this.#sorting = isByName ? null : sorting;
    const values = this.#newValues();
    this.#sorted.sort(values);
    this.#filteredSorted?.sort(values);
  }

  /** How rows stand in it. */
  get standing(): RowStanding {
    return this.#filtered ?? this.#plain;
  }

  /** Topics that match the filter, as far as is known; null without one. */
  get matches(): number | null {
    return this.#filtered?.matches ?? null;
  }

  get busy(): boolean {
    return (
      this.#missed.length > 0 ||
      (this.#filtered?.scanning ?? false) ||
      (this.#filtered?.asking ?? false) ||
      this.#shown.busy ||
      this.#outline.busy ||
      (this.#filteredSorted?.busy ?? false) ||
      this.#sorted.busy
    );
  }

  /** What is filtered by time is to be looked at again, without a message. */
  get due(): boolean {
    return this.#filtered?.due ?? false;
  }

  /** Share of the work on what is looked at that is done; null if all is. */
  get share(): number | null {
    const sorting = this.#reordering.share;
    if (this.#filtered) return this.#filtered.share ?? sorting;
    const { building, order, share } = this.#outline;
    if (!building && this.#missed.length === 0) return sorting;
    return share ?? order.total / Math.max(1, order.total, this.scope.nodes.topicCount);
  }

  /** Whether a node has no row because of the filter, expanded or not. */
  hides(node: Node): boolean {
    return this.#filtered?.hides(node) ?? false;
  }

  /** About 0.1 ms of what is to be done; false if there is nothing. What is looked at comes first. */
  step(): boolean {
    if (this.#filtered?.step() || this.#catchUp() || this.#outline.step()) return true;
    return this.#filteredSorted?.step() || this.#sorted.step();
  }

  added(node: Node, parent: Node): void {
    this.#expansion.recall(node);
    this.#layer.recall(node);
    const { pause } = this.scope;
    if (pause) {
      pause.fresh.add(node);
      return;
    }
    const alone = this.#source.childCount(parent) <= 1;
    this.#outline.added(node, parent, alone);
    this.#filtered?.added(node, parent, alone);
  }

  /** Whether it may have had a row: what came during a pause has none yet. */
  removed(node: Node, parent: Node): boolean {
    this.#expansion.forget(node);
    this.#layer.forget(node);
    this.#small.forget(node);
    for (const { nodes } of this.#missed) nodes.delete(node);
    const { pause } = this.scope;
    if (pause && !pause.snapshot.exists(node)) {
      pause.fresh.delete(node);
      return false;
    }
    const wasTopic = pause ? pause.snapshot.isTopic(node) : this.#source.messages(node) > 0;
    this.#filtered?.removed(node, parent, wasTopic);
    this.#outline.removed(node, parent);
    this.#filteredSorted?.forget(node);
    this.#sorted.forget(node);
    return true;
  }

  lateChanged(node: Node | null): void {
    if (!this.scope.pause) this.#filtered?.lateChanged(node);
  }

  becameTopic(node: Node): void {
    if (!this.scope.pause) this.#filtered?.turned(node, true);
  }

  ceasedToBeTopic(node: Node): void {
    if (!this.scope.pause) this.#filtered?.turned(node, false);
  }

  /** A filter that means nothing leaves the last one in force. */
  setFilter(text: string): void {
    const compiled = compileFilter(text, this.#source.separator);
    if (compiled.kind === 'problems') {
      this.problems = { of: text, problems: [...compiled.problems] };
      return;
    }
    this.problems = null;
    this.#filter = compiled.filter;
    this.#layer = new Expansion(true, this.#source);
    this.#applyFilter();
  }

  setExpanded(node: Node, expanded: boolean): void {
    if (node === NO_NODE) return;
    this.#expansionShown.set(node, expanded);
    if (expanded) this.#shown.open(node);
    else this.#shown.close(node);
  }

  expandSiblings(node: Node): void {
    if (node === NO_NODE) return;
    const parent = this.scope.nodes.parent(node);
    this.#expansionShown.setChildren(parent, true);
    this.#shown.openAll(parent);
  }

  /** Closes every branch beside this one, which stays as it is. */
  collapseSiblings(node: Node): void {
    if (node === NO_NODE) return;
    const parent = this.scope.nodes.parent(node);
    const expansion = this.#expansionShown;
    const before = expansion.has(node);
    expansion.setChildren(parent, false);
    expansion.set(node, before);
    this.#shown.closeBelow(parent);
  }

  /** @param level of the rows that are shown: everything above it is open, and nothing from it on */
  expandTo(level: number): void {
    this.#expansionShown.setLevels(level - 1);
    if (this.#filtered) this.#applyFilter();
    else {
      this.#outline.closeAll();
      this.#outline.openAll(null);
    }
  }

  expandAll(): void {
    this.#expansionShown.setAll(true);
    this.#shown.openAll(null);
  }

  collapseAll(): void {
    this.#expansionShown.setAll(false);
    if (this.#filtered) this.#applyFilter();
    else this.#outline.closeAll();
  }

  /** @param rows that fit on the screen: as far as all do, branches open by themselves; 0 ends it */
  openSmall(rows: number): void {
    this.#small.fit(rows);
  }

  /** Topics may have come: whether branches were opened by themselves. */
  look(): boolean {
    return this.#small.look();
  }

  /** Opens the parents from the top down: each is opened once the one above it is there. */
  reveal(node: Node): void {
    if (node === NO_NODE) return;
    const { nodes } = this.scope;
    const above: Node[] = [];
    for (let at = nodes.parent(node); at !== ROOT; at = nodes.parent(at)) above.push(at);
    for (const parent of above) this.#expansionShown.set(parent, true);
    for (const parent of above) this.#shown.open(parent);
  }

  /** Everything stands still as of `now`, ms since the epoch. There must be no pause. */
  stop(now: number): void {
    this.scope.pause = new Pause(this.#source, now);
    this.#outline.restart();
    this.#filtered?.outline.restart();
  }

  resume(): void {
    const { pause } = this.scope;
    if (!pause) return;
    pause.snapshot.release();
    this.#missed.push({ nodes: pause.fresh, from: 0 });
    this.scope.pause = null;
    this.#outline.restart();
    // What matches may have changed in many ways, so the topics are scanned again.
    if (this.#filtered) this.#applyFilter();
  }

  dispose(): void {
    this.scope.pause?.snapshot.release();
    this.scope.pause = null;
  }

  get #shown(): Outline {
    return this.#filtered?.outline ?? this.#outline;
  }

  get #reordering(): Reordering {
    return this.#filteredSorted ?? this.#sorted;
  }

  #newValues(): SortValues | null {
    return this.#sorting && new SortValues(this.scope, this.#sorting);
  }

  /** What is expanded of what is looked at, and where changes of it go. */
  get #expansionShown(): Expansion {
    return this.#filtered ? this.#layer : this.#expansion;
  }

  #applyFilter(): void {
    this.#filtered = this.#filter && new FilteredOutline(this.#filter, this.scope, this.#layer);
    this.#filteredSorted = null;
    if (!this.#filtered) return;
    this.#filteredSorted = new Reordering(this.#filtered.outline.order, () => this.scope.end);
    this.#filteredSorted.sort(this.#newValues());
  }

  /** Puts in some of the nodes that came during a pause. */
  #catchUp(): boolean {
    const [missed] = this.#missed;
    if (!missed) return false;
    const { nodes } = this.scope;
    for (let done = 0; done < 32; done++) {
      const next = missed.nodes.next(missed.from);
      if (typeof next !== 'number') {
        missed.from = next.continueAt;
        return true;
      }
      if (next < 0) {
        this.#missed.shift();
        return true;
      }
      missed.from = next + 1;
      this.#outline.added(next, nodes.parent(next), false);
    }
    return true;
  }
}
