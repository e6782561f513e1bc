import { Flag, Hot, hotRow } from './columns.ts';
import type { LiveColumns } from './live-columns.ts';
import { NO_NODE, ROOT, type Node } from './nodes.ts';
import { RETAINED_CODE } from '../../retained/evidence.ts';

/** Rows looked at for one victim, some 5 µs at worst; if all were seen lately, the oldest of them goes. */
const MAX_LOOKED_AT = 2_048;

/**
 * Finds the topics to forget. A hand goes round the rows; a leaf that was seen again since the hand
 * last passed is spared once, the first that was not goes. New topics take the rows just left behind
 * the hand, so unless topics were seen again this is the order of their birth. Where there are no
 * more than `MAX_LOOKED_AT` nodes, all are compared and the least recently seen goes.
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
    const columns = this.#columns;
    const few = columns.end <= MAX_LOOKED_AT;
    let oldest: Node = NO_NODE;
    let oldestSeen = Number.POSITIVE_INFINITY;
    // One turn sees every row, so a small tree is not read again and again.
    const rows = few ? columns.end - 1 : MAX_LOOKED_AT;
    for (let looked = 0; looked < rows; looked++) {
      if (this.#at >= columns.end) this.#at = ROOT + 1;
      const node = this.#at++;
      const chunk = columns.hotChunk(node);
      const row = hotRow(node);
      const flags = chunk.u16[(row << 1) + Hot.flags]!;
      if (!isLoose(flags) || (flags & Flag.branch) !== 0) continue;
      if ((flags & Flag.seen) === 0 && !few) return node;
      if (!few) columns.ownHot(node).u16[(row << 1) + Hot.flags] = flags & ~Flag.seen;
      const seen = chunk.f64[(row >> 1) + Hot.lastSeen]!;
      if (seen >= oldestSeen) continue;
      oldest = node;
      oldestSeen = seen;
    }
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
