import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionId, TopicKey } from '../../../src-main/contract/model/model.ts';
import type { Row, ViewAction } from '../../../src-main/contract/model/view.ts';
import type { Sorting } from '../../../src-main/contract/model/sorting.ts';
import type { FieldPath } from './tree-columns.ts';
import { applyFrame, settle } from './view-frame.ts';
import { browserPorts, type SessionPorts } from './session-ports.ts';
import { ViewLink, type ViewClient } from './view-link.ts';
import { Branches } from './branches.ts';
import { remember, remembered } from './view-memory.ts';
import { isByName, sortsByItself } from './sorting.ts';
import { letGo } from './view-hold.ts';
import { scrollTarget } from '../scroll/view-scroll.ts';
import { wantedSpec } from './view-spec.ts';
import {
  EMPTY_STATE,
  rowAt,
  type ActiveRow,
  type ClearRequest,
  type SessionState,
  type Target,
} from './view-state.ts';

export type { SessionState } from './view-state.ts';

/** Where a pointer is in the window, px. */
export interface PointerPlace {
  readonly x: number;
  readonly y: number;
}

/** One connection as the window shows it. Counters, filter, selection and pause are in `store`. */
export interface ConnectionSession {
  readonly connectionId: ConnectionId;
  readonly client: ViewClient;
  /** The view's name now, for calls that read "as of" a paused view. */
  readonly viewId: string;
  readonly store: StoreApi<SessionState>;
  /** The engine's clock, ms since the epoch; `here` is this window's. */
  now(here?: number): number;

  select(key: TopicKey | null): void;
  /** Opens the parents of a topic, scrolls to its row and makes it the active one. */
  reveal(key: TopicKey): void;
  expand(key: TopicKey): void;
  collapse(key: TopicKey): void;
  /** Whether a row is open, or will be once the frame is here that answers the last `expand` or `collapse`. */
  isOpen(row: Pick<Row, 'key' | 'expanded'>): boolean;
  /** Sends the active row to the first child of a row that is open or about to be, and selects it. */
  enter(key: TopicKey): void;
  expandSiblings(key: TopicKey): void;
  /** Closes what is beside a topic; it stays as it is. */
  collapseSiblings(key: TopicKey): void;
  /** Opens everything above a level, and closes all from it on. */
  showLevels(level: number): void;
  expandAll(): void;
  collapseAll(): void;
  /** Sorts every level, and shows what comes first. */
  sort(sorting: Sorting): void;
  /** Sorts again by the same, by figures of now. */
  sortAgain(): void;
  setFilter(text: string): void;
  /** Has rows bring what stands at these paths in the JSON of their values. */
  showFields(fields: readonly FieldPath[]): void;
  /** Has rows name the first of these filters that matches them. */
  colourBy(colours: readonly string[]): void;
  pause(): void;
  resume(): void;
  togglePause(): void;

  /** Rows above the visible part, with a fraction. */
  scrollTo(top: number): void;
  scrollBy(rows: number): void;
  /** The height of the visible part, and of a row where that is another one than before, px. */
  resize(viewPx: number, rowHeight?: number): void;
  /** The row under the pointer, null for none; and whether the focus is in the tree. Rows do not move under them. */
  point(key: TopicKey | null, at?: PointerPlace): void;
  focus(inside: boolean): void;
  activate(active: ActiveRow): void;
  /** Sends the active row somewhere; it arrives, and is selected if so asked, when the window holds its row. */
  goToIndex(index: number, select?: boolean): void;
  goToKey(key: TopicKey, delta?: number, select?: boolean): void;

  /** Opens the preview of clearing retained messages; with none given, of the selected topic. */
  openClear(keys?: readonly TopicKey[], part?: ClearRequest['part'], entry?: string): void;
  closeClear(): void;
  /** What lives as long as the session ends with it. */
  onClose(end: () => void): void;
  close(): void;
}

/** What is sorted by figures follows them at most so often, ms. */
const SORTS_EVERY_MS = 1_000;

/** @param separator of the connection's tree, as in `core/topics/levels.ts` */
export function createSession(
  client: ViewClient,
  connectionId: ConnectionId,
  separator: string,
  ports: SessionPorts = browserPorts,
): ConnectionSession {
  return new Session(client, connectionId, separator, ports);
}

class Session implements ConnectionSession {
  readonly connectionId: ConnectionId;
  readonly client: ViewClient;
  readonly store: StoreApi<SessionState>;
  readonly #ports: SessionPorts;
  readonly #link: ViewLink;
  readonly #ends: (() => void)[] = [];
  readonly #branches: Branches;
  /** As it was asked for last, and when it was last done without being asked for. */
  #sorting: Sorting;
  #sortedAt = 0;
  /** Where the pointer was seen last, and whether it counts for nothing until it moves. */
  #pointer: PointerPlace | null = null;
  #ignored = false;
  /** Where the tree was before something was typed into the filter. */
  #beforeFilter: TopicKey | null = null;

  constructor(client: ViewClient, connectionId: ConnectionId, separator: string, ports: SessionPorts) {
    this.client = client;
    this.connectionId = connectionId;
    this.#ports = ports;
    const before = remembered(ports.memory, connectionId);
    this.#sorting = before.sorting;
    this.store = createStore(() => ({ ...EMPTY_STATE, separator, selectedKey: before.selected }));
    this.#branches = new Branches(
      {
        state: () => this.#state,
        act: (action) => this.#act(action),
        remember: () => this.#remember(),
        goToKey: (key, delta, select) => this.goToKey(key, delta, select),
        goToIndex: (index, select) => this.goToIndex(index, select),
        goHome: () => this.#goHome(),
      },
      before,
    );
    const wanted = () => wantedSpec(this.#state);
    this.#link = new ViewLink(client, connectionId, ports.viewId, wanted, ports.pace, {
      frame: (frame) => {
        this.#take(applyFrame(this.#state, frame, ports.now()));
        this.#branches.arrived();
        this.#keepSorted();
      },
      opened: () => this.#restore(),
      ended: (problem) => this.#patch({ phase: 'lost', problem }),
    });
    void this.#link.run();
  }

  get viewId(): string {
    return this.#link.view;
  }

  get #state(): SessionState {
    return this.store.getState();
  }

  #set(state: SessionState): void {
    this.store.setState(state, true);
  }

  #patch(part: Partial<SessionState>): void {
    this.store.setState(part);
  }

  #act(action: ViewAction): void {
    this.#forgetPointer();
    void this.#link.act(action);
  }

  now(here = this.#ports.now()): number {
    return here + this.#state.skew;
  }

  #restore(): void {
    this.#branches.restore();
    if (!isByName(this.#sorting)) this.#act({ kind: 'sort', sorting: this.#sorting });
    if (this.#state.paused !== null) this.#act({ kind: 'pause' });
  }

  #keepSorted(): void {
    const now = this.#ports.now();
    if (now - this.#sortedAt < SORTS_EVERY_MS || !sortsByItself(this.#state)) return;
    this.#sortedAt = now;
    void this.#link.act({ kind: 'sort', sorting: this.#sorting });
  }

  #remember(): void {
    remember(this.#ports.memory, this.connectionId, {
      selected: this.#state.selectedKey,
      ...this.#branches.kept,
      sorting: this.#sorting,
    });
  }

  select(key: TopicKey | null): void {
    this.#branches.touch();
    if (key === this.#state.selectedKey) return;
    this.#patch({ selectedKey: key, selected: null });
    this.#remember();
    this.#link.look();
  }

  reveal(key: TopicKey): void {
    this.#branches.reveal(key);
  }

  isOpen(row: Pick<Row, 'key' | 'expanded'>): boolean {
    return this.#branches.isOpen(row);
  }

  enter(key: TopicKey): void {
    this.#branches.enter(key);
  }

  expand(key: TopicKey): void {
    this.#branches.turn(key, true);
  }

  collapse(key: TopicKey): void {
    this.#branches.turn(key, false);
  }

  expandSiblings(key: TopicKey): void {
    this.#branches.turnSiblings(key, true);
  }

  collapseSiblings(key: TopicKey): void {
    this.#branches.turnSiblings(key, false);
  }

  expandAll(): void {
    this.#branches.turnAll(true);
  }

  collapseAll(): void {
    this.#branches.turnAll(false);
    this.#link.look();
  }

  showLevels(level: number): void {
    this.#branches.showLevels(level);
    this.#link.look();
  }

  #goHome(): void {
    this.#patch({ active: null, target: null, top: 0, home: true });
  }

  sort(sorting: Sorting): void {
    this.#sorting = sorting;
    this.#remember();
    this.#branches.forgetTurn();
    // What comes first is to be seen: no row is held, not the one with the focus either.
    this.#goHome();
    this.#act({ kind: 'sort', sorting });
    this.#link.look();
  }

  sortAgain(): void {
    this.sort(this.#sorting);
  }

  setFilter(text: string): void {
    const { filter, top } = this.#state;
    if (text === filter) return;
    this.#forgetPointer();
    this.#branches.forgetTurn();
    if (filter === '') this.#beforeFilter = rowAt(this.#state, Math.floor(top))?.row.key ?? null;
    this.#patch({
      filter: text,
      top: 0,
      home: true,
      active: null,
      target: null,
      ...(text === '' ? { matches: null } : {}),
    });
    if (text === '' && this.#beforeFilter !== null) this.goToKey(this.#beforeFilter);
    this.#link.look();
  }

  showFields(fields: readonly FieldPath[]): void {
    this.#patch({ fields });
    this.#link.look();
  }

  colourBy(colours: readonly string[]): void {
    this.#patch({ colours });
    this.#link.look();
  }

  pause(): void {
    this.#act({ kind: 'pause' });
  }

  resume(): void {
    this.#act({ kind: 'resume' });
  }

  togglePause(): void {
    if (this.#state.paused === null) this.pause();
    else this.resume();
  }

  scrollTo(top: number): void {
    const next = scrollTarget(top, this.#state);
    if (next === this.#state.top && this.#state.target === null) return;
    this.#branches.touch();
    this.#patch({ top: next, home: next <= 0, target: null });
    this.#link.look();
  }

  scrollBy(rows: number): void {
    this.scrollTo(this.#state.top + rows);
  }

  resize(viewPx: number, rowHeight = this.#state.rowHeight): void {
    const viewRows = Math.max(1, viewPx / rowHeight);
    if (viewRows === this.#state.viewRows && rowHeight === this.#state.rowHeight) return;
    this.#set(letGo({ ...this.#state, viewRows, rowHeight }));
    this.#branches.fit();
    this.#link.look();
  }

  point(pointed: TopicKey | null, at?: PointerPlace): void {
    const rests = at !== undefined && at.x === this.#pointer?.x && at.y === this.#pointer.y;
    if (rests && this.#ignored) return;
    this.#ignored = false;
    this.#pointer = at ?? null;
    if (pointed === this.#state.pointed) return;
    this.#set(letGo({ ...this.#state, pointed }));
    this.#link.look();
  }

  /** What the user does by keys or elsewhere goes before a pointer that rests, until that moves again. */
  #forgetPointer(): void {
    this.#ignored = true;
    if (this.#state.pointed !== null) this.#patch({ pointed: null });
  }

  focus(focused: boolean): void {
    if (focused === this.#state.focused) return;
    if (focused) this.#branches.touch();
    this.#set(letGo({ ...this.#state, focused }));
    this.#link.look();
  }

  activate(active: ActiveRow): void {
    this.#branches.stayOut();
    this.#patch({ active, target: null });
  }

  goToIndex(index: number, select = false): void {
    const { total } = this.#state;
    if (total === 0) return;
    const wanted = Math.max(0, Math.min(total - 1, index));
    this.#goTo({ kind: 'index', index: wanted, select });
  }

  goToKey(key: TopicKey, delta = 0, select = false): void {
    this.#goTo({ kind: 'key', key, delta, select });
  }

  #goTo(target: Target): void {
    this.#branches.touch();
    this.#branches.stayOut();
    this.#forgetPointer();
    this.#take(settle({ ...this.#state, target }));
    this.#link.look();
  }

  /** A state in which the selection may have gone along with the active row. */
  #take(state: SessionState): void {
    const { selectedKey } = this.#state;
    this.#set(state);
    if (state.selectedKey !== selectedKey) this.#remember();
  }

  openClear(keys?: readonly TopicKey[], part: ClearRequest['part'] = 'clear', entry?: string): void {
    const { selectedKey } = this.#state;
    const wanted = keys ?? (selectedKey === null ? [] : [selectedKey]);
    this.#patch({ clearing: { keys: wanted, part, entry } });
  }

  closeClear(): void {
    this.#patch({ clearing: null });
  }

  onClose(end: () => void): void {
    this.#ends.push(end);
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#link.close();
  }
}
