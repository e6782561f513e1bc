import { lastingBuffer } from '../../memory.ts';
import { Hot, hotRow } from './columns.ts';
import type { LiveColumns } from './live-columns.ts';
import { ROOT, type Node } from './nodes.ts';
import { copyWords } from '../../history/words.ts';

const CHUNK_SHIFT = 15;
/** Words of a chunk, 128 kB: the longest topic fits, and small budgets have several. */
const CHUNK_WORDS = 1 << CHUNK_SHIFT;
const CHUNK_MASK = CHUNK_WORDS - 1;
export const ARENA_CHUNK_BYTES = CHUNK_WORDS * 4;
/** Set in the header of a block without an owner; the rest of the header is its size in words. */
const DEAD = 0x8000_0000 | 0;
/** Compaction starts when this share of the chunks is garbage. */
const GARBAGE_SHARE = 0.2;
/** Only chunks with more garbage than this are emptied: at most 3 words are moved to win 1. */
const WORTH_MOVING = CHUNK_WORDS >> 2;

/**
 * Spare chunks that only compaction takes. If new topics took it, every compaction at the limit of
 * memory would need another, and the arena would grow beyond the limit.
 */
const KEPT_FOR_MOVING = 1;

export class ArenaChunk {
  readonly bytes = new Uint8Array(lastingBuffer(ARENA_CHUNK_BYTES));
  readonly words = new Int32Array(this.bytes.buffer);
  readonly view = new DataView(this.bytes.buffer);
  /** Words written so far, and words of them that are still owned. */
  used = 0;
  live = 0;
}

/**
 * The bytes of the topics, each once. A block is a header word and the bytes of the topic that made
 * it; the branches it made are prefixes of it. The header names the *owner*: the deepest node that
 * reads the block. The others are its ancestors without a gap, so when the owner goes, its parent
 * either owns a shorter block or the block is dead. Addresses are in words, so 32 bits reach 16 GB.
 */
export class ByteArena {
  readonly #columns: LiveColumns;
  readonly #chunks: (ArenaChunk | null)[] = [];
  readonly #spare: ArenaChunk[] = [];
  readonly #holes: number[] = [];
  /** Chunk that new topics go to, and the one that compaction moves to. */
  #head = -1;
  #into = -1;
  #garbage = 0;
  /** Chunk being emptied, and how far. */
  #from = -1;
  #cursor = 0;
  /** Bytes of all chunks. */
  bytes = 0;
  /** Number of paths moved so far. A walk by their place starts again when it changes. */
  moves = 0;

  constructor(columns: LiveColumns) {
    this.#columns = columns;
  }

  /** Bytes of new chunks that a topic of this length would need: 0 or one chunk. */
  wants(length: number): number {
    if (this.#fits(this.#head, blockWords(length))) return 0;
    return this.#spare.length > KEPT_FOR_MOVING ? 0 : ARENA_CHUNK_BYTES;
  }

  /** Writes a topic; the caller stores the address in the rows of the nodes that read it. */
  add(view: DataView, start: number, end: number, owner: Node): number {
    if (!this.#fits(this.#head, blockWords(end - start))) this.#head = this.#open(false);
    return this.#write(this.#head, view, start, end, owner);
  }

  /** Names the deepest node that reads a block. */
  setOwner(address: number, owner: Node): void {
    this.#chunks[address >>> CHUNK_SHIFT]!.words[address & CHUNK_MASK] = owner;
  }

  /** Called before a node without children is freed. */
  remove(node: Node): void {
    const columns = this.#columns;
    const address = columns.hotChunk(node).i32[hotRow(node) + Hot.arena]!;
    const chunk = this.#chunks[address >>> CHUNK_SHIFT]!;
    const at = address & CHUNK_MASK;
    const words = blockWords(pathLength(columns, node));
    const parent = columns.parent(node);
    let left = 0;
    if (parent !== ROOT && columns.hotChunk(parent).i32[hotRow(parent) + Hot.arena] === address) {
      left = blockWords(pathLength(columns, parent));
      chunk.words[at] = parent;
    }
    if (left < words) chunk.words[at + left] = DEAD | (words - left);
    chunk.live -= words - left;
    this.#garbage += words - left;
  }

  /** Places of chunks, of which some may be empty. */
  get chunkCount(): number {
    return this.#chunks.length;
  }

  chunk(at: number): ArenaChunk | null {
    return this.#chunks[at] ?? null;
  }

  /** The header of the block at a word: the node that owns it, or negative with its size in words. */
  ownerAt(chunk: ArenaChunk, word: number): number {
    return chunk.words[word]!;
  }

  /** Where the bytes of a node's path are. */
  chunkOf(address: number): Uint8Array {
    return this.#chunks[address >>> CHUNK_SHIFT]!.bytes;
  }

  /** Reads a word in the middle of a usual path (or of another one), so that it is at hand soon. */
  touch(address: number): number {
    return this.#chunks[address >>> CHUNK_SHIFT]!.words[(address + 8) & CHUNK_MASK]!;
  }

  equals(address: number, view: DataView, start: number, end: number): boolean {
    const words = this.#chunks[address >>> CHUNK_SHIFT]!.words;
    let j = (address & CHUNK_MASK) + 1;
    let i = start;
    for (const whole = end - 3; i < whole; i += 4, j++) {
      if (words[j] !== view.getInt32(i, true)) return false;
    }
    for (let shift = 0; i < end; i++, shift += 8) {
      if (((words[j]! >>> shift) & 0xff) !== view.getUint8(i)) return false;
    }
    return true;
  }

  get wantsCompaction(): boolean {
    return this.#from >= 0 || this.#garbage > CHUNK_WORDS + this.#chunks.length * CHUNK_WORDS * GARBAGE_SHARE;
  }

  /**
   * Moves up to `words` words out of the chunk with the most garbage.
   * @param full the chunk being filled has no room for what is wanted, so it may be emptied as well
   * @returns false if there was nothing worth moving
   */
  compact(words: number, full = false): boolean {
    if (this.#from < 0 && !this.#choose(full)) return false;
    const chunk = this.#chunks[this.#from]!;
    let budget = words;
    while (this.#cursor < chunk.used && budget > 0) {
      const header = chunk.words[this.#cursor]!;
      if ((header & DEAD) !== 0) {
        this.#cursor += header & ~DEAD;
        budget--;
      } else {
        const moved = this.#move(chunk, header);
        this.#cursor += moved;
        budget -= moved + 8;
      }
    }
    if (this.#cursor >= chunk.used) this.#empty(chunk);
    return true;
  }

  #fits(index: number, words: number): boolean {
    return index >= 0 && this.#chunks[index]!.used + words <= CHUNK_WORDS;
  }

  #open(moving: boolean): number {
    let chunk = moving || this.#spare.length > KEPT_FOR_MOVING ? this.#spare.pop() : undefined;
    if (chunk === undefined) {
      chunk = new ArenaChunk();
      this.bytes += ARENA_CHUNK_BYTES;
    }
    const index = this.#holes.pop() ?? this.#chunks.length;
    this.#chunks[index] = chunk;
    return index;
  }

  #write(index: number, view: DataView, start: number, end: number, owner: Node): number {
    const words = blockWords(end - start);
    const chunk = this.#chunks[index]!;
    const at = chunk.used;
    chunk.words[at] = owner;
    copyWords(view, start, end, chunk.words, at + 1);
    chunk.used += words;
    chunk.live += words;
    return (index << CHUNK_SHIFT) | at;
  }

  #choose(full: boolean): boolean {
    let best = -1;
    let bestGarbage = WORTH_MOVING;
    this.#chunks.forEach((chunk, i) => {
      if (chunk === null || i === this.#into || (i === this.#head && !full)) return;
      if (chunk.used - chunk.live <= bestGarbage) return;
      best = i;
      bestGarbage = chunk.used - chunk.live;
    });
    this.#from = best;
    this.#cursor = 0;
    if (best === this.#head) this.#head = -1;
    return best >= 0;
  }

  #move(chunk: ArenaChunk, owner: Node): number {
    const columns = this.#columns;
    const from = (this.#from << CHUNK_SHIFT) | this.#cursor;
    const length = pathLength(columns, owner);
    const words = blockWords(length);
    const start = (this.#cursor + 1) << 2;
    if (!this.#fits(this.#into, words)) this.#into = this.#open(true);
    const to = this.#write(this.#into, chunk.view, start, start + length, owner);
    let node = owner;
    while (node !== ROOT && columns.hotChunk(node).i32[hotRow(node) + Hot.arena] === from) {
      columns.ownHot(node).i32[hotRow(node) + Hot.arena] = to;
      node = columns.parent(node);
    }
    this.moves++;
    chunk.words[this.#cursor] = DEAD | words;
    chunk.live -= words;
    this.#garbage += words;
    return words;
  }

  #empty(chunk: ArenaChunk): void {
    this.#garbage -= chunk.used;
    this.#chunks[this.#from] = null;
    this.#holes.push(this.#from);
    this.#from = -1;
    // One for the next compaction and one for the next topics; more would be unused memory.
    if (this.#spare.length > KEPT_FOR_MOVING) {
      this.bytes -= ARENA_CHUNK_BYTES;
      return;
    }
    chunk.used = 0;
    chunk.live = 0;
    this.#spare.push(chunk);
  }
}

export const blockWords = (length: number): number => 1 + ((length + 3) >>> 2);

function pathLength(columns: LiveColumns, node: Node): number {
  return columns.hotChunk(node).u16[(hotRow(node) << 1) + Hot.pathLength]!;
}

/** Byte offset of a path in its chunk. */
export const pathStart = (address: number): number => ((address & CHUNK_MASK) + 1) << 2;
