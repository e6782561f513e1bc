import { RecordWalk } from '../../history/look.ts';
import type { CompiledFilter } from '../../query/match/compile.ts';
import { NO, YES } from '../../query/match/subject.ts';
import { ROOT, type Node } from '../columns/nodes.ts';
import type { Expansion } from './expansion.ts';
import { Outline } from './outline.ts';
import { NodeSet, type ViewScope } from './pause.ts';
import { NodeSubject } from './subject.ts';

/** Steps between two pauses, about 0.1 ms; asking a cheap question of a node is one. */
const SLICE = 512;
/** Bytes of a path or of a value that take as long to be searched as looking at a node does. */
const STEP_BYTES = 128;
/** Steps that putting a row in takes. */
const ROW_STEPS = 16;
/** Likewise where whole families are opened. */
const OPENED_ROW_STEPS = 8;
/** What changes with time alone is asked again this often, ms. */
const SWEEP_EVERY = 1_000;

/** What a filter says of a node by its path alone. */
type Place =
  /** It and all below it are shown, which is not so of its parent. */
  | 'top'
  /** It is shown because its parent is. */
  | 'covered'
  /** The topic itself has to be asked. */
  | 'asked'
  /** It is not shown, and nothing below it is. */
  | 'out';

/**
 * The outline that a filter leaves: the topics with messages that it shows, and their parents, all of it
 * expanded but for what the person collapsed since. What holds for a path and everything below it (its
 * text has the word) is found once, at the topmost node (*top*), and what is below is opened like any
 * expanded branch. Every other topic is asked by itself (*matched*), and asked again when a message came,
 * which is read off the log, so that taking messages in costs nothing; or, where time alone may change
 * the answer, once a second. All of it in slices.
 */
export class FilteredOutline {
  readonly outline: Outline;
  /** Topics with messages that are shown for themselves, as far as was scanned. */
  matches = 0;
  readonly #filter: CompiledFilter;
  readonly #scope: ViewScope;
  readonly #expansion: Expansion;
  readonly #subject: NodeSubject;
  /** Those that are shown because of what was answered. */
  readonly #matched = new NodeSet();
  readonly #walk: RecordWalk;
  /** Of the records that the walk told last, those that were looked at. */
  #followed = 0;
  /** Nodes below it were looked at, in the order of their numbers: that is how they lie in memory. */
  #scanned: Node = ROOT + 1;
  /** The next node of a sweep that is going on; null if none is. */
  #sweep: Node | null = null;
  #sweptAt: number;
  /** Messages that left no record, when all was asked last. */
  #unrecorded: number;

  /** @param expansion a layer of the filter's own, so that the expansion before comes back with its end */
  constructor(filter: CompiledFilter, scope: ViewScope, expansion: Expansion) {
    this.#filter = filter;
    this.#scope = scope;
    this.#expansion = expansion;
    this.#subject = new NodeSubject(scope.names, scope);
    this.#walk = new RecordWalk(scope.names.log.end);
    this.#sweptAt = scope.names.now;
    this.#unrecorded = this.#countUnrecorded();
    this.outline = new Outline(
      {
        get nodes() {
          return scope.nodes;
        },
        names: scope.names,
        present: (node) => scope.present(node),
        expanded: (node) => this.expands(node),
        stays: (node) => this.#matched.has(node),
      },
      true,
    );
  }

  get scanning(): boolean {
    return this.#scanned < this.#scope.end;
  }

  /** More is to be asked again, now. */
  get asking(): boolean {
    if (this.#scope.pause || this.scanning || !this.#filter.byMessages) return false;
    return this.#sweep !== null || this.#isBehind || this.due;
  }

  get #isBehind(): boolean {
    return this.#followed < this.#walk.count || this.#walk.next < this.#scope.names.log.end;
  }

  /** It is time to ask everything again. */
  get due(): boolean {
    if (this.#scope.pause) return false;
    const passed = Math.abs(this.#scope.names.now - this.#sweptAt) >= SWEEP_EVERY;
    return passed && (this.#filter.byTime || this.#walk.lost || this.#countUnrecorded() !== this.#unrecorded);
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
    return this.outline.order.groups.get(node)?.partial !== true && !this.shows(node);
  }

  /** It is shown for itself and not only as the parent of others. */
  shows(node: Node): boolean {
    if (this.#matched.has(node)) return true;
    return this.#filter.test.below(this.#scope.names.pathBytes(node)) === YES;
  }

  /** What is below it has rows: all of it, or what the filter leaves. */
  expands(node: Node): boolean {
    if (!this.#expansion.has(node)) return false;
    if (this.outline.order.groups.get(node)?.partial === true) return true;
    return this.#filter.test.below(this.#scope.names.pathBytes(node)) === YES;
  }

  /** About 0.1 ms of what is to be done; false if there is nothing. */
  step(): boolean {
    if (this.scanning) {
      this.#scanSome();
      return true;
    }
    return this.outline.step() || this.#askAgain();
  }

  added(node: Node, parent: Node, alone: boolean): void {
    // A number at the end of all belongs to a node that the scan need not look at.
    if (node === this.#scanned && node === this.#scope.end - 1) this.#scanned++;
    this.outline.revive(node);
    const place = this.#place(node);
    // Those that are to be asked have no message yet; they are when it is in the log.
    if (place === 'asked' || place === 'out') {
      if (!this.#filter.byMessages && node < this.#scanned) this.#ask(node);
      return;
    }
    if (place === 'top') this.#show(node);
    else this.outline.added(node, parent, alone);
    if (node < this.#scanned && this.#scope.nodes.isTopic(node)) this.matches++;
  }

  becameTopic(node: Node): void {
    if (node >= this.#scanned) return;
    const place = this.#place(node);
    if (place === 'top' || place === 'covered') this.matches++;
    else if (!this.#filter.byMessages) this.#ask(node);
  }

  /** @param wasTopic it carried messages */
  removed(node: Node, parent: Node, wasTopic: boolean): void {
    if (this.#matched.has(node)) {
      this.#matched.delete(node);
      this.matches--;
    } else if (wasTopic && node < this.#scanned && this.shows(node)) this.matches--;
    this.outline.removed(node, parent);
  }

  #place(node: Node, path = this.#scope.names.pathBytes(node)): Place {
    const { names } = this.#scope;
    const { test } = this.#filter;
    const below = test.below(path);
    if (below === NO) return 'out';
    if (below !== YES) return 'asked';
    const offset = names.nameOffset(node);
    return offset > 0 && test.below(path.subarray(0, offset - 1)) === YES ? 'covered' : 'top';
  }

  #scanSome(): void {
    const { nodes, names, end } = this.#scope;
    const { cost } = this.#filter;
    this.#subject.bytes = 0;
    let node = this.#scanned;
    for (let left = SLICE; left > 0 && node < end; node++, left--) {
      if (!nodes.exists(node)) continue;
      const path = names.pathBytes(node);
      const place = this.#place(node, path);
      if (place === 'out') continue;
      if (place === 'asked') {
        if (!nodes.isTopic(node)) continue;
        const rows = this.#ask(node, path);
        left -= cost + ROW_STEPS * rows + this.#spent();
        continue;
      }
      if (nodes.isTopic(node)) this.matches++;
      if (place === 'top') left -= ROW_STEPS * this.#show(node);
    }
    this.#scanned = node;
  }

  /** Steps that looking at values took since this was asked. */
  #spent(): number {
    const { bytes, path } = this.#subject;
    this.#subject.bytes = 0;
    return ((bytes + path.length) / STEP_BYTES) * Math.max(1, this.#filter.cost);
  }

  /** Asks a topic that is not shown by its path; returns the rows that it added. */
  #ask(node: Node, path = this.#scope.names.pathBytes(node)): number {
    const { nodes } = this.#scope;
    this.#subject.aim(node, path);
    const isShown = nodes.isTopic(node) && this.#filter.test.of(this.#subject) === YES;
    if (isShown === this.#matched.has(node)) return 0;
    if (isShown) {
      this.#matched.add(node);
      this.matches++;
      return this.#show(node);
    }
    this.#matched.delete(node);
    this.matches--;
    // Others below it may need it as their parent.
    if (!this.outline.order.groups.has(node)) this.outline.drop(node, nodes.parent(node));
    return 0;
  }

  /** Some of the topics to which messages came, or some of a sweep; false if there is nothing to do. */
  #askAgain(): boolean {
    if (!this.asking) return false;
    this.#subject.bytes = 0;
    if (this.#sweep === null && this.due) {
      this.#sweep = ROOT + 1;
      this.#sweptAt = this.#scope.names.now;
      this.#walk.lost = false;
      this.#unrecorded = this.#countUnrecorded();
    }
    if (this.#isBehind) this.#followSome();
    else if (this.#sweep !== null) this.#sweepSome(this.#sweep);
    return true;
  }

  #followSome(): void {
    const { nodes, names } = this.#scope;
    const { cost } = this.#filter;
    const walk = this.#walk;
    if (this.#followed >= walk.count) {
      names.log.walk(walk);
      this.#followed = 0;
    }
    let at = this.#followed;
    for (let left = SLICE; left > 0 && at < walk.count; at++, left--) {
      const node = walk.nodes[at] ?? 0;
      // What is not the latest any more is asked about where the latest is met.
      if (!nodes.exists(node) || nodes.lastRecord(node) !== walk.addresses[at]) continue;
      const rows = this.#askPlaced(node);
      left -= cost + ROW_STEPS * rows + this.#spent();
    }
    this.#followed = at;
  }

  #sweepSome(from: Node): void {
    const { nodes, end } = this.#scope;
    const { cost } = this.#filter;
    let node = from;
    for (let left = SLICE; left > 0 && node < end; node++, left--) {
      if (!nodes.exists(node) || !nodes.isTopic(node)) continue;
      const rows = this.#askPlaced(node);
      left -= cost + ROW_STEPS * rows + this.#spent();
    }
    this.#sweep = node < end ? node : null;
  }

  #askPlaced(node: Node): number {
    const path = this.#scope.names.pathBytes(node);
    const below = this.#filter.test.below(path);
    return below === YES || below === NO ? 0 : this.#ask(node, path);
  }

  #countUnrecorded(): number {
    const { lag, budget } = this.#scope.names.counters().droppedBy;
    return lag + budget;
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
        if (isNew && nodes.childCount(node) > 0 && this.expands(node)) this.outline.open(node);
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
