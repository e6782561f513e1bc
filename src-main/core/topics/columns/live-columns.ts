import {
  CHUNK_BYTES,
  CHUNK_ROWS,
  COLD_BYTES,
  Cold,
  ColdChunk,
  Columns,
  Flag,
  HOT_BYTES,
  Hot,
  HotChunk,
  ROWS_SHIFT,
  coldRow,
  hotRow,
} from './columns.ts';
import { NO_NODE, type Node } from './nodes.ts';
import { FrozenColumns, Overlays } from './overlays.ts';

/** The columns of the live store: adds rows, frees them, and keeps what snapshots read. */
export class LiveColumns extends Columns {
  readonly hot: HotChunk[] = [];
  readonly cold: ColdChunk[] = [];
  readonly #overlays = new Overlays();
  /** Nodes alive. */
  alive = 0;
  #used = 0;
  #free: Node = NO_NODE;
  #freeCount = 0;
  #births = 0;

  /** Rows that can be taken without a new chunk. */
  get spare(): number {
    return this.#freeCount + this.hot.length * CHUNK_ROWS - this.#used;
  }

  /** The birth of the node that was taken last. */
  get births(): number {
    return this.#births;
  }

  get end(): number {
    return this.#used;
  }

  /** Bytes of all chunks, what is saved for snapshots included. */
  get bytes(): number {
    return this.hot.length * CHUNK_BYTES + this.#overlays.bytes;
  }

  grow(): void {
    this.hot.push(new HotChunk());
    this.cold.push(new ColdChunk());
  }

  hotAt(node: Node): number {
    return node;
  }

  coldAt(node: Node): number {
    return node;
  }

  hotChunk(at: number): HotChunk {
    return this.hot[at >>> ROWS_SHIFT]!;
  }

  coldChunk(at: number): ColdChunk {
    return this.cold[at >>> ROWS_SHIFT]!;
  }

  /** The hot chunk of a node, to be written to. */
  ownHot(node: Node): HotChunk {
    const chunk = this.hot[node >>> ROWS_SHIFT]!;
    if (this.#overlays.active) this.#overlays.saveHot(chunk, node);
    return chunk;
  }

  /** The cold chunk of a node, to be written to. */
  ownCold(node: Node): ColdChunk {
    const chunk = this.cold[node >>> ROWS_SHIFT]!;
    if (this.#overlays.active) this.#overlays.saveCold(chunk, node);
    return chunk;
  }

  /** Takes a row, empty but for `birth` and the alive flag. There must be a spare one. */
  take(): Node {
    const freed = this.#free;
    const node = freed === NO_NODE ? this.#used++ : freed;
    if (freed !== NO_NODE) {
      this.#free = this.nextSibling(freed);
      this.#freeCount--;
    }
    const hot = this.ownHot(node);
    const cold = this.ownCold(node);
    const h = hotRow(node);
    const c = coldRow(node);
    if (freed !== NO_NODE) {
      hot.i32.fill(0, h, h + HOT_BYTES / 4);
      cold.i32.fill(0, c, c + COLD_BYTES / 4);
    }
    this.#births = (this.#births + 1) | 0;
    hot.i32[h + Hot.birth] = this.#births;
    hot.u16[(h << 1) + Hot.flags] = Flag.alive;
    hot.i32[h + Hot.parent] = NO_NODE;
    cold.i32[c + Cold.firstChild] = NO_NODE;
    cold.i32[c + Cold.nextSibling] = NO_NODE;
    cold.i32[c + Cold.previousSibling] = NO_NODE;
    this.alive++;
    return node;
  }

  free(node: Node): void {
    this.ownHot(node).u16[(hotRow(node) << 1) + Hot.flags] = 0;
    this.ownCold(node).i32[coldRow(node) + Cold.nextSibling] = this.#free;
    this.#free = node;
    this.#freeCount++;
    this.alive--;
  }

  /** Puts a node in front of its siblings. */
  link(node: Node, parent: Node): void {
    const cold = this.ownCold(parent);
    const c = coldRow(parent);
    const first = cold.i32[c + Cold.firstChild]!;
    if (first === NO_NODE) {
      cold.f64[(c >> 1) + Cold.own] = this.total(parent);
      this.ownHot(parent).u16[(hotRow(parent) << 1) + Hot.flags]! |= Flag.branch;
    }
    cold.i32[c + Cold.firstChild] = node;
    cold.i32[c + Cold.children]!++;
    this.ownCold(node).i32[coldRow(node) + Cold.nextSibling] = first;
    if (first !== NO_NODE) this.ownCold(first).i32[coldRow(first) + Cold.previousSibling] = node;
    this.ownHot(node).i32[hotRow(node) + Hot.parent] = parent;
  }

  unlink(node: Node, parent: Node): void {
    const own = this.coldChunk(node);
    const next = own.i32[coldRow(node) + Cold.nextSibling]!;
    const previous = own.i32[coldRow(node) + Cold.previousSibling]!;
    if (next !== NO_NODE) this.ownCold(next).i32[coldRow(next) + Cold.previousSibling] = previous;
    if (previous !== NO_NODE) this.ownCold(previous).i32[coldRow(previous) + Cold.nextSibling] = next;
    const cold = this.ownCold(parent);
    const c = coldRow(parent);
    if (previous === NO_NODE) cold.i32[c + Cold.firstChild] = next;
    if (--cold.i32[c + Cold.children]! > 0) return;
    // What its children had counted is taken out by now: the total is its own again.
    this.ownHot(parent).u16[(hotRow(parent) << 1) + Hot.flags]! &= ~Flag.branch;
  }

  /** The columns as they are now, until `thaw`. Costs nothing but what is written to afterwards. */
  freeze(): FrozenColumns {
    this.#overlays.open(this.#used);
    return new FrozenColumns(this, this.#overlays, this.#used);
  }

  thaw(frozen: FrozenColumns): void {
    this.#overlays.close(frozen.overlay);
  }
}
