import type { RetainedBy, RetainedFact, RetainedState } from '../../../contract/model/model.ts';
import { judge, RETAINED_CODE, SOURCES, STATES, type Evidence } from '../../retained/evidence.ts';
import type { ClockHand } from '../columns/clock-hand.ts';
import { CHUNK_MASK, CHUNK_ROWS, Cold, Flag, Hot, coldRow, hotRow } from '../columns/columns.ts';
import type { Columns } from '../columns/columns.ts';
import type { LiveColumns } from '../columns/live-columns.ts';
import type { Node } from '../columns/nodes.ts';
import { Count, type Tally } from './tally.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** When a fact expires, in whole seconds after the store's start; 0 is never. */
const expiryOf = (columns: Columns, node: Node): number => {
  const at = columns.coldAt(node);
  return columns.coldChunk(at).i32[coldRow(at) + Cold.expires]! >>> 0;
};

/** What is known of a topic's stored message at `now`, from the live columns or a snapshot's. */
export function readFact(
  columns: Columns,
  node: Node,
  now: number,
  startedAt: number,
  session: number,
): RetainedFact {
  const flags = columns.flags(node);
  const state = STATES[(flags & Flag.stateMask) >> Flag.stateShift]!;
  const by = SOURCES[(flags & Flag.byMask) >> Flag.byShift] ?? 'none';
  const at = columns.coldAt(node);
  const cold = columns.coldChunk(at);
  const row = coldRow(at);
  const expires = expiryOf(columns, node);
  const expiresAt = startedAt + expires * 1_000;
  if (state === 'retained' && expires > 0 && now >= expiresAt) {
    return { state: judge(state, 'expired'), by: 'expiry', at: expiresAt, stale: false };
  }
  const stale = by !== 'none' && by !== 'expiry' && cold.i32[row + Cold.session] !== session;
  return { state, by, at: cold.f64[(row >> 1) + Cold.factAt]!, stale };
}

/** Writes the retained facts into the columns and keeps their count honest when they expire. */
export class RetainedFacts {
  readonly #columns: LiveColumns;
  readonly #tally: Tally;
  readonly #startedAt: number;
  readonly #hand: ClockHand;
  /** Per chunk of rows: the earliest expiry in it, seconds after the start. */
  readonly #due: number[] = [];
  /** Facts of another session are stale. */
  session = 0;

  constructor(columns: LiveColumns, tally: Tally, startedAt: number, hand: ClockHand) {
    this.#columns = columns;
    this.#tally = tally;
    this.#startedAt = startedAt;
    this.#hand = hand;
  }

  /** @param expiry seconds, -1 if none */
  learn(node: Node, evidence: Evidence, by: RetainedBy, expiry: number, at: number): void {
    if (evidence === 'live' || evidence === 'probe-incomplete') return;
    const before = this.#state(node);
    const state = judge(before, evidence);
    const cold = this.#columns.ownCold(node);
    const row = coldRow(node);
    cold.f64[(row >> 1) + Cold.factAt] = at;
    cold.i32[row + Cold.session] = this.session;
    cold.i32[row + Cold.expires] = 0;
    if (state === 'retained' && expiry >= 0) this.#expireAt(node, at + expiry * 1_000);
    this.#set(node, before, state, by);
  }

  /** Retained facts that were reached by their expiry become unknown. Bounded; true if more are due. */
  sweep(now: number, chunks: number): boolean {
    const seconds = (now - this.#startedAt) / 1_000;
    let left = chunks;
    for (let chunk = 0; chunk < this.#due.length; chunk++) {
      if ((this.#due[chunk] ?? NEVER) > seconds) continue;
      if (left-- === 0) return true;
      this.#sweepChunk(chunk, seconds);
    }
    return false;
  }

  #state(node: Node): RetainedState {
    return STATES[(this.#columns.flags(node) & Flag.stateMask) >> Flag.stateShift]!;
  }

  #set(node: Node, before: RetainedState, state: RetainedState, by: RetainedBy): void {
    const forgettable = this.#hand.isForgettable(node);
    const hot = this.#columns.ownHot(node);
    const at = (hotRow(node) << 1) + Hot.flags;
    hot.u16[at] =
      (hot.u16[at]! & ~(Flag.stateMask | Flag.byMask)) |
      (STATES.indexOf(state) << Flag.stateShift) |
      (SOURCES.indexOf(by) << Flag.byShift);
    if ((before === 'retained') === (state === 'retained')) return;
    this.#tally.counts[Count.retained]! += state === 'retained' ? 1 : -1;
    this.#hand.changed(node, forgettable);
  }

  #expireAt(node: Node, time: number): void {
    const seconds = Math.min(0xffff_ffff, Math.max(1, Math.ceil((time - this.#startedAt) / 1_000)));
    this.#columns.ownCold(node).i32[coldRow(node) + Cold.expires] = seconds;
    const chunk = (node - (node & CHUNK_MASK)) / CHUNK_ROWS;
    while (this.#due.length <= chunk) this.#due.push(NEVER);
    this.#due[chunk] = Math.min(this.#due[chunk]!, seconds);
  }

  #sweepChunk(chunk: number, seconds: number): void {
    let next = NEVER;
    const end = Math.min(this.#columns.end, (chunk + 1) * CHUNK_ROWS);
    for (let node = chunk * CHUNK_ROWS; node < end; node++) {
      const expires = expiryOf(this.#columns, node);
      const flags = this.#columns.flags(node);
      const retained = (flags & Flag.stateMask) >> Flag.stateShift === RETAINED_CODE;
      if (expires === 0 || !retained || (flags & Flag.alive) === 0) continue;
      if (expires > seconds) {
        next = Math.min(next, expires);
        continue;
      }
      const cold = this.#columns.ownCold(node);
      cold.f64[(coldRow(node) >> 1) + Cold.factAt] = this.#startedAt + expires * 1_000;
      this.#set(node, 'retained', judge('retained', 'expired'), 'expiry');
    }
    this.#due[chunk] = next;
  }
}
