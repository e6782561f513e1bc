import { ARENA_CHUNK_BYTES, ByteArena, pathStart } from '../columns/byte-arena.ts';
import {
  CHUNK_BYTES,
  Cold,
  Flag as FLAG,
  Hot as HOT,
  MAX_NODES,
  coldRow,
  hotRow as rowOf,
} from '../columns/columns.ts';
import { LiveColumns } from '../columns/live-columns.ts';
import { ClockHand } from '../columns/clock-hand.ts';
import { LookAhead } from './look-ahead.ts';
import { compareNameBytes } from './name-order.ts';
import { NO_NODE as NONE, ROOT, type Node, type TopicListener } from '../columns/nodes.ts';
import { MQTT_SEPARATOR, separatorByte, separatorByteOf } from '../levels.ts';
import type { PathLook } from '../path-look.ts';
import type { RateClock } from './rates.ts';
import { TopicHash } from './topic-hash.ts';
import { TopicIndex } from './topic-index.ts';
import { UsualOrder } from './usual-order.ts';

// Copies: a constant of another module is looked up each time it is used (docs/decisions/0007).
const [Flag, Hot, NO_NODE, hotRow] = [FLAG, HOT, NONE, rowOf];

/**
 * Levels a topic is split into. A topic may have 65,536 of them; what is deeper becomes part of the
 * name of the last, so that no walk up or down the tree is longer than this.
 */
export const MAX_LEVELS = 512;
/** The arena may use what is left to the limit for its garbage; rows and table stop growing before it. */
const ARENA_SLACK = 0.92;

/**
 * The tree of topics: plants the levels a new topic needs and takes out what is forgotten. Knows the
 * rows, the names and the index; not what the messages were.
 */
export class Tree {
  readonly columns = new LiveColumns();
  readonly arena = new ByteArena(this.columns);
  readonly index = new TopicIndex(this.columns, this.arena);
  readonly hand = new ClockHand(this.columns);
  readonly #hash: TopicHash;
  readonly ahead: LookAhead;
  readonly order = new UsualOrder(this.columns);
  readonly #rates: RateClock;
  /** Between levels, and its byte. */
  readonly separator: string;
  readonly #separator: number;
  readonly #ends = new Int32Array(MAX_LEVELS - 1);
  readonly #hashes = new Int32Array(MAX_LEVELS - 1);
  listeners: readonly TopicListener[] = [];

  /** @param separator between levels, one ASCII character; topics that begin with `$` have `/` whatever it is */
  constructor(seed: number, rates: RateClock, separator: string = MQTT_SEPARATOR) {
    this.separator = separator;
    this.#separator = separatorByte(separator);
    this.#hash = new TopicHash(seed);
    this.ahead = new LookAhead(this.#hash, this.index, this.order);
    this.#rates = rates;
    this.columns.grow();
    this.columns.take();
  }

  /** Bytes of rows, names and table together. */
  get bytes(): number {
    return this.columns.bytes + this.arena.bytes + this.index.bytes;
  }

  hashOf(view: DataView, start: number, end: number): number {
    return this.#hash.of(view, start, end);
  }

  find(hash: number, view: DataView, start: number, end: number): Node {
    return this.index.find(hash, view, start, end);
  }

  /** The same of a topic only, not of a level that leads to others. */
  findTopic(hash: number, view: DataView, start: number, end: number): Node {
    const node = this.index.find(hash, view, start, end);
    if (node === NO_NODE) return NO_NODE;
    const flags = this.columns.hotChunk(node).u16[(hotRow(node) << 1) + Hot.flags]!;
    return (flags & Flag.topic) !== 0 ? node : NO_NODE;
  }

  /** The topic if it is the one that is expected next, found without its hash. */
  findExpected(view: DataView, start: number, end: number): Node {
    const { guess } = this.order;
    if (guess === ROOT || !this.#isTopic(guess, view, start, end)) return NO_NODE;
    this.order.held(guess);
    return guess;
  }

  /** The same right after its hash was asked of `ahead`, which mostly knows the node. */
  findAhead(hash: number, view: DataView, start: number, end: number): Node {
    const { likely } = this.ahead;
    if (likely !== ROOT && this.#isTopic(likely, view, start, end)) return likely;
    return this.findTopic(hash, view, start, end);
  }

  pathOf(node: Node): Uint8Array {
    const address = this.#address(node);
    const start = pathStart(address);
    return this.arena.chunkOf(address).subarray(start, start + this.#pathLength(node));
  }

  lookAt(node: Node, into: PathLook): void {
    const address = this.#address(node);
    into.bytes = this.arena.chunkOf(address);
    into.start = pathStart(address);
    into.end = into.start + this.#pathLength(node);
  }

  nameOffset(node: Node): number {
    return this.columns.hotChunk(node).u16[(hotRow(node) << 1) + Hot.nameOffset]!;
  }

  compareNames(a: Node, b: Node): number {
    const x = this.#address(a);
    const y = this.#address(b);
    const xStart = pathStart(x);
    const yStart = pathStart(y);
    return compareNameBytes(
      this.arena.chunkOf(x),
      xStart + this.nameOffset(a),
      xStart + this.#pathLength(a),
      this.arena.chunkOf(y),
      yStart + this.nameOffset(b),
      yStart + this.#pathLength(b),
      this.nameOffset(a) === 0,
    );
  }

  levelsOf(view: DataView, start: number, end: number): number {
    let levels = 1;
    const separator = this.#separatorIn(view, start, end);
    for (let i = start; i < end && levels < MAX_LEVELS; i++) if (view.getUint8(i) === separator) levels++;
    return levels;
  }

  /** Whether so many nodes and a name of this length fit an index of at most `limit` bytes. */
  hasRoom(nodes: number, length: number, limit: number): boolean {
    const rows = this.columns.spare >= nodes ? 0 : CHUNK_BYTES;
    const table = this.index.wants(nodes);
    const names = this.arena.wants(length);
    if (rows + table + names === 0) return true;
    if (this.columns.alive + nodes >= MAX_NODES) return false;
    const bytes = this.bytes;
    if (rows + table > 0 && bytes + rows + table > limit * ARENA_SLACK) return false;
    return bytes + rows + table + names <= limit;
  }

  /** True if the room for names, not for rows, is short, and compaction can make some. */
  compactNames(length: number): boolean {
    return this.arena.wants(length) > 0 && this.arena.compact(ARENA_CHUNK_BYTES / 32, true);
  }

  /** Adds a topic that is not known, with the levels that lead to it. Returns its node. */
  plant(view: DataView, start: number, end: number, hash: number, at: number): Node {
    const separator = this.#separatorIn(view, start, end);
    const parent = this.#knownParent(view, start, end, separator);
    if (parent === NO_NODE) return this.#plantFrom(view, start, end, separator, hash, at);
    const address = this.arena.add(view, start, end, ROOT);
    const nameOffset = parent === ROOT ? 0 : this.#pathLength(parent) + 1;
    return this.#add(parent, hash, address, end - start, nameOffset, true, at);
  }

  /** Most new topics have siblings: then the level above is found at once, and nothing is asked of the others. */
  #knownParent(view: DataView, start: number, end: number, separator: number): Node {
    // More levels than a topic is split into need more bytes.
    if (end - start >= MAX_LEVELS) return NO_NODE;
    let last = end - 1;
    while (last >= start && view.getUint8(last) !== separator) last--;
    return last < start ? ROOT : this.index.find(this.#hash.of(view, start, last), view, start, last);
  }

  #plantFrom(view: DataView, start: number, end: number, separator: number, hash: number, at: number): Node {
    const above = this.#hash.prefixes(view, start, end, separator, this.#ends, this.#hashes);
    let level = above;
    let parent = ROOT;
    for (; level > 0; level--) {
      parent = this.index.find(this.#hashes[level - 1]!, view, start, start + this.#ends[level - 1]!);
      if (parent !== NO_NODE) break;
    }
    if (level === 0) parent = ROOT;
    const address = this.arena.add(view, start, end, ROOT);
    for (; level <= above; level++) {
      const leaf = level === above;
      const length = leaf ? end - start : this.#ends[level]!;
      const nameOffset = level === 0 ? 0 : this.#ends[level - 1]! + 1;
      parent = this.#add(parent, leaf ? hash : this.#hashes[level]!, address, length, nameOffset, leaf, at);
    }
    return parent;
  }

  #add(
    parent: Node,
    hash: number,
    address: number,
    length: number,
    nameOffset: number,
    isTopic: boolean,
    at: number,
  ): Node {
    const node = this.#sprout(parent, address, at);
    const hot = this.columns.ownHot(node);
    const double = hotRow(node) << 1;
    hot.u16[double + Hot.pathLength] = length;
    hot.u16[double + Hot.nameOffset] = nameOffset;
    hot.u16[double + Hot.level] = this.columns.level(parent) + 1;
    this.arena.setOwner(address, node);
    this.index.insert(node, hash);
    if (isTopic) this.#makeTopic(node);
    for (const listener of this.listeners) listener.nodeAdded(node, parent);
    return node;
  }

  /** A level that only led to others carries messages from now on. */
  promote(node: Node): void {
    this.#makeTopic(node);
    for (const listener of this.listeners) listener.becameTopic(node);
  }

  /** Takes out a leaf that is no topic (any more), and the ancestors that are left without purpose. */
  prune(leaf: Node): void {
    let node = leaf;
    // The levels whose hashes are known: hashing each of 512 by itself reads a long topic hundreds of times.
    let hashed = 0;
    while (node !== ROOT && this.#isBare(node)) {
      const parent = this.columns.parent(node);
      for (const listener of this.listeners) listener.nodeRemoved(node, parent);
      if (node !== leaf && hashed === 0) hashed = this.#hashLevelsAbove(node);
      const level = this.columns.level(node);
      this.index.remove(node, level <= hashed ? this.#hashes[level - 1]! : this.#hashOfPath(node));
      this.arena.remove(node);
      const before = this.hand.isForgettable(parent);
      this.columns.unlink(node, parent);
      this.hand.changed(parent, before);
      this.columns.free(node);
      node = parent;
    }
  }

  /**
   * A node stops being a topic. A leaf is about to be pruned and keeps its counts until then; a branch
   * stays, with what is below it.
   */
  demote(node: Node, messages: number): void {
    const before = this.hand.isForgettable(node);
    const hot = this.columns.ownHot(node);
    hot.u16[(hotRow(node) << 1) + Hot.flags]! &= ~(Flag.topic | Flag.seen);
    this.hand.changed(node, before);
    const isBranch = this.columns.children(node) > 0;
    if (isBranch) {
      hot.f64[(hotRow(node) >> 1) + Hot.total]! -= messages;
      this.columns.ownCold(node).f64[(coldRow(node) >> 1) + Cold.own] = 0;
    }
    for (let up: Node = node; up !== NO_NODE; up = this.columns.parent(up)) {
      const cold = this.columns.ownCold(up);
      cold.i32[coldRow(up) + Cold.topics]!--;
      if (up !== node) this.columns.ownHot(up).f64[(hotRow(up) >> 1) + Hot.total]! -= messages;
    }
    if (isBranch) for (const listener of this.listeners) listener.ceasedToBeTopic?.(node);
  }

  /** Whether a row is, still, that of the topic of this name. */
  #isTopic(node: Node, view: DataView, start: number, end: number): boolean {
    const hot = this.columns.hotChunk(node);
    const row = hotRow(node);
    if ((hot.u16[(row << 1) + Hot.flags]! & Flag.topic) === 0) return false;
    if (hot.u16[(row << 1) + Hot.pathLength] !== end - start) return false;
    return this.arena.equals(hot.i32[row + Hot.arena]!, view, start, end);
  }

  #separatorIn(view: DataView, start: number, end: number): number {
    return start < end ? separatorByteOf(view.getUint8(start), this.#separator) : this.#separator;
  }

  #address(node: Node): number {
    return this.columns.hotChunk(node).i32[hotRow(node) + Hot.arena]!;
  }

  #hashOfPath(node: Node): number {
    const view = this.#viewOfPath(node);
    return this.#hash.of(view, 0, view.byteLength);
  }

  /** How many levels are above a node; their hashes are in `#hashes` then. */
  #hashLevelsAbove(node: Node): number {
    const view = this.#viewOfPath(node);
    const separator = this.#separatorIn(view, 0, view.byteLength);
    return this.#hash.prefixes(view, 0, view.byteLength, separator, this.#ends, this.#hashes);
  }

  #viewOfPath(node: Node): DataView {
    const path = this.pathOf(node);
    return new DataView(path.buffer, path.byteOffset, path.length);
  }

  #pathLength(node: Node): number {
    return this.columns.hotChunk(node).u16[(hotRow(node) << 1) + Hot.pathLength]!;
  }

  #isBare(node: Node): boolean {
    return this.columns.children(node) === 0 && (this.columns.flags(node) & (Flag.topic | Flag.pinned)) === 0;
  }

  #sprout(parent: Node, address: number, at: number): Node {
    const { columns } = this;
    if (columns.spare === 0) columns.grow();
    const node = columns.take();
    const hot = columns.ownHot(node);
    const row = hotRow(node);
    hot.i32[row + Hot.arena] = address;
    hot.u16[(row << 1) + Hot.rateEpoch] = this.#rates.epoch;
    hot.f64[(row >> 1) + Hot.lastSeen] = at;
    columns.ownCold(node).i32[coldRow(node) + Cold.born] = this.#rates.ticks;
    const before = this.hand.isForgettable(parent);
    columns.link(node, parent);
    if (before) this.hand.changed(parent, true);
    return node;
  }

  #makeTopic(node: Node): void {
    const before = this.hand.isForgettable(node);
    const hot = this.columns.ownHot(node);
    hot.u16[(hotRow(node) << 1) + Hot.flags]! |= Flag.topic;
    this.hand.changed(node, before);
    for (let up: Node = node; up !== NO_NODE; up = this.columns.parent(up)) {
      this.columns.ownCold(up).i32[coldRow(up) + Cold.topics]!++;
    }
  }
}
