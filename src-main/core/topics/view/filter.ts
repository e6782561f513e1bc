import type { CompiledFilter } from '../../query/match/compile.ts';
import { YES } from '../../query/match/subject.ts';
import { NodeSet } from '../columns/node-set.ts';
import { ROOT, type Node, type RecordAddress } from '../columns/nodes.ts';
import { Arrivals } from '../find/arrivals.ts';
import { Candidates } from '../find/candidates.ts';
import { PathPlaces } from '../find/path-places.ts';
import type { PathSearch } from '../path-look.ts';
import type { Expansion } from './expansion.ts';
import { Outline } from './outline.ts';
import type { ViewScope } from './pause.ts';
import { NodeSubject } from './subject.ts';
import { TurnedNodes } from '../columns/turned-nodes.ts';
import { ValueScan } from '../tree/value-scan.ts';

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

/**
 * The outline that a filter leaves: the topics with messages that it shows, and their parents, all of it
 * expanded but for what the person collapsed since. What holds for a path and everything below it (its
 * text has the word) is found once, at the topmost node (*top*), and what is below is opened like any
 * expanded branch. Every other topic is asked by itself (*matched*), and asked again when a message came,
 * which is read off the log, so that taking messages in costs nothing; or, where time alone may change
 * the answer, once a second. All of it in slices: first all paths, whose bytes lie side by side, so that
 * the first matches are there in no time, then the values of those topics that their path did not settle,
 * or of those among them that texts of the filter were found in (`Candidates`).
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
  readonly #arrivals: Arrivals;
  /** Nodes that their path settles: they and all below them are shown, or are not. */
  readonly #settled = new NodeSet();
  readonly #places: PathPlaces;
  /** Null: paths are looked at one by one, or all were. */
  #search: PathSearch | null = null;
  readonly #candidates: Candidates;
  /** Null: what is asked is not of values alone, or all of them were. */
  #values: ValueScan | null = null;
  /** The paths of nodes below it were looked at, in the order of their numbers, as they lie in memory. */
  #named: Node;
  /** Nodes below it were asked, those that their path settled left out. */
  #scanned: Node = ROOT + 1;
  /** The next node of a sweep that is going on; null if none is. */
  #sweep: Node | null = null;
  #sweptAt: number;
  /** Became late, or are not late any more. */
  readonly #turned = new TurnedNodes();
  /** Messages that left no record, when all was asked last. */
  #unrecorded: number;

  /** @param expansion a layer of the filter's own, so that the expansion before comes back with its end */
  constructor(filter: CompiledFilter, scope: ViewScope, expansion: Expansion) {
    this.#filter = filter;
    this.#scope = scope;
    this.#expansion = expansion;
    this.#subject = new NodeSubject(scope.names, scope);
    this.#arrivals = new Arrivals(scope.names);
    this.#places = new PathPlaces(filter.test, scope.names);
    this.#named = filter.byPath ? ROOT + 1 : Infinity;
    if (filter.byPath && filter.byMessages) this.#search = this.#places.search();
    if (filter.byMessages && filter.byValueOnly)
      this.#values = new ValueScan(
        scope,
        this.#settled,
        () => this.#candidates.nodes,
        (node, address) => this.#askValue(node, address),
      );
    // In a pause all is asked as of then, what the log does not keep any more included.
    const clues = filter.byMessages && !scope.pause ? filter.test.restClues : null;
    this.#candidates = new Candidates(scope.names, clues);
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
    return this.#sweep !== null || this.#arrivals.some || this.due;
  }

  /** It is time to ask everything again, or what became late. */
  get due(): boolean {
    return !this.#scope.pause && (this.#turned.some || this.#isSweepDue);
  }

  get #isSweepDue(): boolean {
    if (this.#turned.all) return true;
    const passed = Math.abs(this.#scope.names.now - this.#sweptAt) >= SWEEP_EVERY;
    return (
      passed && (this.#filter.byTime || this.#arrivals.missed || this.#countUnrecorded() !== this.#unrecorded)
    );
  }

  /** Share of the scan and of the opening of what it found that is done; null if all is. */
  get share(): number | null {
    const { outline } = this;
    if (!this.scanning && !outline.building) return null;
    const { end } = this.#scope;
    const { total } = outline.order;
    const looked = Math.min(this.#values?.progress ?? this.#scanned, end);
    const asked = this.#candidates.progress(looked, end);
    const named = this.#search === null ? Math.min(this.#named, end) : this.#search.share * end;
    const scanned = this.#filter.byPath ? (named + asked) / 2 : asked;
    const rows = Math.max(1, total, (this.matches * end) / scanned);
    const opening = OPENED_ROW_STEPS * rows;
    return (scanned + opening * Math.min(1, total / rows)) / (end + opening);
  }

  /** Whether a known node has no place in this outline, expanded or not. */
  hides(node: Node): boolean {
    return this.outline.order.groups.get(node)?.partial !== true && !this.shows(node);
  }

  /** It is shown for itself and not only as the parent of others. */
  shows(node: Node): boolean {
    return this.#matched.has(node) || this.#places.below(node) === YES;
  }

  /** What is below it has rows: all of it, or what the filter leaves. */
  expands(node: Node): boolean {
    if (!this.#expansion.has(node)) return false;
    return this.outline.order.groups.get(node)?.partial === true || this.#places.below(node) === YES;
  }

  /** About 0.1 ms of what is to be done; false if there is nothing. */
  step(): boolean {
    if (this.#search !== null) this.#searchSome(this.#search);
    else if (this.#named < this.#scope.end) this.#nameSome();
    else if (this.scanning) {
      if (this.#scope.pause) this.#candidates.drop();
      if (this.#candidates.step()) return true;
      if (this.#values !== null && this.#scope.pause === null) this.#scanValues(this.#values);
      else this.#scanSome();
    } else {
      this.#values = null;
      return this.outline.step() || this.#askAgain();
    }
    return true;
  }

  added(node: Node, parent: Node, alone: boolean): void {
    // A number at the end of all belongs to a node that the scan need not look at.
    const isLast = node === this.#scope.end - 1;
    if (node === this.#named && isLast) this.#named++;
    if (node === this.#scanned && isLast) this.#scanned++;
    this.outline.revive(node);
    const place = this.#filter.byPath ? this.#places.place(node) : 'asked';
    if (place !== 'asked') this.#settled.add(node);
    // Those that are to be asked have no message yet; they are when it is in the log.
    if (place === 'asked' || place === 'out') {
      if (place === 'asked' && !this.#filter.byMessages && node < this.#scanned) this.#ask(node);
      return;
    }
    if (place === 'top') this.#show(node);
    else this.outline.added(node, parent, alone);
    if (this.#scope.nodes.isTopic(node)) this.matches++;
  }

  /** @param node null: none is late any more */
  lateChanged(node: Node | null): void {
    if (this.#filter.byLate) this.#turned.add(node);
  }

  /** @param isTopic it became one; else its messages were forgotten, and it stays as a branch */
  turned(node: Node, isTopic: boolean): void {
    const asked = isTopic ? !this.#filter.byMessages && node < this.#scanned : this.#matched.has(node);
    if (!this.#settled.has(node)) return void (asked && this.#ask(node));
    if (this.#places.below(node) === YES) this.matches += isTopic ? 1 : -1;
  }

  /** @param wasTopic it carried messages */
  removed(node: Node, parent: Node, wasTopic: boolean): void {
    if (this.#matched.has(node)) {
      this.#matched.delete(node);
      this.matches--;
    } else if (wasTopic && this.#settled.has(node) && this.shows(node)) this.matches--;
    this.#settled.delete(node);
    this.outline.removed(node, parent);
  }

  /** Looks at paths only; where nothing else is asked, that is the whole scan. */
  #nameSome(): void {
    const { nodes, end } = this.#scope;
    const { cost, byMessages } = this.#filter;
    let node = this.#named;
    for (let left = SLICE; left > 0 && node < end; node++, left--) {
      if (this.#settled.has(node) || !nodes.exists(node)) continue;
      const rows = this.#settle(node);
      left -= (this.#places.bytes / STEP_BYTES) * Math.max(1, cost);
      if (rows !== null) left -= ROW_STEPS * rows;
      else if (!byMessages && nodes.isTopic(node)) left -= ROW_STEPS * this.#ask(node) + this.#spent();
    }
    this.#named = node;
    if (!byMessages) this.#scanned = node;
  }

  /** The same of paths that hold a text of the filter: of others it says nothing. */
  #searchSome(search: PathSearch): void {
    const goesOn = search.step((node) => this.#settleUp(node));
    // What was moved may have been passed, so all of it is looked at.
    if (search.incomplete) this.#search = null;
    else if (!goesOn) {
      this.#search = null;
      this.#named = Infinity;
    }
  }

  /** Settles a node and those above it, as far as their path does. Returns the steps that took. */
  #settleUp(from: Node): number {
    const { nodes, names } = this.#scope;
    let steps = 0;
    for (let node = from; node !== ROOT && !this.#settled.has(node); node = names.parent(node)) {
      // Nodes that came during a pause are not settled themselves, only what is above them.
      const rows = nodes.exists(node) ? this.#settle(node) : 0;
      if (rows === null) break;
      steps += 1 + ROW_STEPS * rows;
    }
    return steps;
  }

  /** Takes what the path says of a node; null: nothing, it has to be asked. Returns the rows that were added. */
  #settle(node: Node): number | null {
    const place = this.#places.place(node);
    if (place === 'asked') return null;
    this.#settled.add(node);
    if (place === 'out') return 0;
    if (this.#scope.nodes.isTopic(node)) this.matches++;
    return place === 'top' ? this.#show(node) : 0;
  }

  /** Topics that their path did not settle, in the order of their numbers: what is asked lies in that. */
  #scanSome(): void {
    const { nodes, end } = this.#scope;
    const only = this.#candidates.nodes;
    this.#subject.bytes = 0;
    let node = this.#scanned;
    for (let left = SLICE; left > 0 && node < end; node++, left--) {
      if (only?.has(node) === false) continue;
      if (this.#settled.has(node) || !nodes.exists(node) || !nodes.isTopic(node)) continue;
      left -= this.#filter.cost + ROW_STEPS * this.#ask(node) + this.#spent();
    }
    this.#scanned = node;
  }

  /** The same in the order of their values. */
  #scanValues(values: ValueScan): void {
    this.#subject.bytes = 0;
    values.step();
    this.#scanned = values.scanned;
  }

  /**
   * Asks a topic by a record that was its latest; returns the steps it took. Only what is shown is asked
   * properly: for all others a later message is in the log behind, where it will be met.
   */
  #askValue(node: Node, address: RecordAddress): number {
    // It may have been forgotten since it was gathered.
    if (!this.#scope.nodes.exists(node)) return 1;
    this.#subject.aim(node, address);
    const isShown = this.#filter.test.rest(this.#subject) === YES;
    return this.#filter.cost + (isShown ? ROW_STEPS * this.#ask(node) : 0) + this.#spent();
  }

  /** Steps that looking at paths and values took since this was asked. */
  #spent(): number {
    const { bytes } = this.#subject;
    this.#subject.bytes = 0;
    return (bytes / STEP_BYTES) * Math.max(1, this.#filter.cost);
  }

  /** Asks a topic that its path does not settle; returns the rows that it added. */
  #ask(node: Node): number {
    const { nodes } = this.#scope;
    this.#subject.aim(node);
    const isShown = nodes.isTopic(node) && this.#filter.test.rest(this.#subject) === YES;
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
    if (this.#sweep === null && this.#isSweepDue) {
      this.#turned.clear();
      this.#sweep = ROOT + 1;
      this.#sweptAt = this.#scope.names.now;
      this.#arrivals.found();
      this.#unrecorded = this.#countUnrecorded();
    }
    if (this.#turned.some) this.#askTurned();
    else if (this.#arrivals.some) this.#followSome();
    else if (this.#sweep !== null) this.#sweepSome(this.#sweep);
    return true;
  }

  #askTurned(): void {
    const { nodes } = this.#scope;
    for (let left = SLICE; left > 0 && this.#turned.some; left--) {
      const node = this.#turned.next();
      if (this.#settled.has(node) || !nodes.exists(node)) continue;
      left -= this.#filter.cost + ROW_STEPS * this.#ask(node) + this.#spent();
    }
  }

  #followSome(): void {
    const { cost } = this.#filter;
    this.#arrivals.step(SLICE, this.#settled, (node) => cost + ROW_STEPS * this.#ask(node) + this.#spent());
  }

  #sweepSome(from: Node): void {
    const { nodes, end } = this.#scope;
    const { cost } = this.#filter;
    let node = from;
    for (let left = SLICE; left > 0 && node < end; node++, left--) {
      if (this.#settled.has(node) || !nodes.exists(node) || !nodes.isTopic(node)) continue;
      const rows = this.#ask(node);
      left -= cost + ROW_STEPS * rows + this.#spent();
    }
    this.#sweep = node < end ? node : null;
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
