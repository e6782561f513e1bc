import {
  BLOCK_ROWS,
  BLOCK_SHIFT,
  CHUNK_MASK,
  CHUNK_ROWS,
  COLD_BYTES,
  ColdChunk,
  Columns,
  HOT_BYTES,
  HotChunk,
  ROWS_SHIFT,
  coldRow,
  hotRow,
} from './columns.ts';
import type { Node } from './nodes.ts';

const NONE = -1;
/** Row numbers from here on are in the store of saved blocks; below are those of nodes. */
const SAVED = 1 << 27;

/** What has been saved for one snapshot: per block of rows its place in the store, or NONE. */
export class Overlay {
  readonly hot: Int32Array;
  readonly cold: Int32Array;
  newer: Overlay | null = null;

  constructor(end: Node) {
    const blocks = (end + BLOCK_ROWS - 1) >>> BLOCK_SHIFT;
    this.hot = new Int32Array(blocks).fill(NONE);
    this.cold = new Int32Array(blocks).fill(NONE);
  }
}

/** Places for saved blocks of one kind, in chunks as large as those of the columns; reused. */
class Store<Chunk> {
  readonly chunks: Chunk[] = [];
  readonly #make: () => Chunk;
  readonly #free: number[] = [];
  #used = 0;

  constructor(make: () => Chunk) {
    this.#make = make;
  }

  take(): number {
    const place = this.#free.pop() ?? this.#used++;
    if (place << BLOCK_SHIFT >= this.chunks.length * CHUNK_ROWS) this.chunks.push(this.#make());
    return place;
  }

  give(place: number): void {
    this.#free.push(place);
  }

  clear(): void {
    this.chunks.length = 0;
    this.#free.length = 0;
    this.#used = 0;
  }
}

/**
 * Keeps snapshots as they were: the first write to a block of rows after a snapshot saves the block.
 * A copy of all the columns would hold up intake for a tenth of a second at a million topics; a block
 * costs a microsecond. It is saved for the newest snapshot only, and older ones without it look there.
 */
export class Overlays {
  readonly #open: Overlay[] = [];
  readonly #hot = new Store(() => new HotChunk());
  readonly #cold = new Store(() => new ColdChunk());
  #generation = 0;
  /** Whether there is any snapshot. */
  active = false;

  get bytes(): number {
    return (this.#hot.chunks.length * HOT_BYTES + this.#cold.chunks.length * COLD_BYTES) * CHUNK_ROWS;
  }

  get newest(): Overlay {
    return this.#open.at(-1)!;
  }

  open(end: Node): void {
    const overlay = new Overlay(end);
    const last = this.#open.at(-1);
    if (last !== undefined) last.newer = overlay;
    this.#open.push(overlay);
    this.#generation++;
    this.active = true;
  }

  /** What only older snapshots may still need is handed to the next older one. */
  close(overlay: Overlay): void {
    const at = this.#open.indexOf(overlay);
    if (at < 0) return;
    const older = this.#open[at - 1];
    hand(overlay.hot, older?.hot, this.#hot);
    hand(overlay.cold, older?.cold, this.#cold);
    if (older !== undefined) older.newer = overlay.newer;
    this.#open.splice(at, 1);
    this.active = this.#open.length > 0;
    if (this.active) return;
    this.#hot.clear();
    this.#cold.clear();
  }

  saveHot(chunk: HotChunk, node: Node): void {
    const inChunk = (node & CHUNK_MASK) >>> BLOCK_SHIFT;
    if (chunk.saved[inChunk] === this.#generation) return;
    chunk.saved[inChunk] = this.#generation;
    const { hot } = this.newest;
    const block = node >>> BLOCK_SHIFT;
    if (block >= hot.length || hot[block] !== NONE) return;
    const place = this.#hot.take();
    hot[block] = place;
    const from = hotRow(inChunk << BLOCK_SHIFT);
    const to = this.#hot.chunks[place >>> (ROWS_SHIFT - BLOCK_SHIFT)]!;
    to.i32.set(chunk.i32.subarray(from, from + (HOT_BYTES / 4) * BLOCK_ROWS), hotRow(place << BLOCK_SHIFT));
  }

  saveCold(chunk: ColdChunk, node: Node): void {
    const inChunk = (node & CHUNK_MASK) >>> BLOCK_SHIFT;
    if (chunk.saved[inChunk] === this.#generation) return;
    chunk.saved[inChunk] = this.#generation;
    const { cold } = this.newest;
    const block = node >>> BLOCK_SHIFT;
    if (block >= cold.length || cold[block] !== NONE) return;
    const place = this.#cold.take();
    cold[block] = place;
    const from = coldRow(inChunk << BLOCK_SHIFT);
    const to = this.#cold.chunks[place >>> (ROWS_SHIFT - BLOCK_SHIFT)]!;
    to.i32.set(chunk.i32.subarray(from, from + (COLD_BYTES / 4) * BLOCK_ROWS), coldRow(place << BLOCK_SHIFT));
  }

  hotPlace(at: number): HotChunk {
    return this.#hot.chunks[(at - SAVED) >>> ROWS_SHIFT]!;
  }

  coldPlace(at: number): ColdChunk {
    return this.#cold.chunks[(at - SAVED) >>> ROWS_SHIFT]!;
  }
}

function hand(from: Int32Array, to: Int32Array | undefined, store: Store<unknown>): void {
  for (let block = 0; block < from.length; block++) {
    const place = from[block]!;
    if (place === NONE) continue;
    if (to !== undefined && block < to.length && to[block] === NONE) to[block] = place;
    else store.give(place);
  }
}

/** Number of the row that a snapshot reads for a node. */
function resolve(overlay: Overlay, kind: 'hot' | 'cold', node: Node): number {
  const block = node >>> BLOCK_SHIFT;
  for (let at: Overlay | null = overlay; at !== null; at = at.newer) {
    const place = at[kind][block]!;
    if (place !== NONE) return SAVED + (place << BLOCK_SHIFT) + (node & (BLOCK_ROWS - 1));
  }
  return node;
}

/** The columns as they were when it was made. */
export class FrozenColumns extends Columns {
  readonly overlay: Overlay;
  readonly end: Node;
  readonly #live: Columns;
  readonly #overlays: Overlays;

  constructor(live: Columns, overlays: Overlays, end: Node) {
    super();
    this.#live = live;
    this.#overlays = overlays;
    this.overlay = overlays.newest;
    this.end = end;
  }

  hotAt(node: Node): number {
    return resolve(this.overlay, 'hot', node);
  }

  coldAt(node: Node): number {
    return resolve(this.overlay, 'cold', node);
  }

  hotChunk(at: number): HotChunk {
    return at >= SAVED ? this.#overlays.hotPlace(at) : this.#live.hotChunk(at);
  }

  coldChunk(at: number): ColdChunk {
    return at >= SAVED ? this.#overlays.coldPlace(at) : this.#live.coldChunk(at);
  }
}
