import { createStore, type StoreApi } from 'zustand/vanilla';
import type { z } from 'zod';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type {
  packetCalls,
  PacketFilter,
  PacketRow,
  RecorderStatus,
} from '../../../src-main/contract/session/packets.ts';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { EMPTY_PACKETS, placed, rowOfIndex, type PacketsState } from './packet-window.ts';
import { clampTop } from '../scroll/view-scroll.ts';

export type { PacketsState } from './packet-window.ts';

type Read = { readonly index: number } | { readonly seq: number };
/** The packets of one handshake, in order. */
export type Handshake = Extract<z.output<typeof packetCalls.packetFlow.result>, { kind: 'flow' }>;
export type RecorderChange = z.input<typeof packetCalls.setRecorder.params>;

/** Rows asked for at once: the visible part and as much again on both sides, within what a call gives. */
const LEAST_ROWS = 120;
const MOST_ROWS = 400;
/** Between two looks at a filter that is still searching, ms. */
const SEARCH_MS = 120;

/** The list of recorded packets of one connection, and what a person does in it. */
export interface PacketsStore {
  readonly store: StoreApi<PacketsState>;
  /** Whose packets; another one begins again. */
  look(connection: ConnectionId | null): void;
  /** The recorder has changed: reads again what is on screen. Without change it asks nothing. */
  refresh(recorder: RecorderStatus): void;
  setFilter(part: Partial<PacketFilter>): void;
  /** The newest packet stays in view. */
  setFollow(follow: boolean): void;
  scrollTo(top: number): void;
  scrollBy(rows: number): void;
  resize(viewRows: number): void;
  /** Makes a row the active one and brings it into view, once it is here. */
  goToIndex(index: number): void;
  /** Makes a packet the active one, also where the filter hides it, and brings its surroundings into view. */
  show(row: PacketRow): Promise<void>;
  activate(row: PacketRow, index: number): void;
  configure(change: RecorderChange): Promise<Failure | null>;
  clear(): Promise<Failure | null>;
}

export function createPackets(engine: Engine): PacketsStore {
  return new Packets(engine);
}

class Packets implements PacketsStore {
  readonly store = createStore<PacketsState>(() => EMPTY_PACKETS);
  readonly #engine: Engine;
  #reading = false;
  /** `here`: what is on screen by then. */
  #again: Read | 'here' | null = null;
  /** Counts lists: an answer that belongs to an earlier one is dropped. */
  #list = 0;
  #seen = '';

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get #state(): PacketsState {
    return this.store.getState();
  }

  look(connection: ConnectionId | null): void {
    if (connection === this.#state.connection) return;
    this.#list += 1;
    this.#again = null;
    this.#seen = '';
    const { viewRows, filter } = this.#state;
    this.store.setState({ ...EMPTY_PACKETS, viewRows, filter, connection }, true);
    if (connection !== null) this.#read({ index: -this.#count() });
  }

  refresh({ firstSeq, lastSeq, publish, leavingOut }: RecorderStatus): void {
    const seen = `${firstSeq} ${lastSeq} ${publish.kind} ${leavingOut}`;
    if (seen === this.#seen || this.#state.connection === null) return;
    this.#seen = seen;
    this.#read('here');
  }

  /** What to read so that the screen stays as it is: the end, or from the first row that is loaded. */
  #here(): Read {
    const { follow, rows, first } = this.#state;
    if (follow) return { index: -this.#count() };
    const row = rows[0];
    return row === undefined ? { index: first } : { seq: row.seq };
  }

  setFilter(part: Partial<PacketFilter>): void {
    const filter = { ...this.#state.filter, ...part };
    if (JSON.stringify(filter) === JSON.stringify(this.#state.filter)) return;
    this.#list += 1;
    const { connection, viewRows, follow, active, base } = this.#state;
    this.store.setState({ ...EMPTY_PACKETS, connection, viewRows, follow, active, base, filter }, true);
    // Who had stopped at a packet stays near it, whether it passes or not.
    if (active !== null && !follow) void this.#near(active.seq);
    else this.#read({ index: -this.#count() });
  }

  setFollow(follow: boolean): void {
    if (follow === this.#state.follow) return;
    this.store.setState({ follow });
    if (follow) this.#read({ index: -this.#count() });
  }

  scrollTo(top: number): void {
    const state = this.#state;
    const next = clampTop(top, state);
    if (next === state.top) return;
    // Who scrolls away from the end wants to read; who comes back to it wants to follow.
    const atEnd = next >= state.total - state.viewRows - 0.01;
    this.store.setState({ top: next, target: null, follow: state.follow && atEnd });
    this.#fill();
  }

  scrollBy(rows: number): void {
    this.scrollTo(this.#state.top + rows);
  }

  resize(viewRows: number): void {
    const state = this.#state;
    if (viewRows === state.viewRows) return;
    const next = { ...state, viewRows };
    const top = state.follow ? Math.max(0, state.total - viewRows) : clampTop(state.top, next);
    this.store.setState({ viewRows, top });
    this.#fill();
  }

  goToIndex(index: number): void {
    const { total } = this.#state;
    if (total === 0) return;
    const wanted = Math.max(0, Math.min(total - 1, index));
    this.store.setState(placed({ ...this.#state, target: wanted }));
    this.#fill();
  }

  async show(row: PacketRow): Promise<void> {
    const activeIndex = indexOf(this.#state, row.seq);
    this.store.setState({ active: row, activeIndex, target: null, follow: false });
    if (activeIndex === null) await this.#near(row.seq);
    else this.store.setState(placed({ ...this.#state, target: activeIndex }));
  }

  async #near(seq: number): Promise<void> {
    const index = await this.#find(seq);
    if (index === null) return;
    const state = this.#state;
    this.store.setState({ top: clampTop(index - Math.floor(state.viewRows / 2), state), loaded: true });
    this.#fill();
  }

  /** Index of a packet, or of the next one that passes the filter; the list is then known to be that long. */
  async #find(seq: number): Promise<number | null> {
    const { connection, filter } = this.#state;
    if (connection === null) return null;
    const list = this.#list;
    const ask = { connection, filter, from: { seq }, count: 0 };
    const answer = await callEngine(() => this.#engine.call('readPackets', ask));
    if (list !== this.#list) return null;
    if (isFailure(answer)) {
      this.store.setState({ problem: answer, loaded: true });
      return null;
    }
    const { total, first, searched } = answer;
    this.store.setState({ total, searched, problem: null, follow: false });
    return first;
  }

  activate(row: PacketRow, index: number): void {
    // Whole on screen: half a row is what the pointer found.
    const state = { ...this.#state, active: row, activeIndex: index, target: index, follow: false };
    this.store.setState({ ...placed(state), follow: false });
    this.#fill();
  }

  async configure(change: RecorderChange): Promise<Failure | null> {
    return this.#change((connection) => this.#engine.call('setRecorder', { connection, ...change }));
  }

  async clear(): Promise<Failure | null> {
    const failure = await this.#change((connection) => this.#engine.call('clearPackets', { connection }));
    if (failure === null) {
      this.#list += 1;
      const { connection, viewRows, filter } = this.#state;
      this.store.setState({ ...EMPTY_PACKETS, connection, viewRows, filter }, true);
      this.#read({ index: 0 });
    }
    return failure;
  }

  async #change(ask: (connection: ConnectionId) => Promise<RecorderStatus>): Promise<Failure | null> {
    const { connection } = this.#state;
    if (connection === null) return null;
    const answer = await callEngine(() => ask(connection));
    return 'kind' in answer ? answer : null;
  }

  #count(): number {
    return Math.min(MOST_ROWS, Math.max(LEAST_ROWS, Math.ceil(this.#state.viewRows) * 3));
  }

  /** Reads the surroundings of the visible part unless they are here. */
  #fill(): void {
    const { top, viewRows, first, rows, total, target } = this.#state;
    const centre = target ?? top;
    const spare = Math.ceil(viewRows / 2);
    const from = Math.max(0, Math.floor(centre) - spare);
    const to = Math.min(total, Math.ceil(centre + viewRows) + spare);
    if (from >= first && to <= first + rows.length) return;
    const count = this.#count();
    const middle = Math.floor(centre + viewRows / 2);
    this.#read({ index: Math.max(0, Math.min(total - count, middle - Math.floor(count / 2))) });
  }

  /**
   * One question at a time; of what is wanted meanwhile only the last is asked. Where a person is going comes before
   * what is on screen, which they may be leaving.
   */
  #read(from: Read | 'here'): void {
    if (this.#reading) {
      if (from !== 'here' || this.#again === null) this.#again = from;
      return;
    }
    const { connection, filter } = this.#state;
    if (connection === null) return;
    this.#reading = true;
    void this.#ask(connection, filter, from === 'here' ? this.#here() : from, this.#list).finally(() => {
      this.#reading = false;
      const next = this.#again;
      this.#again = null;
      if (next !== null) this.#read(next);
    });
  }

  async #ask(connection: ConnectionId, filter: PacketFilter, from: Read, list: number): Promise<void> {
    const count = this.#count();
    const answer = await callEngine(() =>
      this.#engine.call('readPackets', { connection, filter, from, count }),
    );
    if (list !== this.#list) return void (this.#again ??= { index: -this.#count() });
    if (isFailure(answer)) {
      // An invalid filter says so; a broken connection to the engine is shown elsewhere, and the list stays.
      this.store.setState({ problem: answer, loaded: true });
      return;
    }
    const before = this.#state;
    this.store.setState(placed(taken(before, answer, from)));
    if (answer.searched < 1) setTimeout(() => list === this.#list && this.#read('here'), SEARCH_MS);
    this.#fill();
  }
}

interface Page {
  readonly first: number;
  readonly total: number;
  readonly searched: number;
  readonly rows: readonly PacketRow[];
}

/** The state with a page of it: what is on screen stays where it is, or at the end if that is followed. */
function taken(before: PacketsState, page: Page, from: Read): PacketsState {
  const known = new Map(before.rows.map((row) => [row.seq, row]));
  // Packets do not change: the row that is drawn stays the same object.
  const rows = page.rows.map((row) => known.get(row.seq) ?? row);
  // Where nothing of the screen is left, the oldest that is there takes its place.
  const moved = shiftOf(before, page) ?? ('seq' in from ? page.first - before.top : 0);
  const next = {
    ...before,
    ...{ first: page.first, rows, total: page.total, searched: page.searched },
    loaded: true,
    problem: null,
    base: before.base ?? page.rows[0]?.at ?? null,
    target: before.target === null ? null : Math.max(0, before.target + moved),
    activeIndex: before.activeIndex === null ? null : before.activeIndex + moved,
  };
  const top = before.follow ? Math.max(0, page.total - before.viewRows) : clampTop(before.top + moved, next);
  const activeIndex =
    next.active === null || rowOfIndex(next, next.activeIndex)?.seq === next.active.seq
      ? next.activeIndex
      : indexOf(next, next.active.seq);
  return { ...next, top, activeIndex };
}

/** How far rows that both have moved, because older ones were let go; null where they have none in common. */
function shiftOf(before: PacketsState, page: Page): number | null {
  const known = new Map(before.rows.map(({ seq }, at) => [seq, before.first + at]));
  for (const [at, { seq }] of page.rows.entries()) {
    const was = known.get(seq);
    if (was !== undefined) return page.first + at - was;
  }
  return null;
}

function indexOf({ rows, first }: PacketsState, seq: number): number | null {
  const at = rows.findIndex((row) => row.seq === seq);
  return at < 0 ? null : first + at;
}
