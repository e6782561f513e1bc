import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import {
  MAX_RULES,
  type Inventory,
  type InventoryChoice,
  type InventoryExpansion,
  type InventoryRow,
  type InventorySort,
  type InventoryState,
} from '../../../src-main/contract/session/inventory.ts';
import { isBelow } from '../../../src-main/core/topics/levels.ts';
import { callEngine } from '../engine/call-engine.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import { clampTop } from '../scroll/view-scroll.ts';

/** How often a list on screen is asked whether it still holds, ms. */
const LOOK_MS = 1_000;
/** Rows read beyond what is in sight, each way. */
const BEYOND = 40;
/** Rows one answer may have (contract). */
const MOST_ROWS = 500;
/** Parents that may be open or closed against the rule (contract). */
const MOST_EXCEPT = 1_000;

export interface InventorySessionState {
  readonly state: InventoryState;
  readonly sort: InventorySort;
  readonly choice: InventoryChoice;
  readonly expansion: InventoryExpansion;
  /** Rows above the visible part, with a fraction; and rows that fit. */
  readonly top: number;
  readonly viewRows: number;
  readonly total: number;
  readonly first: number;
  readonly rows: readonly InventoryRow[];
  readonly inventory: Inventory | null;
  /** A message with a content type was seen. */
  readonly hasTypes: boolean;
  /** The row that keys act on, and its place. */
  readonly active: { readonly key: TopicKey; readonly index: number } | null;
  /** The inspector stands in the place of the summary. */
  readonly inspecting: boolean;
  /** Why the list could not be read; it is asked for again. */
  readonly problem: string | null;
  /** Why the broker was not asked again; until that is tried once more. */
  readonly refused: string | null;
}

/** What a preview is of. */
const TICKED = 'What is ticked in Retained.';
const LISTED = 'Nothing is ticked: all that Retained lists.';

export const EVERYTHING: InventoryChoice = { all: true, rules: [] };

const EMPTY: InventorySessionState = {
  state: 'all',
  sort: { by: 'topic', descending: false },
  choice: EVERYTHING,
  expansion: { open: null, except: [] },
  top: 0,
  viewRows: 30,
  total: 0,
  first: 0,
  rows: [],
  inventory: null,
  hasTypes: false,
  active: null,
  inspecting: false,
  problem: null,
  refused: null,
};

export interface InventoryPorts {
  /** Runs once after so many ms; the answer cancels it. */
  readonly after: (ms: number, run: () => void) => () => void;
}

const browserPorts: InventoryPorts = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** The inventory of one connection as the window shows it. It reads only while somebody looks. */
export class InventorySession {
  readonly store: StoreApi<InventorySessionState>;
  readonly #session: ConnectionSession;
  readonly #ports: InventoryPorts;
  #watchers = 0;
  #reading = false;
  /** Something was asked for that the answer under way does not know. */
  #again = false;
  #cancel: () => void = () => undefined;

  constructor(session: ConnectionSession, ports: InventoryPorts = browserPorts) {
    this.#session = session;
    this.#ports = ports;
    this.store = createStore<InventorySessionState>(() => EMPTY);
    const { filter } = session.store.getState();
    let before = filter;
    const stop = session.store.subscribe((state) => {
      if (state.filter === before) return;
      before = state.filter;
      this.#patch({ top: 0, active: null, choice: EVERYTHING });
      this.#look();
    });
    session.onClose(() => {
      stop();
      this.#watchers = 0;
      this.#cancel();
    });
  }

  /** Reads as long as the answer is not called. */
  watch(): () => void {
    if (this.#watchers++ === 0) this.#look();
    return () => {
      if (--this.#watchers === 0) this.#cancel();
    };
  }

  get query() {
    return { filter: this.#session.store.getState().filter, state: this.store.getState().state };
  }

  setState(state: InventoryState): void {
    this.#ask({ state, top: 0, active: null, choice: EVERYTHING });
  }

  /** The same column again turns it round. */
  sortBy(by: InventorySort['by']): void {
    const { sort } = this.store.getState();
    // Large and old ones are what one looks for; names are read from a to z.
    const descending = sort.by === by ? !sort.descending : by === 'size' || by === 'age';
    this.#ask({ sort: { by, descending } });
  }

  chooseAll(all: boolean): void {
    this.#ask({ choice: { all, rules: [] } });
  }

  /** Chooses all that is listed; where all of it is chosen, nothing. */
  toggleAll(): void {
    const { inventory } = this.store.getState();
    this.chooseAll(inventory === null || !isAllChosen(inventory));
  }

  /** Chooses what a row stands for, or not any more. */
  toggle({ key, chosen }: InventoryRow): void {
    if (chosen === 'never') return;
    const { choice } = this.store.getState();
    const on = chosen !== 'all';
    const { separator } = this.#session.store.getState();
    const rules = choice.rules.filter((rule) => rule.key !== key && !isBelow(rule.key, key, separator));
    this.#ask({ choice: { ...choice, rules: [...rules, { key, on }].slice(-MAX_RULES) } });
  }

  turn(key: TopicKey, open: boolean): void {
    const { expansion, total } = this.store.getState();
    // What "few" means is decided by the engine: the rows on screen show how.
    const rule = expansion.open ?? this.#isOpenAtFirst();
    const except = expansion.except.filter((one) => one !== key);
    const next = open === rule ? except : [...except, key].slice(-MOST_EXCEPT);
    if (total > 0) this.#ask({ expansion: { open: rule, except: next } });
  }

  #isOpenAtFirst(): boolean {
    const parents = this.store.getState().rows.filter(({ expanded }) => expanded !== null);
    return parents.some(({ expanded }) => expanded === true);
  }

  expandAll(open: boolean): void {
    this.#ask({ expansion: { open, except: [] }, top: 0, active: null });
  }

  scrollTo(top: number): void {
    const state = this.store.getState();
    const next = clampTop(top, state);
    if (next === state.top) return;
    this.#patch({ top: next });
    if (!this.#holdsView()) this.#look();
  }

  resize(viewRows: number): void {
    if (viewRows === this.store.getState().viewRows) return;
    this.#patch({ viewRows });
    if (!this.#holdsView()) this.#look();
  }

  /** Makes the row at a place the one that keys act on, and brings it into sight. */
  goTo(index: number): void {
    const { total, top, viewRows } = this.store.getState();
    const at = Math.max(0, Math.min(total - 1, index));
    const whole = Math.max(1, Math.floor(viewRows));
    if (at < top) this.scrollTo(at);
    else if (at >= top + whole) this.scrollTo(at - whole + 1);
    const row = this.rowAt(at);
    this.#patch({ active: { key: row?.key ?? '', index: at } });
  }

  rowAt(index: number): InventoryRow | undefined {
    const { first, rows } = this.store.getState();
    return rows[index - first];
  }

  inspect(inspecting: boolean): void {
    this.#patch({ inspecting });
  }

  /** Opens the preview of clearing what is chosen. */
  clearChosen(): void {
    this.#preview(this.store.getState().choice, TICKED);
  }

  /** The same from elsewhere; where nothing is chosen it is all that is listed. */
  clearShown(): void {
    const { choice } = this.store.getState();
    if (choice.all || choice.rules.some(({ on }) => on)) this.#preview(choice, TICKED);
    else this.#preview(EVERYTHING, LISTED);
  }

  /** The same for what one row stands for, chosen or not. */
  clearRow({ key, expanded }: InventoryRow): void {
    if (expanded === null) return this.#session.openClear([key]);
    this.#preview({ all: false, rules: [{ key, on: true }] });
  }

  #preview(choice: InventoryChoice, about?: string): void {
    const scope = { kind: 'inventory' as const, query: this.query, choice };
    const clearing = { keys: [], part: 'clear' as const, scope };
    this.#session.store.setState({ clearing: about === undefined ? clearing : { ...clearing, about } });
  }

  async probe(): Promise<void> {
    const { client, connectionId: connection } = this.#session;
    const answer = await callEngine(() => client.call('probeRetained', { connection, query: this.query }));
    this.#patch({ refused: answer.kind === 'failed' ? `${answer.message} ${answer.advice}` : null });
    this.#look();
  }

  /** Takes effect after what is under way. */
  async stopProbe(): Promise<void> {
    const { client, connectionId: connection } = this.#session;
    const answer = await callEngine(() => client.call('stopProbe', { connection }));
    if (answer.kind === 'failed') this.#patch({ refused: `${answer.message} ${answer.advice}` });
    this.#look();
  }

  #holdsView(): boolean {
    const { first, rows, top, viewRows, total } = this.store.getState();
    return first <= Math.floor(top) && first + rows.length >= Math.min(total, Math.ceil(top + viewRows));
  }

  #patch(part: Partial<InventorySessionState>): void {
    this.store.setState(part);
  }

  #ask(part: Partial<InventorySessionState>): void {
    this.#patch(part);
    this.#look();
  }

  #look(): void {
    this.#cancel();
    if (this.#watchers === 0) return;
    if (this.#reading) this.#again = true;
    else void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    this.#again = false;
    const { sort, choice, expansion, top, viewRows, inventory } = this.store.getState();
    const from = Math.max(0, Math.floor(top) - BEYOND);
    const count = Math.min(MOST_ROWS, Math.ceil(viewRows) + 2 * BEYOND);
    const { client, connectionId: connection } = this.#session;
    // A window of rows elsewhere is news, whatever version it is of.
    const seen = inventory !== null && this.#holdsView() ? inventory.version : null;
    try {
      const answer = await client.call('readInventory', {
        connection,
        query: this.query,
        sort,
        choice,
        expansion,
        from,
        count,
        seen,
      });
      if (answer.kind === 'inventory') this.#take(answer);
    } catch (error) {
      this.#patch({ problem: error instanceof Error ? error.message : String(error) });
    }
    this.#reading = false;
    if (this.#watchers === 0) return;
    if (this.#again) void this.#read();
    else this.#cancel = this.#ports.after(LOOK_MS, () => this.#look());
  }

  #take(inventory: Inventory): void {
    const { active, top, viewRows, hasTypes } = this.store.getState();
    const { rows: total, from: first, window: rows } = inventory;
    const at = active === null ? -1 : rows.findIndex(({ key }) => key === active.key);
    const row = active === null ? undefined : rows[active.index - first];
    this.#patch({
      inventory,
      total,
      first,
      rows,
      problem: null,
      hasTypes: hasTypes || rows.some(({ entry }) => (entry?.contentType ?? '') !== ''),
      top: clampTop(top, { total, viewRows }),
      // Its row may have moved; where it is gone, the one in its place takes over.
      ...(active !== null && at >= 0 ? { active: { key: active.key, index: first + at } } : {}),
      ...(active !== null && at < 0 && row !== undefined
        ? { active: { key: row.key, index: active.index } }
        : {}),
    });
  }
}

/** Everything that can be chosen is; the others are unknown or protected. */
export function isAllChosen({ summary: { chosen, unchosen, count } }: Pick<Inventory, 'summary'>): boolean {
  return chosen.count > 0 && chosen.count + unchosen.unknown + unchosen.protected >= count;
}

const sessions = new WeakMap<ConnectionSession, InventorySession>();

/** The one of a connection's session; made when the view is opened first. */
export function inventoryOf(session: ConnectionSession): InventorySession {
  const known = sessions.get(session);
  if (known !== undefined) return known;
  const made = new InventorySession(session);
  sessions.set(session, made);
  return made;
}
