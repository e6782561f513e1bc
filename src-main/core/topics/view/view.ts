import { changeBetween } from '../../../contract/base/change.ts';
import type { ViewAction, ViewFrame, ViewSpec } from '../../../contract/model/model.ts';
import { compileFilter, type CompiledFilter } from '../../query/match/compile.ts';
import { keyBytes } from '../names.ts';
import {
  NO_NODE,
  ROOT,
  type Node,
  type TopicListener,
  type TopicNodes,
  type TopicSource,
} from '../columns/nodes.ts';
import { Expansion } from './expansion.ts';
import { FilteredOutline } from './filter.ts';
import { Outline } from './outline.ts';
import { Pause, ViewScope, type NodeSet } from './pause.ts';
import { MessageReader, type HistoryAnswer, type MessageAnswer } from './records.ts';
import { WindowRows, type RowStanding } from './rows.ts';
import { Selection } from './selection.ts';
import { ViewWindow } from './window.ts';

export interface ViewOptions {
  readonly source: TopicSource;
  readonly spec: ViewSpec;
  /** ms since the epoch. */
  readonly now: number;
  /** Slices of work done within an action itself, so that the next frame shows its effect; else 20 (2 ms). */
  readonly atOnce?: number;
}

/** Retained facts expire, and young rates sink fast; ms until it is worth a look. */
const WHILE_STILL = 1_000;

/**
 * One way of looking at a connection's topics: what is expanded, the filter, the window of rows, the
 * selected topic, a pause. It follows the source at once and cheaply; everything that takes long
 * (opening a large level, scanning for a filter, catching up after a pause) is done by `work` in
 * slices, and `frame` tells what there is so far.
 */
export class TopicView implements TopicListener {
  readonly #source: TopicSource;
  readonly #atOnce: number;
  readonly #unlisten: () => void;
  readonly #expansion: Expansion;
  readonly #outline: Outline;
  /** What the plain outline and the filter's share: where to read, and what to leave out. */
  readonly #scope: ViewScope;
  readonly #rows: WindowRows;
  readonly #window: ViewWindow;
  readonly #messages: MessageReader;
  #spec: ViewSpec;
  #filtered: FilteredOutline | null = null;
  /** The last filter that meant something; null shows everything. */
  #filter: CompiledFilter | null = null;
  /** What is wrong with the filter that was asked for since. */
  #problems: ViewFrame['filterProblems'] = null;
  /** Expansion while filtering: everything, but for what the person collapsed since. */
  #layer: Expansion;
  /** How rows stand without a filter. */
  readonly #plain: RowStanding = { expands: (node) => this.#expansion.has(node), shows: () => true };
  #selection: Selection | null = null;
  /** Nodes that came during pauses that are over, still to be put in. */
  readonly #missed: { readonly nodes: NodeSet; from: Node }[] = [];
  #revision = 0;
  #dirty = true;
  #toldSeq = -1;
  #toldVersion = -1;
  #lookedAt = 0;
  #told: Omit<ViewFrame, 'revision'> | null = null;
  #toldShare: number | null = null;

  constructor({ source, spec, atOnce = 20 }: ViewOptions) {
    this.#source = source;
    this.#atOnce = atOnce;
    this.#expansion = new Expansion(false, source);
    this.#layer = new Expansion(true, source);
    this.#spec = { ...spec, anchor: null, filter: '', selected: null };
    const scope = new ViewScope(source);
    this.#scope = scope;
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
    this.#rows = new WindowRows(source);
    this.#window = new ViewWindow(source, this.#spec);
    this.#messages = new MessageReader(source);
    this.#unlisten = source.listen(this);
    this.#look(spec);
    this.#workAtOnce();
  }

  /** Takes effect at once where that is cheap (at most some 2 ms); the rest is left to `work`. */
  act(action: ViewAction, now: number): void {
    this.#dirty = true;
    this.#take(action, now);
    this.#workAtOnce();
  }

  /** Goes on with what takes long until `until()`, asked each 0.2 ms or so, is true; whether some is left. */
  work(until: () => boolean): boolean {
    while (this.#step()) if (until()) return this.#busy;
    return false;
  }

  /** What is filtered by time is to be looked at again, without a message. */
  get due(): boolean {
    return this.#filtered?.due ?? false;
  }

  /** The next frame; null while there is nothing to tell. */
  next(now: number): ViewFrame | null {
    if (this.hasNews()) return this.frame(now);
    if (now - this.#lookedAt < WHILE_STILL) return null;
    const before = this.#told && { ...this.#told, rows: [] };
    const told = this.#read(now);
    return changeBetween(before, told) === null ? null : { revision: ++this.#revision, ...told };
  }

  frame(now: number): ViewFrame {
    return { revision: ++this.#revision, ...this.#read(now) };
  }

  /** Something to tell since the last frame, but for what comes with time alone. */
  hasNews(): boolean {
    if (this.#dirty || this.#rows.waiting || this.#source.lastSeq !== this.#toldSeq) return true;
    return this.#shown.order.version !== this.#toldVersion || this.#share() !== this.#toldShare;
  }

  #read(now: number): Omit<ViewFrame, 'revision'> {
    const { order } = this.#shown;
    const counters = this.#source.counters();
    const window = this.#window.read(order, this.#scope);
    const at = this.#scope.pause?.at ?? now;
    const rows = this.#rows.changes(window.ids, this.#scope, this.#filtered ?? this.#plain, at);
    this.#dirty = false;
    this.#toldSeq = this.#source.lastSeq;
    this.#toldVersion = order.version;
    this.#lookedAt = now;
    this.#toldShare = this.#share();
    this.#told = {
      total: order.total,
      first: window.first,
      anchorIndex: window.anchorIndex,
      ids: [...window.ids],
      rows,
      selected: this.#tellSelected(),
      matches: this.#filtered?.matches ?? null,
      filterProblems: this.#problems,
      paused: this.#scope.pause?.tell(counters.forgottenTopics) ?? null,
      building: this.#toldShare,
      counters,
    };
    return this.#told;
  }

  /** Bytes of one message, as of the pause if there is one. */
  readMessage(
    key: string,
    which: number | 'latest' | 'retained',
    offset: number,
    length: number,
  ): MessageAnswer {
    const mine = this.#selection?.key === key ? this.#selection : null;
    const pinned = mine?.pinned ?? [];
    return this.#messages.message(key, which, offset, length, this.#scope, pinned, mine?.wasKnown ?? false);
  }

  /** Newest first, as of the pause if there is one. */
  readHistory(key: string, before: number | null, limit: number): HistoryAnswer {
    return this.#messages.history(key, before, limit, this.#scope);
  }

  dispose(): void {
    this.#unlisten();
    this.#scope.pause?.snapshot.release();
    this.#scope.pause = null;
  }

  nodeAdded(node: Node, parent: Node): void {
    this.#expansion.recall(node);
    this.#layer.recall(node);
    const { pause } = this.#scope;
    if (pause) {
      pause.fresh.add(node);
      return;
    }
    const alone = this.#source.childCount(parent) <= 1;
    this.#outline.added(node, parent, alone);
    this.#filtered?.added(node, parent, alone);
  }

  nodeRemoved(node: Node, parent: Node): void {
    this.#expansion.forget(node);
    this.#layer.forget(node);
    this.#selection?.forget(node);
    for (const { nodes } of this.#missed) nodes.delete(node);
    const { pause } = this.#scope;
    if (pause && !pause.snapshot.exists(node)) {
      pause.fresh.delete(node);
      return;
    }
    this.#window.forget(node);
    this.#rows.forget(node);
    const wasTopic = pause ? pause.snapshot.isTopic(node) : this.#source.messages(node) > 0;
    this.#filtered?.removed(node, parent, wasTopic);
    this.#outline.removed(node, parent);
  }

  becameTopic(node: Node): void {
    if (!this.#scope.pause) this.#filtered?.becameTopic(node);
  }

  /** The outline that is looked at. */
  get #shown(): Outline {
    return this.#filtered?.outline ?? this.#outline;
  }

  /** What is expanded of what is looked at, and where changes of it go. */
  get #expansionShown(): Expansion {
    return this.#filtered ? this.#layer : this.#expansion;
  }

  get #busy(): boolean {
    return (
      this.#missed.length > 0 ||
      (this.#filtered?.scanning ?? false) ||
      (this.#filtered?.asking ?? false) ||
      this.#shown.busy ||
      this.#outline.busy
    );
  }

  #take(action: ViewAction, now: number): void {
    switch (action.kind) {
      case 'look':
        this.#look(action.spec);
        return;
      case 'expand':
      case 'collapse':
        this.#setExpanded(this.#find(action.key), action.kind === 'expand');
        return;
      case 'expand-siblings':
        this.#expandSiblings(this.#find(action.key));
        return;
      case 'expand-all':
        this.#expansionShown.setAll(true);
        this.#shown.openAll(null);
        return;
      case 'collapse-all':
        this.#collapseAll();
        return;
      case 'reveal':
        this.#reveal(this.#find(action.key));
        return;
      case 'pause':
        this.#stop(now);
        return;
      case 'resume':
        this.#resume();
        return;
    }
  }

  #workAtOnce(): void {
    for (let slices = 0; slices < this.#atOnce && this.#step(); slices++);
  }

  #find(key: string): Node {
    const node = this.#source.find(keyBytes(key));
    return node !== NO_NODE && this.#scope.present(node) ? node : NO_NODE;
  }

  #look(spec: ViewSpec): void {
    const before = this.#spec;
    this.#spec = spec;
    if (spec.filter !== before.filter) this.#setFilter(spec.filter);
    if (spec.selected !== before.selected) {
      this.#selection = spec.selected === null ? null : new Selection(this.#source, spec.selected);
    }
    this.#window.look(spec);
    this.#dirty = true;
  }

  /** A filter that means nothing leaves the last one in force. */
  #setFilter(text: string): void {
    const compiled = compileFilter(text);
    if (compiled.kind === 'problems') {
      this.#problems = { of: text, problems: [...compiled.problems] };
      return;
    }
    this.#problems = null;
    this.#filter = compiled.filter;
    this.#layer = new Expansion(true, this.#source);
    this.#applyFilter();
  }

  #applyFilter(): void {
    this.#filtered = this.#filter && new FilteredOutline(this.#filter, this.#scope, this.#layer);
  }

  #setExpanded(node: Node, expanded: boolean): void {
    if (node === NO_NODE) return;
    this.#expansionShown.set(node, expanded);
    if (expanded) this.#shown.open(node);
    else this.#shown.close(node);
  }

  #expandSiblings(node: Node): void {
    if (node === NO_NODE) return;
    const parent = this.#scope.nodes.parent(node);
    this.#expansionShown.openChildren(parent);
    this.#shown.openAll(parent);
  }

  #collapseAll(): void {
    this.#expansionShown.setAll(false);
    if (this.#filtered) this.#applyFilter();
    else this.#outline.closeAll();
  }

  /** Opens the parents from the top down: each is opened once the one above it is there. */
  #reveal(node: Node): void {
    if (node === NO_NODE) return;
    const { nodes } = this.#scope;
    const above: Node[] = [];
    for (let at = nodes.parent(node); at !== ROOT; at = nodes.parent(at)) above.push(at);
    for (const parent of above) this.#expansionShown.set(parent, true);
    for (const parent of above) this.#shown.open(parent);
  }

  #stop(now: number): void {
    if (this.#scope.pause) return;
    this.#selection?.pin(this.#scope);
    this.#scope.pause = new Pause(this.#source, now);
    this.#outline.restart();
    this.#filtered?.outline.restart();
  }

  #resume(): void {
    const { pause } = this.#scope;
    if (!pause) return;
    pause.snapshot.release();
    this.#missed.push({ nodes: pause.fresh, from: 0 });
    this.#scope.pause = null;
    this.#outline.restart();
    // What matches may have changed in many ways, so the topics are scanned again.
    if (this.#filtered) this.#applyFilter();
  }

  /** About 0.1 ms of what is to be done; false if there is nothing. What is looked at comes first. */
  #step(): boolean {
    return this.#filtered?.step() || this.#catchUp() || this.#outline.step();
  }

  /** Puts in some of the nodes that came during a pause. */
  #catchUp(): boolean {
    const [missed] = this.#missed;
    if (!missed) return false;
    const { nodes } = this.#scope;
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

  #share(): number | null {
    if (this.#filtered) return this.#filtered.share;
    const { building, order, share } = this.#outline;
    if (!building && this.#missed.length === 0) return null;
    return share ?? order.total / Math.max(1, order.total, this.#scope.nodes.topicCount);
  }

  #tellSelected(): ViewFrame['selected'] {
    const selection = this.#selection;
    if (!selection) return null;
    const node = selection.node(this.#scope);
    if (node === NO_NODE) return selection.tell(this.#scope, null, false);
    const { order } = this.#shown;
    const index = order.indexOf(node, (of) => this.#scope.nodes.parent(of));
    const hidden = index < 0 && (this.#filtered?.hides(node) ?? false);
    return selection.tell(this.#scope, index < 0 ? null : index, hidden);
  }
}
