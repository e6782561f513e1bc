import { blockWords, type ByteArena } from '../columns/byte-arena.ts';
import type { LiveColumns } from '../columns/live-columns.ts';
import { Hot, hotRow } from '../columns/columns.ts';
import type { Node } from '../columns/nodes.ts';
import type { PathNeedle, PathSearch } from '../path-look.ts';

/** Bytes that are searched between two pauses: about 0.1 ms. */
const SLICE = 65_536;
/** Bytes that take as long to be searched as looking at a node does. */
const STEP_BYTES = 128;

/**
 * Finds the paths that hold one of some texts by going through the bytes of all of them where they lie,
 * one text after the other: of a million topics most are passed without a look at their nodes.
 */
export class ArenaSearch implements PathSearch {
  readonly #arena: ByteArena;
  readonly #columns: LiveColumns;
  readonly #needles: readonly PathNeedle[];
  /** Paths that were moved when this began. */
  readonly #moves: number;
  #needle = 0;
  #chunk = 0;
  /** Where the search goes on, in bytes of the chunk, and the block that this is in or behind, in words. */
  #at = 0;
  #block = 0;

  constructor(arena: ByteArena, columns: LiveColumns, needles: readonly PathNeedle[]) {
    this.#arena = arena;
    this.#columns = columns;
    this.#needles = needles;
    this.#moves = arena.moves;
  }

  get incomplete(): boolean {
    return this.#arena.moves !== this.#moves;
  }

  get share(): number {
    const { chunkCount } = this.#arena;
    const all = this.#needles.length * chunkCount;
    const used = this.#arena.chunk(this.#chunk)?.used ?? 0;
    const part = used === 0 ? 0 : Math.min(1, this.#at / (used * 4));
    return all === 0 ? 1 : Math.min(1, (this.#needle * chunkCount + this.#chunk + part) / all);
  }

  step(found: (node: Node) => number): boolean {
    for (let left = SLICE / STEP_BYTES; left > 0;) {
      const needle = this.#needles[this.#needle];
      if (needle === undefined) return false;
      if (this.#chunk >= this.#arena.chunkCount) {
        this.#needle++;
        this.#chunk = 0;
        continue;
      }
      const before = this.#at;
      const steps = this.#searchSome(needle, Math.ceil(left) * STEP_BYTES, found);
      left -= 1 + steps + Math.max(0, this.#at - before) / STEP_BYTES;
    }
    return true;
  }

  /** To the next path that holds it, or for so many bytes, in one chunk. Returns the steps that `found` took. */
  #searchSome(needle: PathNeedle, bytes: number, found: (node: Node) => number): number {
    const chunk = this.#arena.chunk(this.#chunk);
    const end = chunk === null ? 0 : chunk.used * 4;
    if (chunk === null || this.#at >= end) {
      this.#chunk++;
      this.#at = 0;
      this.#block = 0;
      return 0;
    }
    const until = Math.min(end, this.#at + bytes);
    const hitEnd = needle.endOf(chunk.bytes, this.#at, Math.min(end, until + needle.length - 1));
    if (hitEnd < 0) {
      this.#at = until;
      return 0;
    }
    const hit = hitEnd - needle.length;
    // Headers lead from block to block; a block without an owner holds its own length.
    let owner = this.#arena.ownerAt(chunk, this.#block);
    let next = this.#block + this.#wordsAt(owner);
    while (next * 4 <= hit) {
      this.#block = next;
      owner = this.#arena.ownerAt(chunk, next);
      next += this.#wordsAt(owner);
    }
    const start = (this.#block + 1) * 4;
    if (owner < 0) this.#at = next * 4;
    else if (hit < start || hitEnd > start + this.#lengthOf(owner)) this.#at = hit + 1;
    else {
      this.#at = next * 4;
      return found(owner);
    }
    return 0;
  }

  #wordsAt(owner: number): number {
    return owner < 0 ? owner & 0x7fff_ffff : blockWords(this.#lengthOf(owner));
  }

  #lengthOf(node: Node): number {
    return this.#columns.hotChunk(node).u16[(hotRow(node) << 1) + Hot.pathLength]!;
  }
}
