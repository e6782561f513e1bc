import { Flag, Hot, hotRow, type LiveColumns } from './columns.ts';
import { NO_NODE, ROOT, type Node } from './nodes.ts';
import { RETAINED_CODE } from '../retained/evidence.ts';

/** Rows looked at for one victim, some 5 µs at worst; if all were seen lately, the oldest of them goes. */
const MAX_LOOKED_AT = 2_048;
/** Leaves compared for one victim. With so many or fewer the choice is exact. */
const CANDIDATES = 48;

/**
 * Finds the topics to forget. A hand goes round the rows; a leaf that was seen again since the hand
 * last passed is spared once, and of the next ones the least recently seen goes. New topics take the
 * rows just left behind the hand, so unless topics were seen again this is the order of their birth.
 * Of up to `MAX_LOOKED_AT` nodes all are compared, so there it is exact.
 */
export class ClockHand {
  readonly #columns: LiveColumns;
  readonly #pins = new Map<Node, number>();
  #at: Node = 1;
  /** Leaves that may be forgotten: neither pinned nor retained. */
  forgettable = 0;

  constructor(columns: LiveColumns) {
    this.#columns = columns;
  }

  isForgettable(node: Node): boolean {
    return isLoose(this.#columns.flags(node)) && this.#columns.children(node) === 0;
  }

  /** Called around every change that may matter, with what `isForgettable` was before it. */
  changed(node: Node, before: boolean): void {
    this.forgettable += Number(this.isForgettable(node)) - Number(before);
  }

  pin(node: Node): void {
    const pins = this.#pins.get(node) ?? 0;
    this.#pins.set(node, pins + 1);
    if (pins === 0) this.#flag(node, Flag.pinned);
  }

  /** Returns true when this was the last pin. */
  unpin(node: Node): boolean {
    const pins = this.#pins.get(node) ?? 0;
    if (pins > 1) this.#pins.set(node, pins - 1);
    if (pins !== 1) return false;
    this.#pins.delete(node);
    this.#flag(node, 0);
    return true;
  }

  /** The next leaf to forget, NO_NODE if there is none within reach. */
  next(): Node {
    if (this.forgettable === 0) return NO_NODE;
    const few = this.#columns.end <= MAX_LOOKED_AT;
    const found = this.#oldest(
      few ? this.#columns.end : MAX_LOOKED_AT,
      few ? MAX_LOOKED_AT : CANDIDATES,
      few,
    );
    // All within reach were seen again; they have been spared once by now.
    return found === NO_NODE && !few ? this.#oldest(MAX_LOOKED_AT, CANDIDATES, true) : found;
  }

  /** The least recently seen of the next `candidates` leaves within `rows`; `all`: those seen again too. */
  #oldest(rows: number, candidates: number, all: boolean): Node {
    const columns = this.#columns;
    let oldest: Node = NO_NODE;
    let oldestSeen = Number.POSITIVE_INFINITY;
    let first: Node = NO_NODE;
    let found = 0;
    let node = this.#at;
    for (let looked = 0; looked < rows && found < candidates; looked++, node++) {
      if (node >= columns.end) node = ROOT + 1;
      const chunk = columns.hotChunk(node);
      const row = hotRow(node);
      const flags = chunk.u16[(row << 1) + Hot.flags]!;
      if (!isLoose(flags) || (flags & Flag.branch) !== 0) continue;
      if ((flags & Flag.seen) !== 0 && !all) {
        columns.ownHot(node).u16[(row << 1) + Hot.flags] = flags & ~Flag.seen;
        continue;
      }
      found++;
      if (first === NO_NODE) first = node;
      const seen = chunk.f64[(row >> 1) + Hot.lastSeen]!;
      if (seen >= oldestSeen) continue;
      oldest = node;
      oldestSeen = seen;
    }
    // The others are compared again next time: the hand passes a leaf only to spare or forget it.
    this.#at = first === NO_NODE ? node : first;
    return oldest;
  }

  #flag(node: Node, pinned: number): void {
    const before = this.isForgettable(node);
    const hot = this.#columns.ownHot(node);
    const at = (hotRow(node) << 1) + Hot.flags;
    hot.u16[at] = (hot.u16[at]! & ~Flag.pinned) | pinned;
    this.changed(node, before);
  }
}

/** A topic that is neither pinned nor retained. */
const isLoose = (flags: number): boolean =>
  (flags & (Flag.alive | Flag.topic | Flag.pinned)) === (Flag.alive | Flag.topic) &&
  (flags & Flag.stateMask) >> Flag.stateShift !== RETAINED_CODE;
