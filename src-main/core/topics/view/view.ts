import { changeBetween } from '../../../contract/base/change.ts';
import type { ViewAction, ViewFrame, ViewSpec } from '../../../contract/model/view.ts';
import { keyBytes, topicKey } from '../names.ts';
import type { TopicKey } from '../../../contract/model/model.ts';
import { branchHistory, type BranchHistoryAnswer } from './branch-history.ts';
import { NO_NODE, type Node, type TopicListener, type TopicSource } from '../columns/nodes.ts';
import type { TreeOrder } from '../order/tree-order.ts';
import { ViewOutlines } from './outlines.ts';
import { nextRow } from '../find/next-row.ts';
import { MessageReader, type HistoryAnswer, type MessageAnswer } from './records.ts';
import { WindowRows } from './rows.ts';
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

/** Without a change, the view is read again after so many ms: retained facts expire, and young rates sink fast. */
const WHILE_STILL = 750;

/**
 * One way of looking at a connection's topics: what is expanded, the filter, the window of rows, the
 * selected topic, a pause. It follows the source at once and cheaply; everything that takes long
 * (opening a large level, scanning for a filter, catching up after a pause) is done by `work` in
 * slices, and `frame` returns what there is so far.
 */
export class TopicView implements TopicListener {
  readonly #source: TopicSource;
  readonly #atOnce: number;
  readonly #unlisten: () => void;
  readonly #outlines: ViewOutlines;
  readonly #rows: WindowRows;
  readonly #window: ViewWindow;
  readonly #messages: MessageReader;
  #spec: ViewSpec;
  #selection: Selection | null = null;
  #revision = 0;
  #dirty = true;
  /** The frame of rows that answered the last action. */
  #answeredIn = 0;
  #sentSeq = -1;
  #sentOrder: TreeOrder | null = null;
  #sentVersion = -1;
  #lookedAt = 0;
  #lastFrame: Omit<ViewFrame, 'revision'> | null = null;
  #sentShare: number | null = null;

  constructor({ source, spec, atOnce = 20 }: ViewOptions) {
    this.#source = source;
    this.#atOnce = atOnce;
    this.#spec = { ...spec, anchor: null, filter: '', selected: null };
    this.#outlines = new ViewOutlines(source);
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
    const outlines = this.#outlines;
    while (outlines.step()) if (until()) return outlines.busy;
    return false;
  }

  /** A topic is selected, so its messages are shown. */
  get hasSelected(): boolean {
    return this.#selection !== null;
  }

  /** A filter by time has to be checked again, although no message came. */
  get due(): boolean {
    return this.#outlines.due;
  }

  /** The next frame; null while nothing changed. */
  next(now: number): ViewFrame | null {
    if (this.hasNews()) return this.frame(now);
    // Either way: a clock that was set back is no reason to look away until it has caught up.
    if (Math.abs(now - this.#lookedAt) < WHILE_STILL) return null;
    const before = this.#lastFrame && { ...this.#lastFrame, rows: [] };
    const read = this.#read(now);
    return changeBetween(before, read) === null ? null : { revision: ++this.#revision, ...read };
  }

  frame(now: number): ViewFrame {
    return { revision: ++this.#revision, ...this.#read(now) };
  }

  /** Something changed since the last frame. What changes with time alone does not count. */
  hasNews(): boolean {
    return this.#source.lastSeq !== this.#sentSeq || this.#hasOtherChange();
  }

  /**
   * The last frame does not answer the last action wholly: rows are still built or read, or a row of then has
   * had no room yet. Rows that changed later and had no room do not count.
   */
  get isAnswering(): boolean {
    return this.#sentShare !== null || this.#rows.reading || this.#rows.waitsSince <= this.#answeredIn;
  }

  /**
   * Whether only counts changed: of messages, below branches and in all, with their rates. No row shows
   * another value, no row was added or removed, and the selected topic got no message.
   */
  onlyCounts(): boolean {
    const { scope } = this.#outlines;
    if (this.#lastFrame === null || this.#hasOtherChange() || this.#selection?.gotMessage(scope) === true)
      return false;
    return !this.#rows.gotMessage(this.#lastFrame.ids, scope);
  }

  /** Something other than the number of messages changed. */
  #hasOtherChange(): boolean {
    if (this.#dirty || this.#rows.waiting) return true;
    const { order, share } = this.#outlines;
    if (order !== this.#sentOrder || order.version !== this.#sentVersion) return true;
    return share !== this.#sentShare;
  }

  #read(now: number): Omit<ViewFrame, 'revision'> {
    if (this.#outlines.look()) this.#workAtOnce();
    const { scope, order, standing, share, matches, problems } = this.#outlines;
    const counters = this.#source.counters();
    const window = this.#window.read(order, scope);
    const at = scope.pause?.at ?? now;
    const rows = this.#rows.changes(window.ids, scope, standing, at);
    if (this.#dirty || share !== null) this.#answeredIn = this.#rows.frame;
    this.#dirty = false;
    this.#sentSeq = this.#source.lastSeq;
    this.#sentOrder = order;
    this.#sentVersion = order.version;
    this.#lookedAt = now;
    this.#sentShare = share;
    this.#lastFrame = {
      total: order.total,
      first: window.first,
      anchorIndex: window.anchorIndex,
      ids: [...window.ids],
      rows,
      selected: this.#readSelected(),
      matches,
      filterProblems: problems,
      paused: scope.pause?.read(counters.forgottenTopics) ?? null,
      building: share,
      sorting: this.#outlines.sorting,
      counters,
      ...(this.#rows.colours.busy.length === 0 ? {} : { busyColours: [...this.#rows.colours.busy] }),
    };
    return this.#lastFrame;
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
    return this.#messages.message(
      key,
      which,
      offset,
      length,
      this.#outlines.scope,
      pinned,
      mine?.wasKnown ?? false,
    );
  }

  /** Newest first, as of the pause if there is one. */
  readHistory(key: string, before: number | null, limit: number): HistoryAnswer {
    return this.#messages.history(key, before, limit, this.#outlines.scope);
  }

  /** The same for a topic and all below it. */
  readBranchHistory(key: string, before: number | null, limit: number): BranchHistoryAnswer {
    return branchHistory(this.#source, this.#outlines.scope, key, before, limit);
  }

  /** The next row, from row `from` on and then from the first, whose own level begins with a text. */
  *nextRow(text: string, from: number): Generator<void, TopicKey | null> {
    const found = yield* nextRow(() => this.#outlines.order, this.#source, text, from);
    return found === NO_NODE ? null : topicKey(this.#source.pathBytes(found));
  }

  dispose(): void {
    this.#unlisten();
    this.#outlines.dispose();
  }

  nodeAdded(node: Node, parent: Node): void {
    this.#outlines.added(node, parent);
  }

  nodeRemoved(node: Node, parent: Node): void {
    this.#selection?.forget(node);
    if (!this.#outlines.removed(node, parent)) return;
    this.#window.forget(node);
    this.#rows.forget(node);
  }

  lateChanged(node: Node | null): void {
    this.#outlines.lateChanged(node);
  }

  becameTopic(node: Node): void {
    this.#outlines.becameTopic(node);
  }

  ceasedToBeTopic(node: Node): void {
    this.#dirty = true;
    if (this.#outlines.scope.pause === null) this.#selection?.forgetMessages(node);
    this.#outlines.ceasedToBeTopic(node);
  }

  #take(action: ViewAction, now: number): void {
    const outlines = this.#outlines;
    switch (action.kind) {
      case 'look':
        this.#look(action.spec);
        return;
      case 'expand':
      case 'collapse':
        outlines.setExpanded(this.#find(action.key), action.kind === 'expand');
        return;
      case 'expand-siblings':
        outlines.expandSiblings(this.#find(action.key));
        return;
      case 'collapse-siblings':
        outlines.collapseSiblings(this.#find(action.key));
        return;
      case 'expand-to':
        outlines.expandTo(action.level);
        return;
      case 'open-small':
        outlines.openSmall(action.rows);
        return;
      case 'expand-all':
        outlines.expandAll();
        return;
      case 'collapse-all':
        outlines.collapseAll();
        return;
      case 'sort':
        outlines.sort(action.sorting);
        return;
      case 'reveal':
        outlines.reveal(this.#find(action.key));
        return;
      case 'pause':
        this.#stop(now);
        return;
      case 'resume':
        outlines.resume();
        return;
    }
  }

  #workAtOnce(): void {
    for (let slices = 0; slices < this.#atOnce && this.#outlines.step(); slices++);
  }

  #find(key: string): Node {
    const node = this.#source.find(keyBytes(key));
    return node !== NO_NODE && this.#outlines.scope.present(node) ? node : NO_NODE;
  }

  #look(spec: ViewSpec): void {
    const before = this.#spec;
    this.#spec = spec;
    if (spec.filter !== before.filter) this.#outlines.setFilter(spec.filter);
    if (spec.selected !== before.selected) {
      this.#selection = spec.selected === null ? null : new Selection(this.#source, spec.selected);
    }
    this.#window.look(spec);
    this.#rows.fields.ask(spec.fields ?? []);
    this.#rows.colours.ask(spec.colours ?? []);
    this.#dirty = true;
  }

  #stop(now: number): void {
    const { scope } = this.#outlines;
    if (scope.pause) return;
    this.#selection?.pin(scope);
    this.#outlines.stop(now);
  }

  #readSelected(): ViewFrame['selected'] {
    const selection = this.#selection;
    if (!selection) return null;
    const { scope, order } = this.#outlines;
    const node = selection.node(scope);
    if (node === NO_NODE) return selection.read(scope, null, false);
    const index = order.indexOf(node, (of) => scope.nodes.parent(of));
    const hidden = index < 0 && this.#outlines.hides(node);
    return selection.read(scope, index < 0 ? null : index, hidden);
  }
}
