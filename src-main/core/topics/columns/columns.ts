import { lastingBuffer } from '../../memory.ts';
import type { Node } from './nodes.ts';

/*
 * The columns of a node lie side by side in two rows of fixed size: the hot one (64 bytes) holds what
 * a message to a known topic touches, the cold one (56 bytes) what only changes of the tree, flushes
 * of counts and readers touch. At a million topics the cost of a message is the cost of its cache
 * misses, so one line a message beats one line a column. Rows live in chunks: growth never copies.
 */
export const ROWS_SHIFT = 12;
/** Nodes of a chunk; 256 kB hot and 224 kB cold. */
export const CHUNK_ROWS = 1 << ROWS_SHIFT;
const MASK = CHUNK_ROWS - 1;
export const CHUNK_MASK = MASK;
export const HOT_BYTES = 64;
export const COLD_BYTES = 56;
/** Rows that are saved together before the first write after a snapshot: 4 kB, copied in under 1 µs. */
export const BLOCK_SHIFT = 6;
export const BLOCK_ROWS = 1 << BLOCK_SHIFT;
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
  /** The topic that came after it the last time, 0: none yet; see `tree/usual-order.ts`. */
  next: 13,
  /** What is learnt of the time between two messages; see `store/rhythm.ts`. */
  rhythm: 14,
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
  /** The number of the scan during which it was last seen live; see `RetainedFacts`. */
  markShift: 12,
  markMask: 15 << 12,
} as const;

export class HotChunk {
  readonly i32: Int32Array;
  readonly u16: Uint16Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  /** Per block: the last snapshot it has been saved for. */
  readonly saved = new Uint32Array(CHUNK_ROWS / BLOCK_ROWS);

  constructor() {
    const buffer = lastingBuffer(CHUNK_ROWS * HOT_BYTES);
    this.i32 = new Int32Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}

export class ColdChunk {
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  readonly saved = new Uint32Array(CHUNK_ROWS / BLOCK_ROWS);

  constructor() {
    const buffer = lastingBuffer(CHUNK_ROWS * COLD_BYTES);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}

/** Word offset of a node's hot row in its chunk. */
export const hotRow = (node: Node): number => (node & MASK) << 4;
/** Word offset of a node's cold row in its chunk; always even, so half of it indexes `f64`. */
export const coldRow = (node: Node): number => (node & MASK) * 14;

/**
 * Reading the columns: the same for the live store and for a snapshot, which only differ in where the
 * row of a node is found.
 */
export abstract class Columns {
  /** Number of the hot row of a node; of the live store's it is the node itself. */
  abstract hotAt(node: Node): number;
  abstract coldAt(node: Node): number;
  abstract hotChunk(at: number): HotChunk;
  abstract coldChunk(at: number): ColdChunk;
  /** One more than the highest node. */
  abstract readonly end: Node;

  has(node: Node): boolean {
    return node >= 0 && node < this.end && (this.flags(node) & Flag.alive) !== 0;
  }

  flags(node: Node): number {
    const at = this.hotAt(node);
    return this.hotChunk(at).u16[(hotRow(at) << 1) + Hot.flags]!;
  }

  birth(node: Node): number {
    const at = this.hotAt(node);
    return this.hotChunk(at).i32[hotRow(at) + Hot.birth]!;
  }

  parent(node: Node): Node {
    const at = this.hotAt(node);
    return this.hotChunk(at).i32[hotRow(at) + Hot.parent]!;
  }

  level(node: Node): number {
    const at = this.hotAt(node);
    return this.hotChunk(at).u16[(hotRow(at) << 1) + Hot.level]!;
  }

  /** Messages of this very topic. */
  own(node: Node): number {
    if ((this.flags(node) & Flag.branch) === 0) return this.total(node);
    const at = this.coldAt(node);
    return this.coldChunk(at).f64[(coldRow(at) >> 1) + Cold.own]!;
  }

  /** Messages of the subtree, as far as they have been carried up. */
  total(node: Node): number {
    const at = this.hotAt(node);
    return this.hotChunk(at).f64[(hotRow(at) >> 1) + Hot.total]!;
  }

  lastSeen(node: Node): number {
    const at = this.hotAt(node);
    return this.hotChunk(at).f64[(hotRow(at) >> 1) + Hot.lastSeen]!;
  }

  rhythm(node: Node): number {
    const at = this.hotAt(node);
    return this.hotChunk(at).i32[hotRow(at) + Hot.rhythm]!;
  }

  lastRecord(node: Node): number {
    const at = this.hotAt(node);
    return this.hotChunk(at).f64[(hotRow(at) >> 1) + Hot.lastRecord]!;
  }

  firstChild(node: Node): Node {
    const at = this.coldAt(node);
    return this.coldChunk(at).i32[coldRow(at) + Cold.firstChild]!;
  }

  nextSibling(node: Node): Node {
    const at = this.coldAt(node);
    return this.coldChunk(at).i32[coldRow(at) + Cold.nextSibling]!;
  }

  children(node: Node): number {
    const at = this.coldAt(node);
    return this.coldChunk(at).i32[coldRow(at) + Cold.children]!;
  }

  topics(node: Node): number {
    const at = this.coldAt(node);
    return this.coldChunk(at).i32[coldRow(at) + Cold.topics]!;
  }

  /** When and in which epoch the retained fact was learnt. */
  factAt(node: Node): number {
    const at = this.coldAt(node);
    return this.coldChunk(at).f64[(coldRow(at) >> 1) + Cold.factAt]!;
  }

  factEpoch(node: Node): number {
    const at = this.coldAt(node);
    return this.coldChunk(at).i32[coldRow(at) + Cold.session]!;
  }

  lastRetained(node: Node): number {
    const at = this.coldAt(node);
    return this.coldChunk(at).f64[(coldRow(at) >> 1) + Cold.lastRetained]!;
  }
}
