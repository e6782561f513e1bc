import type { ByteArena } from '../columns/byte-arena.ts';
import { Hot as HOT, hotRow as rowOf } from '../columns/columns.ts';
import type { LiveColumns } from '../columns/live-columns.ts';
import { NO_NODE as NONE, type Node } from '../columns/nodes.ts';

// Copies: a constant of another module is looked up each time it is used (docs/decisions/0007).
const [Hot, NO_NODE, hotRow] = [HOT, NONE, rowOf];

const PART_SHIFT = 15;
/** Entries of a part of the table, 256 kB. */
const PART = 1 << PART_SHIFT;
const PART_MASK = PART - 1;
const FIRST_BITS = 10;
/**
 * Parts are made when first written to; until then all are this one, which stays empty. An entry is two
 * words: the node, 0 for an empty slot (the root is in no table), and all of its hash. So what has
 * another hash is passed over without a look at its row, and growing needs nothing but the two tables.
 */
const EMPTY = new Int32Array(PART * 2);
/** Slots of the old table looked at per insert: 1.4 would do to be through before the next doubling. */
const SLOTS_PER_INSERT = 4;

class Table {
  /** An entry's place is the top bits of its hash: two tables have theirs in the same order. */
  readonly shift: number;
  readonly mask: number;
  readonly parts: Int32Array[];
  entries = 0;

  constructor(bits: number) {
    const size = 2 ** bits;
    this.shift = 32 - bits;
    this.mask = size - 1;
    this.parts =
      size <= PART ? [new Int32Array(size * 2)] : Array.from({ length: size >>> PART_SHIFT }, () => EMPTY);
  }

  get size(): number {
    return this.mask + 1;
  }

  node(slot: number): Node {
    return this.parts[slot >>> PART_SHIFT]![(slot & PART_MASK) << 1]!;
  }

  hash(slot: number): number {
    return this.parts[slot >>> PART_SHIFT]![((slot & PART_MASK) << 1) + 1]!;
  }

  set(slot: number, node: Node, hash: number): void {
    let part = this.parts[slot >>> PART_SHIFT]!;
    if (part === EMPTY) part = this.parts[slot >>> PART_SHIFT] = new Int32Array(PART * 2);
    part[(slot & PART_MASK) << 1] = node;
    part[((slot & PART_MASK) << 1) + 1] = hash;
  }

  insert(node: Node, hash: number): void {
    let slot = hash >>> this.shift;
    while (this.node(slot) !== 0) slot = (slot + 1) & this.mask;
    this.set(slot, node, hash);
    this.entries++;
  }

  /** Takes a node out, if it is here, and moves up the entries that it had pushed on, so no marker is left. */
  remove(node: Node, hash: number): boolean {
    let hole = hash >>> this.shift;
    for (let found = this.node(hole); found !== node; found = this.node(hole)) {
      if (found === 0) return false;
      hole = (hole + 1) & this.mask;
    }
    for (let next = (hole + 1) & this.mask; this.node(next) !== 0; next = (next + 1) & this.mask) {
      const home = this.hash(next) >>> this.shift;
      if (((next - home) & this.mask) < ((next - hole) & this.mask)) continue;
      this.set(hole, this.node(next), this.hash(next));
      hole = next;
    }
    this.set(hole, 0, 0);
    this.entries--;
    return true;
  }
}

/**
 * From a topic's bytes to its node: open addressing with linear probing, at most three quarters full.
 * Growth never stalls: a table of double the size takes the new entries while the old one is emptied
 * a few slots an insert, from its first slot on and whole runs of entries at a time. So what belongs
 * before the slot that comes next has been moved, and the moved entries go to the new table in order,
 * where they meet no cache misses.
 */
export class TopicIndex {
  readonly #columns: LiveColumns;
  readonly #arena: ByteArena;
  #bits = FIRST_BITS;
  #table = new Table(FIRST_BITS);
  #old: Table | null = null;
  /** Next slot of the old table; the one before it is empty. */
  #cursor = 0;
  /** Keeps the reads ahead from being optimised away. */
  prefetched = 0;

  constructor(columns: LiveColumns, arena: ByteArena) {
    this.#columns = columns;
    this.#arena = arena;
  }

  get bytes(): number {
    return (this.#table.size + (this.#old?.size ?? 0)) * 8;
  }

  /** Nodes in it. */
  get size(): number {
    return this.#table.entries + (this.#old?.entries ?? 0);
  }

  get rehashing(): boolean {
    return this.#old !== null;
  }

  /** Bytes that `count` more entries would add; 0 while the table has room for them. */
  wants(count: number): number {
    return this.size + count > this.#table.size * 0.75 ? this.#table.size * 16 : 0;
  }

  find(hash: number, view: DataView, start: number, end: number): Node {
    const table = this.#likely(hash);
    const node = this.#findIn(table, hash, view, start, end);
    if (node !== NO_NODE || table === this.#table) return node;
    return this.#findIn(this.#table, hash, view, start, end);
  }

  /** The table that has a known topic; the old one if it is still in both's reach. */
  #likely(hash: number): Table {
    const old = this.#old;
    return old === null || hash >>> old.shift < this.#cursor ? this.#table : old;
  }

  #findIn(table: Table, hash: number, view: DataView, start: number, end: number): Node {
    const { mask, parts } = table;
    for (let slot = hash >>> table.shift; ; slot = (slot + 1) & mask) {
      const part = parts[slot >>> PART_SHIFT]!;
      const at = (slot & PART_MASK) << 1;
      const node = part[at]!;
      if (node === 0) return NO_NODE;
      if (part[at + 1] !== hash) continue;
      const hot = this.#columns.hotChunk(node);
      const row = hotRow(node);
      if (hot.u16[(row << 1) + Hot.pathLength] !== end - start) continue;
      if (this.#arena.equals(hot.i32[row + Hot.arena]!, view, start, end)) return node;
    }
  }

  /**
   * Reads what looking up these hashes will need; the reads of one loop do not wait for each other.
   *
   * @param nodes filled with the node that each is likely to be of, 0 where there is none
   */
  warm(hashes: Int32Array, nodes: Int32Array, count: number): void {
    let prefetched = 0;
    for (let i = 0; i < count; i++) {
      const table = this.#likely(hashes[i]!);
      const slot = hashes[i]! >>> table.shift;
      prefetched ^= table.parts[slot >>> PART_SHIFT]![(slot & PART_MASK) << 1]!;
    }
    for (let i = 0; i < count; i++) {
      const node = this.#withHash(hashes[i]!);
      nodes[i] = node;
      if (node === 0) continue;
      const hot = this.#columns.hotChunk(node).i32;
      const row = hotRow(node);
      prefetched ^= hot[row]! ^ hot[row + Hot.rhythm]!;
    }
    for (let i = 0; i < count; i++) {
      const node = nodes[i]!;
      if (node === 0) continue;
      const hot = this.#columns.hotChunk(node).i32;
      const row = hotRow(node);
      prefetched ^= this.#arena.touch(hot[row + Hot.arena]!);
      const parent = hot[row + Hot.parent]!;
      if (parent > 0) prefetched ^= this.#columns.hotChunk(parent).i32[hotRow(parent)]!;
    }
    this.prefetched = prefetched;
  }

  /** The first node of this hash where it is looked for first; 0 if there is none. */
  #withHash(hash: number): Node {
    const { mask, parts, shift } = this.#likely(hash);
    for (let slot = hash >>> shift; ; slot = (slot + 1) & mask) {
      const part = parts[slot >>> PART_SHIFT]!;
      const at = (slot & PART_MASK) << 1;
      const node = part[at]!;
      if (node === 0 || part[at + 1] === hash) return node;
    }
  }

  insert(node: Node, hash: number): void {
    if (this.wants(1) > 0) {
      // Only a table that is three quarters full again before the last was emptied comes here.
      while (this.#old !== null) this.rehash(PART);
      this.#old = this.#table;
      this.#cursor = 0;
      this.#table = new Table(++this.#bits);
    }
    this.#table.insert(node, hash);
    if (this.#old !== null) this.rehash(SLOTS_PER_INSERT);
  }

  remove(node: Node, hash: number): void {
    if (this.#old?.remove(node, hash) !== true) this.#table.remove(node, hash);
  }

  /** Moves the entries of so many slots of the old table, and of those that follow up to an empty one. */
  rehash(slots: number): void {
    const old = this.#old;
    if (old === null) return;
    const end = this.#cursor + slots;
    let slot = this.#cursor;
    for (; slot < old.size; slot++) {
      const node = old.node(slot);
      if (node === 0) {
        if (slot >= end) break;
        continue;
      }
      this.#table.insert(node, old.hash(slot));
      old.set(slot, 0, 0);
      old.entries--;
    }
    this.#cursor = slot;
    if (slot === old.size) this.#old = null;
  }
}
