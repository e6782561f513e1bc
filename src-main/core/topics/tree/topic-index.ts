import type { ByteArena } from '../columns/byte-arena.ts';
import { Hot, hotRow } from '../columns/columns.ts';
import type { LiveColumns } from '../columns/live-columns.ts';
import { NO_NODE, type Node } from '../columns/nodes.ts';

const PART_SHIFT = 15;
/** Entries of a part of the table, 256 kB. */
const PART = 1 << PART_SHIFT;
const PART_MASK = PART - 1;
const FIRST_SIZE = 1 << 10;
/**
 * An entry is two words: the node in the low 26 bits with the top 6 bits of the hash, 0 for an empty
 * slot; and the arena address of the path, also found in the node's row: with it here both cache
 * misses that follow are under way at the same time.
 */
const NODE_MASK = (1 << 26) - 1;
/** A moved or removed entry of the table that is being left: node 0 is the root, which is in no table. */
const REMOVED = 1 << 26;
/** Parts are made when first written to; until then all are this one, which stays empty. */
const EMPTY = new Int32Array(PART * 2);
/** Slots of the old table looked at per insert: 1.4 would do to be through before the next doubling. */
const SLOTS_PER_INSERT = 4;

/** Hashes that can be warmed at once. */
export const MAX_WARM = 16;

class Table {
  readonly mask: number;
  readonly parts: Int32Array[];
  entries = 0;

  constructor(size: number) {
    this.mask = size - 1;
    this.parts =
      size <= PART ? [new Int32Array(size * 2)] : Array.from({ length: size >>> PART_SHIFT }, () => EMPTY);
  }

  get size(): number {
    return this.mask + 1;
  }

  get(slot: number): number {
    return this.parts[slot >>> PART_SHIFT]![(slot & PART_MASK) << 1]!;
  }

  address(slot: number): number {
    return this.parts[slot >>> PART_SHIFT]![((slot & PART_MASK) << 1) + 1]!;
  }

  set(slot: number, entry: number, address: number): void {
    let part = this.parts[slot >>> PART_SHIFT]!;
    if (part === EMPTY) part = this.parts[slot >>> PART_SHIFT] = new Int32Array(PART * 2);
    part[(slot & PART_MASK) << 1] = entry;
    part[((slot & PART_MASK) << 1) + 1] = address;
  }

  insert(hash: number, node: Node, address: number): void {
    let slot = hash & this.mask;
    while (this.get(slot) !== 0) slot = (slot + 1) & this.mask;
    this.set(slot, node | (hash & ~NODE_MASK), address);
    this.entries++;
  }

  /** Slot of a node, -1 if it is not here. */
  slotOf(node: Node, hash: number): number {
    for (let slot = hash & this.mask; ; slot = (slot + 1) & this.mask) {
      const entry = this.get(slot);
      if (entry === 0) return -1;
      if ((entry & NODE_MASK) === node) return slot;
    }
  }
}

/**
 * From a topic's bytes to its node: open addressing with linear probing, at most three quarters full.
 * Growth never stalls: a table of double the size takes the new entries while the old one is emptied
 * a few slots an insert.
 */
export class TopicIndex {
  readonly #columns: LiveColumns;
  readonly #arena: ByteArena;
  #table = new Table(FIRST_SIZE);
  #old: Table | null = null;
  #cursor = 0;
  readonly #warmed = new Int32Array(MAX_WARM);
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
    const node = this.#findIn(this.#table, hash, view, start, end);
    if (node !== NO_NODE || this.#old === null) return node;
    return this.#findIn(this.#old, hash, view, start, end);
  }

  #findIn(table: Table, hash: number, view: DataView, start: number, end: number): Node {
    const { mask, parts } = table;
    const tag = hash & ~NODE_MASK;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const part = parts[slot >>> PART_SHIFT]!;
      const at = (slot & PART_MASK) << 1;
      const entry = part[at]!;
      if (entry === 0) return NO_NODE;
      if ((entry & ~NODE_MASK) !== tag) continue;
      const node = entry & NODE_MASK;
      if (node === 0) continue;
      if (this.#columns.hotChunk(node).u16[(hotRow(node) << 1) + Hot.pathLength] !== end - start) continue;
      if (this.#arena.equals(part[at + 1]!, view, start, end)) return node;
    }
  }

  /** Reads what looking up these hashes will need; the reads of one loop do not wait for each other. */
  warm(hashes: Int32Array, count: number): void {
    const { mask, parts } = this.#table;
    let prefetched = 0;
    for (let i = 0; i < count; i++) {
      const slot = hashes[i]! & mask;
      prefetched ^= parts[slot >>> PART_SHIFT]![(slot & PART_MASK) << 1]!;
    }
    for (let i = 0; i < count; i++) {
      const slot = hashes[i]! & mask;
      const part = parts[slot >>> PART_SHIFT]!;
      const at = (slot & PART_MASK) << 1;
      const node = part[at]! & NODE_MASK;
      this.#warmed[i] = node;
      if (node === 0) continue;
      const hot = this.#columns.hotChunk(node).i32;
      const row = hotRow(node);
      prefetched ^= hot[row]! ^ hot[row + Hot.rhythm]! ^ this.#arena.touch(part[at + 1]!);
    }
    for (let i = 0; i < count; i++) {
      const parent = this.#columns.parent(this.#warmed[i]!);
      if (parent > 0) prefetched ^= this.#columns.hotChunk(parent).i32[hotRow(parent)]!;
    }
    this.prefetched = prefetched;
  }

  /** Compaction has put the path of a node elsewhere. */
  moved(node: Node, address: number): void {
    const hash = this.#hashOf(node);
    let table = this.#table;
    let slot = table.slotOf(node, hash);
    if (slot < 0 && this.#old !== null) {
      table = this.#old;
      slot = table.slotOf(node, hash);
    }
    if (slot >= 0) table.set(slot, table.get(slot), address);
  }

  /** The node's row already has its hash. */
  insert(node: Node, hash: number, address: number): void {
    if (this.wants(1) > 0) {
      // Only a table that is three quarters full again before the last was emptied comes here.
      while (this.#old !== null) this.rehash(PART);
      this.#old = this.#table;
      this.#cursor = 0;
      this.#table = new Table(this.#old.size * 2);
    }
    this.#table.insert(hash, node, address);
    if (this.#old !== null) this.rehash(SLOTS_PER_INSERT);
  }

  remove(node: Node, hash: number): void {
    const old = this.#old;
    if (old !== null) {
      const slot = old.slotOf(node, hash);
      if (slot >= 0) {
        old.set(slot, REMOVED, 0);
        old.entries--;
        return;
      }
    }
    const slot = this.#table.slotOf(node, hash);
    if (slot >= 0) this.#close(this.#table, slot);
  }

  /** Moves the entries of so many slots of the old table. */
  rehash(slots: number): void {
    const old = this.#old;
    if (old === null) return;
    const end = Math.min(old.size, this.#cursor + slots);
    for (let slot = this.#cursor; slot < end; slot++) {
      const node = old.get(slot) & NODE_MASK;
      if (node === 0) continue;
      this.#table.insert(this.#hashOf(node), node, old.address(slot));
      old.set(slot, REMOVED, 0);
      old.entries--;
    }
    this.#cursor = end;
    if (end === old.size) this.#old = null;
  }

  /** Empties a slot and moves up the entries that had been pushed past it, so no marker is left. */
  #close(table: Table, slot: number): void {
    let hole = slot;
    for (let next = (slot + 1) & table.mask; ; next = (next + 1) & table.mask) {
      const entry = table.get(next);
      if (entry === 0) break;
      const home = this.#hashOf(entry & NODE_MASK) & table.mask;
      if (((next - home) & table.mask) < ((next - hole) & table.mask)) continue;
      table.set(hole, entry, table.address(next));
      hole = next;
    }
    table.set(hole, 0, 0);
    table.entries--;
  }

  #hashOf(node: Node): number {
    return this.#columns.hotChunk(node).i32[hotRow(node) + Hot.hash]!;
  }
}
