import { MAX_HITS, type SearchHit, type SearchProgress } from '../../contract/session/search.ts';
import { RecordLook, RecordWalk, type LogPiece } from '../history/look.ts';
import type { Test } from '../query/match/subject.ts';
import { YES } from '../query/match/subject.ts';
import type { Node, TopicSource } from '../topics/columns/nodes.ts';
import { displayTopic, topicKey } from '../topics/names.ts';
import { NodeSubject } from '../topics/view/subject.ts';
import type { Needle } from './needle.ts';

/** Bytes compared between two pauses, about 0.1 ms, and what looking at a record costs of them. */
const SLICE_BYTES = 131_072;
const RECORD_BYTES = 64;
/** Making an excerpt and the names of a topic. */
const HIT_BYTES = 4_096;

interface Found {
  readonly place: number;
  readonly node: Node;
  readonly birth: number;
  readonly seq: number;
}

/**
 * Goes through what a log keeps when the search begins, the newest segment first, in slices. A record that is
 * moved meanwhile is met again at the log's new end; evicted records count as `notKept`.
 */
export class HistorySearch {
  /** The newest segment's first, but for what was moved. */
  readonly hits: SearchHit[] = [];
  readonly #source: TopicSource;
  readonly #needle: Needle;
  readonly #filter: Test | null;
  readonly #subject: NodeSubject;
  readonly #inFilter = new Map<Node, boolean>();
  readonly #upTo: number;
  readonly #begun: number;
  readonly #total: number;
  readonly #walk: RecordWalk;
  readonly #look = new RecordLook();
  readonly #topics = new Set<Node>();
  readonly #seqs = new Set<number>();
  /** Of the piece that is read: the records that have it. */
  readonly #found: Found[] = [];
  #piece: LogPiece | null;
  /** How many of the walk's last records were looked at. */
  #looked = 0;
  #isBack = true;
  #messages = 0;
  #shortened = 0;
  #long = 0;
  #read = 0;
  #state: SearchProgress['state'] = 'running';

  /** @param filter only in topics of which it says YES now */
  constructor(source: TopicSource, needle: Needle, filter: Test | null) {
    this.#source = source;
    this.#needle = needle;
    this.#filter = filter;
    this.#subject = new NodeSubject(source, { nodes: source, upTo: Infinity, present: () => true });
    this.#upTo = source.lastSeq;
    this.#begun = source.log.end;
    this.#total = this.#begun - source.log.tail;
    this.#walk = new RecordWalk(0);
    this.#piece = this.#enter(source.log.pieceBefore(this.#begun));
  }

  /** About 0.1 ms of it; false if it is over. */
  step(): boolean {
    if (this.#state !== 'running') return false;
    for (let left = SLICE_BYTES; left > 0 && this.#state === 'running';) {
      if (this.#looked < this.#walk.count) left -= this.#lookAtNext();
      else if (!this.#goOn()) left -= this.#found.length > 0 ? this.#takeLast() : this.#nextPiece();
    }
    return true;
  }

  stop(): void {
    if (this.#state === 'running') this.#end('stopped');
  }

  /** @param ms that it has taken */
  progress(ms: number): SearchProgress {
    const { kept, received, system } = this.#source.counters();
    return {
      state: this.#state,
      read: this.#state === 'done' ? this.#total : Math.min(this.#read, this.#total),
      total: this.#total,
      messages: this.#messages,
      topics: this.#topics.size,
      found: this.hits.length,
      full: this.hits.length >= MAX_HITS,
      shortened: this.#shortened,
      long: this.#long,
      notKept: Math.max(0, received + system - kept),
      ms,
    };
  }

  /** Reads the next records of the piece; false at its end. */
  #goOn(): boolean {
    const piece = this.#piece;
    const walk = this.#walk;
    if (piece === null || walk.next >= piece.until) return false;
    // The piece was reclaimed in part.
    if (walk.next < this.#source.log.tail) walk.next = this.#source.log.tail;
    if (walk.next >= piece.until) return false;
    this.#source.log.walk(walk);
    this.#looked = 0;
    return walk.count > 0;
  }

  #nextPiece(): number {
    const { log } = this.#source;
    const piece = this.#piece;
    if (this.#isBack) {
      if (piece !== null) this.#read = this.#begun - piece.from;
      this.#piece = this.#enter(piece === null ? null : log.pieceBefore(piece.from));
      if (this.#piece !== null) return RECORD_BYTES;
      // Then what was written since, among which there is what was moved.
      this.#isBack = false;
      this.#piece = this.#enter({ from: Math.max(this.#begun, log.tail), until: log.end });
    } else this.#end('done');
    return RECORD_BYTES;
  }

  #enter(piece: LogPiece | null): LogPiece | null {
    if (piece !== null) this.#walk.next = piece.from;
    this.#walk.count = 0;
    this.#looked = 0;
    return piece;
  }

  /** Returns what it cost, in bytes. */
  #lookAtNext(): number {
    const source = this.#source;
    const walk = this.#walk;
    const look = this.#look;
    const at = this.#looked++;
    const address = walk.addresses[at]!;
    const node = walk.nodes[at]!;
    if (address >= (this.#piece?.until ?? 0)) {
      walk.count = 0;
      return RECORD_BYTES;
    }
    if (!source.holds(node, walk.births[at]!, address)) return RECORD_BYTES;
    if (!source.log.look(address, look) || look.seq > this.#upTo) return RECORD_BYTES;
    const needle = this.#needle;
    const bytes = look.payloadEnd - look.payloadStart;
    if (this.#isBack) this.#messages++;
    const cost = RECORD_BYTES + Math.min(bytes, needle.most) * needle.cost;
    if (needle.isIn(look.payload, look.payloadStart, look.payloadEnd)) {
      if (this.#passes(node) && !this.#seqs.has(look.seq)) {
        this.#seqs.add(look.seq);
        this.#found.push({ place: address, node, birth: source.birth(node), seq: look.seq });
      }
      return cost;
    }
    if (look.shortened) this.#shortened++;
    else if (bytes > needle.most) this.#long++;
    return cost;
  }

  #passes(node: Node): boolean {
    if (this.#filter === null) return true;
    const known = this.#inFilter.get(node);
    if (known !== undefined) return known;
    this.#subject.aim(node);
    const passes = this.#filter.of(this.#subject) === YES;
    this.#inFilter.set(node, passes);
    return passes;
  }

  /** Adds the newest record found in the piece to the hits; returns its cost in bytes. */
  #takeLast(): number {
    const found = this.#found.pop();
    if (found === undefined) return RECORD_BYTES;
    const { place, node, birth, seq } = found;
    const look = this.#look;
    const isKnown = this.#source.holds(node, birth, place);
    if (!isKnown || !this.#source.log.look(place, look)) {
      // It made room for others meanwhile, or was moved and will be met again.
      this.#seqs.delete(seq);
      return RECORD_BYTES;
    }
    const { at, size, payload, payloadStart, payloadEnd } = look;
    this.#topics.add(node);
    const key = topicKey(this.#source.pathBytes(node));
    const excerpt = this.#needle.excerpt(payload.subarray(payloadStart, payloadEnd));
    const kept = payloadEnd - payloadStart;
    this.hits.push({ seq, at, key, topic: displayTopic(key), size, kept, excerpt, place });
    if (this.hits.length >= MAX_HITS) this.#end('done');
    return HIT_BYTES + Math.min(kept, this.#needle.most) * this.#needle.cost;
  }

  #end(state: 'done' | 'stopped'): void {
    this.#state = state;
    this.#piece = null;
    this.#walk.count = 0;
    this.#found.length = 0;
    this.#inFilter.clear();
    this.#seqs.clear();
  }
}
