import { NO_NODE, type Node } from './nodes.ts';

/*
 * The columns of a node lie side by side in two rows of fixed size: the hot one (64 bytes) holds what
 * a message to a known topic touches, the cold one (56 bytes) what only changes of the tree, flushes
 * of counts and readers touch. At a million topics the cost of a message is the cost of its cache
 * misses, so one line a message beats one line a column. Rows live in chunks: growth never copies.
 */
const ROWS_SHIFT = 12;
/** Nodes of a chunk; 256 kB hot and 224 kB cold: small enough to be copied within 0.2 ms. */
export const CHUNK_ROWS = 1 << ROWS_SHIFT;
export const CHUNK_MASK = CHUNK_ROWS - 1;
const HOT_BYTES = 64;
const COLD_BYTES = 56;
export const CHUNK_BYTES = CHUNK_ROWS * (HOT_BYTES + COLD_BYTES);
/** Ids must fit the 26 bits an entry of the topic index has for them. */
export const MAX_NODES = 1 << 26;

/**
 * Offsets into a hot row, in units of the array named. The first 48 bytes are what a message touches:
 * Node's allocator puts large buffers 16 bytes behind a page, so these 48 share one cache line.
 */
export const Hot = {
  /** i32 */
  birth: 2,
  kept: 3,
  parent: 4,
  arena: 12,
  hash: 13,
  /** u16 */
  pathLength: 0,
  flags: 1,
  lastWords: 2,
  rateEpoch: 3,
  level: 30,
  nameOffset: 31,
  /** f32 */
  rate: 5,
  /** f64 */
  lastRecord: 3,
  lastSeen: 4,
  total: 5,
} as const;

/** Offsets into a cold row, in units of the array named. */
export const Cold = {
  /** i32 */
  firstChild: 0,
  nextSibling: 1,
  previousSibling: 2,
  children: 3,
  topics: 4,
  expires: 5,
  born: 12,
  session: 13,
  /** f64; `own` is only kept for branches: a leaf's own messages are its total. */
  own: 3,
  lastRetained: 4,
  factAt: 5,
} as const;

/** Bits of `Hot.flags`. */
export const Flag = {
  alive: 1,
  topic: 2,
  /** Its counts have not been carried to its parent yet. */
  waiting: 4,
  pinned: 8,
  /** Seen again since the hand of `clock-hand.ts` passed. */
  seen: 16,
  /** The latest record is also the last retained one. */
  latestRetained: 32,
  /** Has children. */
  branch: 64,
  stateShift: 7,
  stateMask: 3 << 7,
  byShift: 9,
  byMask: 7 << 9,
} as const;

export class HotChunk {
  readonly i32: Int32Array;
  readonly u16: Uint16Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  /** Snapshots that read this chunk; the live store copies it before the next write. */
  shares = 0;

  constructor(buffer = new ArrayBuffer(CHUNK_ROWS * HOT_BYTES)) {
    this.i32 = new Int32Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  copy(): HotChunk {
    const copy = new HotChunk();
    copy.f64.set(this.f64);
    return copy;
  }
}

export class ColdChunk {
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  shares = 0;

  constructor(buffer = new ArrayBuffer(CHUNK_ROWS * COLD_BYTES)) {
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  copy(): ColdChunk {
    const copy = new ColdChunk();
    copy.f64.set(this.f64);
    return copy;
  }
}

/** Word offset of a node's hot row in its chunk. */
export const hotRow = (node: Node): number => (node & CHUNK_MASK) << 4;
/** Word offset of a node's cold row in its chunk; always even, so half of it indexes `f64`. */
export const coldRow = (node: Node): number => (node & CHUNK_MASK) * 14;

/** Reading the columns: the same for the live store and for a snapshot. */
export class Columns {
  readonly hot: HotChunk[];
  readonly cold: ColdChunk[];

  constructor(hot: HotChunk[] = [], cold: ColdChunk[] = []) {
    this.hot = hot;
    this.cold = cold;
  }

  hotChunk(node: Node): HotChunk {
    return this.hot[node >>> ROWS_SHIFT]!;
  }

  coldChunk(node: Node): ColdChunk {
    return this.cold[node >>> ROWS_SHIFT]!;
  }

  has(node: Node): boolean {
    return node >= 0 && node >>> ROWS_SHIFT < this.hot.length && (this.flags(node) & Flag.alive) !== 0;
  }

  flags(node: Node): number {
    return this.hotChunk(node).u16[(hotRow(node) << 1) + Hot.flags]!;
  }

  birth(node: Node): number {
    return this.hotChunk(node).i32[hotRow(node) + Hot.birth]!;
  }

  parent(node: Node): Node {
    return this.hotChunk(node).i32[hotRow(node) + Hot.parent]!;
  }

  level(node: Node): number {
    return this.hotChunk(node).u16[(hotRow(node) << 1) + Hot.level]!;
  }

  /** Messages of this very topic. */
  own(node: Node): number {
    if ((this.flags(node) & Flag.branch) === 0) return this.total(node);
    return this.coldChunk(node).f64[(coldRow(node) >> 1) + Cold.own]!;
  }

  /** Messages of the subtree, as far as they have been carried up. */
  total(node: Node): number {
    return this.hotChunk(node).f64[(hotRow(node) >> 1) + Hot.total]!;
  }

  lastSeen(node: Node): number {
    return this.hotChunk(node).f64[(hotRow(node) >> 1) + Hot.lastSeen]!;
  }

  lastRecord(node: Node): number {
    return this.hotChunk(node).f64[(hotRow(node) >> 1) + Hot.lastRecord]!;
  }

  firstChild(node: Node): Node {
    return this.coldChunk(node).i32[coldRow(node) + Cold.firstChild]!;
  }

  nextSibling(node: Node): Node {
    return this.coldChunk(node).i32[coldRow(node) + Cold.nextSibling]!;
  }

  children(node: Node): number {
    return this.coldChunk(node).i32[coldRow(node) + Cold.children]!;
  }

  topics(node: Node): number {
    return this.coldChunk(node).i32[coldRow(node) + Cold.topics]!;
  }

  lastRetained(node: Node): number {
    return this.coldChunk(node).f64[(coldRow(node) >> 1) + Cold.lastRetained]!;
  }
}

/** The columns of the live store: adds rows, frees them, and keeps what snapshots read. */
export class LiveColumns extends Columns {
  /** Bytes of all chunks, those kept for snapshots included. */
  bytes = 0;
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

  /** One more than the highest id ever given out. */
  get end(): number {
    return this.#used;
  }

  grow(): void {
    this.hot.push(new HotChunk());
    this.cold.push(new ColdChunk());
    this.bytes += CHUNK_BYTES;
  }

  /** The hot chunk of a node, to be written to. */
  ownHot(node: Node): HotChunk {
    const chunk = this.hot[node >>> ROWS_SHIFT]!;
    if (chunk.shares === 0) return chunk;
    this.bytes += CHUNK_ROWS * HOT_BYTES;
    return (this.hot[node >>> ROWS_SHIFT] = chunk.copy());
  }

  /** The cold chunk of a node, to be written to. */
  ownCold(node: Node): ColdChunk {
    const chunk = this.cold[node >>> ROWS_SHIFT]!;
    if (chunk.shares === 0) return chunk;
    this.bytes += CHUNK_ROWS * COLD_BYTES;
    return (this.cold[node >>> ROWS_SHIFT] = chunk.copy());
  }

  /** Takes a row, empty but for `birth` and the alive flag. There must be a spare one. */
  take(): Node {
    let node = this.#free;
    if (node === NO_NODE) {
      node = this.#used++;
    } else {
      this.#free = this.nextSibling(node);
      this.#freeCount--;
    }
    const hot = this.ownHot(node);
    const cold = this.ownCold(node);
    const h = hotRow(node);
    const c = coldRow(node);
    hot.i32.fill(0, h, h + HOT_BYTES / 4);
    cold.i32.fill(0, c, c + COLD_BYTES / 4);
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

  /** The columns as they are now, at the price of a list of chunks; writes copy chunk by chunk. */
  share(): Columns {
    for (const chunk of this.hot) chunk.shares++;
    for (const chunk of this.cold) chunk.shares++;
    return new Columns(this.hot.slice(), this.cold.slice());
  }

  unshare(shared: Columns): void {
    shared.hot.forEach((chunk, i) => {
      if (--chunk.shares === 0 && this.hot[i] !== chunk) this.bytes -= CHUNK_ROWS * HOT_BYTES;
    });
    shared.cold.forEach((chunk, i) => {
      if (--chunk.shares === 0 && this.cold[i] !== chunk) this.bytes -= CHUNK_ROWS * COLD_BYTES;
    });
  }
}
