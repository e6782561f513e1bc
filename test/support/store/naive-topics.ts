import type { RetainedFact } from '../../../src-main/contract/model/retained.ts';
import type { Counters } from '../../../src-main/contract/model/counters.ts';
import type { RecordNeedle, RecordReader, RecordSearch } from '../../../src-main/core/history/look.ts';
import type { HistoryRecord } from '../../../src-main/core/history/record.ts';
import { compareNameBytes } from '../../../src-main/core/topics/tree/name-order.ts';
import { topicKey } from '../../../src-main/core/topics/names.ts';
import type { PathLook, PathNeedle, PathSearch } from '../../../src-main/core/topics/path-look.ts';
import {
  NO_NODE,
  NO_RECORD,
  ROOT,
  type Node,
  type RecordAddress,
  type TopicListener,
  type TopicNodes,
  type TopicSnapshot,
  type TopicSource,
} from '../../../src-main/core/topics/columns/nodes.ts';

interface Entry {
  birth: number;
  path: Uint8Array;
  nameOffset: number;
  parent: Node;
  level: number;
  /** Siblings are linked, the newest first. */
  first: Node;
  next: Node;
  previous: Node;
  children: number;
  topics: number;
  subtreeMessages: number;
  messages: number;
  lastSeen: number;
  lastRecord: RecordAddress;
  lastRetained: RecordAddress;
  isTopic: boolean;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The columns of a moment, written for clarity: one object a node. */
class NaiveNodes implements TopicNodes {
  now = 1_000;
  topicCount = 0;
  readonly entries: (Entry | null)[];

  constructor(entries: (Entry | null)[]) {
    this.entries = entries;
  }

  entry(node: Node): Entry {
    const entry = this.entries[node];
    if (!entry) throw new Error(`node ${String(node)} was used after it left`);
    return entry;
  }

  parent(node: Node): Node {
    return this.entry(node).parent;
  }

  level(node: Node): number {
    return this.entry(node).level;
  }

  firstChild(node: Node): Node {
    return this.entry(node).first;
  }

  nextSibling(node: Node): Node {
    return this.entry(node).next;
  }

  childCount(node: Node): number {
    return this.entry(node).children;
  }

  subtreeTopics(node: Node): number {
    return this.entry(node).topics;
  }

  subtreeMessages(node: Node): number {
    return this.entry(node).subtreeMessages;
  }

  messages(node: Node): number {
    return this.entry(node).messages;
  }

  /** Of every topic; a test may set it. */
  rate = (): number => 0;

  lastSeen(node: Node): number {
    return this.entry(node).lastSeen;
  }

  lastRecord(node: Node): RecordAddress {
    return this.entry(node).lastRecord;
  }

  lastRetainedRecord(node: Node): RecordAddress {
    return this.entry(node).lastRetained;
  }

  retained(node: Node): RetainedFact {
    const retained = this.entry(node).lastRetained !== NO_RECORD;
    return { state: retained ? 'retained' : 'unknown', by: retained ? 'live' : 'none', at: 0, stale: false };
  }

  /** Topics that are late; a test may set them. */
  readonly lateOnes = new Set<Node>();

  late(node: Node): number {
    let count = 0;
    for (const one of this.lateOnes) {
      for (let at = one; at !== NO_NODE; at = this.parent(at)) if (at === node) count++;
    }
    return count;
  }

  isLate(node: Node): boolean {
    return this.lateOnes.has(node);
  }

  usualInterval(node: Node): number {
    return this.isLate(node) ? 60_000 : 0;
  }

  isTopic(node: Node): boolean {
    return this.entry(node).isTopic;
  }

  birth(node: Node): number {
    return this.entry(node).birth;
  }

  exists(node: Node): boolean {
    return (this.entries[node] ?? null) !== null;
  }
}

class NaiveSnapshot extends NaiveNodes implements TopicSnapshot {
  readonly seq: number;
  readonly #live: NaiveTopics;

  constructor(live: NaiveTopics) {
    super(live.entries.map((entry) => entry && { ...entry }));
    this.#live = live;
    this.now = live.now;
    this.topicCount = live.topicCount;
    this.seq = live.lastSeq;
  }

  override exists(node: Node): boolean {
    const birth = this.entries[node]?.birth;
    return birth !== undefined && this.#live.entries[node]?.birth === birth;
  }

  release(): void {
    this.#live.snapshots--;
  }
}

/**
 * A topic store as plainly as it can be written, which also forgets and evicts on demand. Using a
 * node after it left throws, which the real columns cannot do. New children come first in the list
 * of siblings, as they may.
 */
export class NaiveTopics extends NaiveNodes implements TopicSource {
  lastSeq = 0;
  readonly separator: string;
  readonly subscriptions = new Map<string, number>();
  snapshots = 0;
  forgottenTopics = 0;
  #births = 0;
  #listeners: TopicListener[] = [];
  readonly #free: Node[] = [];
  readonly #byKey = new Map<string, Node>();
  readonly records = new Map<RecordAddress, HistoryRecord>();
  /** In the order of writing; whoever follows starts at its end. */
  readonly #written: { readonly node: Node; readonly address: RecordAddress }[] = [];

  constructor(separator = '/') {
    super([]);
    this.separator = separator;
    this.entries.push(this.#blank(new Uint8Array(0), 0, NO_NODE, 0));
  }

  get end(): Node {
    return this.entries.length;
  }

  get listeners(): number {
    return this.#listeners.length;
  }

  publish(
    topic: string | Uint8Array,
    payload: string | Uint8Array = '',
    options: { retain?: boolean } = {},
  ): Node {
    const path = typeof topic === 'string' ? encode(topic) : topic;
    const bytes = typeof payload === 'string' ? encode(payload) : payload;
    const node = this.#nodeOf(path);
    const entry = this.entry(node);
    const seq = ++this.lastSeq;
    const address = seq * 8;
    const record = {
      seq,
      at: this.now,
      qos: 0 as const,
      retain: options.retain ?? false,
      stored: false,
      dup: false,
      packetId: 0,
      size: bytes.length,
      payload: bytes,
      properties: new Uint8Array(0),
      previous: entry.lastRecord,
    };
    this.records.set(address, record);
    this.#written.push({ node, address });
    entry.messages++;
    entry.lastRecord = address;
    if (record.retain && bytes.length > 0) entry.lastRetained = address;
    for (let at = node; at !== NO_NODE; at = this.parent(at)) {
      const above = this.entry(at);
      above.subtreeMessages++;
      above.lastSeen = this.now;
    }
    return node;
  }

  /** Forgets a topic that has no children, and the levels that only led to it. */
  forget(node: Node): void {
    const entry = this.entry(node);
    if (entry.children > 0 || !entry.isTopic) throw new Error('only leaves are forgotten');
    this.forgottenTopics++;
    this.topicCount--;
    entry.isTopic = false;
    for (let at = node; at !== NO_NODE; at = this.parent(at)) this.entry(at).topics--;
    for (let at = node; at !== ROOT && this.childCount(at) === 0 && !this.isTopic(at);) {
      const { parent, path } = this.entry(at);
      for (const listener of this.#listeners) listener.nodeRemoved(at, parent);
      this.#unlink(at, parent);
      this.#byKey.delete(topicKey(path));
      this.entries[at] = null;
      this.#free.push(at);
      at = parent;
    }
  }

  holds(node: Node, birth: number, _address: RecordAddress): boolean {
    return this.exists(node) && this.birth(node) === birth;
  }

  /** The record leaves the log. */
  evict(address: RecordAddress): void {
    this.records.delete(address);
  }

  /** The record moves to another place in the log, as the latest value of a topic does. */
  rescue(node: Node): void {
    const entry = this.entry(node);
    const record = this.records.get(entry.lastRecord);
    if (!record) return;
    this.records.delete(entry.lastRecord);
    const address = entry.lastRecord + 1;
    this.records.set(address, record);
    this.#written.push({ node, address });
    if (entry.lastRetained === entry.lastRecord) entry.lastRetained = address;
    entry.lastRecord = address;
  }

  pathBytes(node: Node): Uint8Array {
    return this.entry(node).path;
  }

  lookPath(node: Node, into: PathLook): void {
    into.take(this.entry(node).path);
  }

  searchPaths(needles: readonly PathNeedle[]): PathSearch {
    let node = ROOT + 1;
    const { end } = this;
    return {
      get share() {
        return Math.min(1, node / end);
      },
      incomplete: false,
      step: (found) => {
        // A few at a time, so that what comes meanwhile is met half-way.
        for (const until = node + 3; node < until && node < this.end; node++) {
          if (!this.exists(node)) continue;
          const { path } = this.entry(node);
          if (needles.some((needle) => needle.endOf(path, 0, path.length) >= 0)) found(node);
        }
        return node < this.end;
      },
    };
  }

  #searchRecords(needles: readonly RecordNeedle[]): RecordSearch {
    let searched = 0;
    const { records } = this;
    const written = this.#written.slice();
    return {
      all: written.length,
      get searched() {
        return searched;
      },
      step: (found) => {
        for (const { node, address } of written.slice(searched, searched + 3)) {
          const payload = records.get(address)?.payload;
          if (payload && needles.some((needle) => needle.endOf(payload, 0, payload.length) >= 0)) found(node);
        }
        searched = Math.min(written.length, searched + 3);
        return searched < written.length;
      },
    };
  }

  nameOffset(node: Node): number {
    return this.entry(node).nameOffset;
  }

  compareNames(a: Node, b: Node): number {
    const x = this.entry(a);
    const y = this.entry(b);
    const top = x.nameOffset === 0;
    return compareNameBytes(x.path, x.nameOffset, x.path.length, y.path, y.nameOffset, y.path.length, top);
  }

  find(path: Uint8Array): Node {
    return this.#byKey.get(topicKey(path)) ?? NO_NODE;
  }

  record(address: RecordAddress): HistoryRecord | null {
    return this.records.get(address) ?? null;
  }

  get log(): RecordReader {
    return {
      end: this.#written.length,
      look: (address, into) => {
        const record = this.records.get(address);
        if (record) into.take(record);
        return record !== undefined;
      },
      sizeAt: (address) => this.records.get(address)?.size ?? 0,
      walk: (walk) => {
        walk.count = 0;
        for (const { node, address } of this.#written.slice(walk.next, walk.next + walk.nodes.length)) {
          walk.nodes[walk.count] = node;
          walk.addresses[walk.count++] = address;
        }
        walk.next += walk.count;
      },
      search: (needles) => this.#searchRecords(needles),
      touch: () => 0,
      tail: 0,
      pieceBefore: (until) => (until > 0 ? { from: 0, until: Math.min(until, this.#written.length) } : null),
    };
  }

  snapshot(): TopicSnapshot {
    this.snapshots++;
    return new NaiveSnapshot(this);
  }

  listen(listener: TopicListener): () => void {
    this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  counters(): Counters {
    return {
      received: this.lastSeq,
      system: 0,
      bytes: 0,
      kept: this.records.size,
      evicted: this.lastSeq - this.records.size,
      dropped: 0,
      droppedBy: { lag: 0, topicCap: 0, budget: 0 },
      forgottenTopics: this.forgottenTopics,
      forgotten: 0,
      shortened: 0,
      topics: this.topicCount,
      retained: 0,
      rate: 0,
      indexBytes: 0,
      historyBytes: 0,
      budgetBytes: 0,
    };
  }

  #nodeOf(path: Uint8Array): Node {
    let parent = ROOT;
    const separator = path[0] === 0x24 ? 0x2f : this.separator.charCodeAt(0);
    let from = 0;
    for (;;) {
      const slash = path.indexOf(separator, from);
      const end = slash < 0 ? path.length : slash;
      const known = this.find(path.subarray(0, end));
      const isLast = slash < 0;
      const node = known === NO_NODE ? this.#add(path.slice(0, end), from, parent, isLast) : known;
      if (isLast) {
        if (known !== NO_NODE && !this.isTopic(node)) {
          this.#makeTopic(node);
          for (const listener of this.#listeners) listener.becameTopic(node);
        }
        return node;
      }
      parent = node;
      from = end + 1;
    }
  }

  #add(path: Uint8Array, nameOffset: number, parent: Node, isTopic: boolean): Node {
    const node = this.#free.pop() ?? this.entries.length;
    this.entries[node] = this.#blank(path, nameOffset, parent, this.level(parent) + 1);
    this.#byKey.set(topicKey(path), node);
    this.#link(node, parent);
    if (isTopic) this.#makeTopic(node);
    for (const listener of this.#listeners) listener.nodeAdded(node, parent);
    return node;
  }

  #link(node: Node, parent: Node): void {
    const above = this.entry(parent);
    this.entry(node).next = above.first;
    if (above.first !== NO_NODE) this.entry(above.first).previous = node;
    above.first = node;
    above.children++;
  }

  #unlink(node: Node, parent: Node): void {
    const { next, previous } = this.entry(node);
    const above = this.entry(parent);
    if (previous === NO_NODE) above.first = next;
    else this.entry(previous).next = next;
    if (next !== NO_NODE) this.entry(next).previous = previous;
    above.children--;
  }

  #makeTopic(node: Node): void {
    this.topicCount++;
    this.entry(node).isTopic = true;
    for (let at = node; at !== NO_NODE; at = this.parent(at)) this.entry(at).topics++;
  }

  #blank(path: Uint8Array, nameOffset: number, parent: Node, level: number): Entry {
    return {
      birth: ++this.#births,
      path,
      nameOffset,
      parent,
      level,
      first: NO_NODE,
      next: NO_NODE,
      previous: NO_NODE,
      children: 0,
      topics: 0,
      subtreeMessages: 0,
      messages: 0,
      lastSeen: 0,
      lastRecord: NO_RECORD,
      lastRetained: NO_RECORD,
      isTopic: false,
    };
  }
}
