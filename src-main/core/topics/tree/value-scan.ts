import { NO_RECORD, ROOT, type Node, type TopicNodes, type TopicSource } from '../columns/nodes.ts';
import type { NodeSet } from '../columns/node-set.ts';

/** Topics that are put in order together: 3 MB while they are. */
const BLOCK = 1 << 18;
/** Of the log, words that count as one place: what fits the nearest caches. */
const PLACE_SHIFT = 14;
/** Steps between two pauses, about 0.1 ms, and topics that are gathered or ordered in one step. */
const SLICE = 512;
const ORDERED_IN_STEP = 8;
/** Records that are read ahead together; see `RecordReader.touch`. */
const AHEAD = 64;

/** Where topics are read: the live columns, or those of a pause. */
export interface ScannedTopics {
  readonly nodes: TopicNodes;
  readonly names: TopicSource;
  /** No node has this number or a higher one. */
  readonly end: Node;
}

/**
 * Goes through topics in the order in which their latest values lie in memory. In the order of the topics,
 * nearly each value would be a cache miss and a page miss: at a million topics four fifths of the time. The
 * latest values are found block by block of topics. Messages that came since then are further on in the log,
 * where `Arrivals` finds them.
 */
export class ValueScan {
  /** Nodes below it are through. */
  scanned: Node = ROOT + 1;
  /** Keeps the reads ahead from being optimised away. */
  prefetched = 0;
  readonly #scope: ScannedTopics;
  readonly #leftOut: NodeSet;
  readonly #only: () => NodeSet | null;
  readonly #ask: (node: Node, address: number) => number;
  #state: 'gather' | 'order' | 'ask' = 'gather';
  /** Of the block: nodes up to here were gathered, so many are asked, of which some were. */
  #gathered: Node = ROOT + 1;
  #count = 0;
  #done = 0;
  /** Address that places are counted from. */
  #base = 0;
  /** Found: nodes, and words from the base on; then the same in order. */
  #nodes = new Int32Array(0);
  #words = new Uint32Array(0);
  #inOrder = new Int32Array(0);
  #wordsInOrder = new Uint32Array(0);
  /** By place: where in the order its next topic belongs. The first place is for values that are not kept. */
  #next = new Int32Array(0);

  /**
   * @param leftOut topics that need not be asked
   * @param only none but these need be asked; null: all
   * @param ask asks of a topic with its latest record as it was, or 0 for none; answers the steps it took
   */
  constructor(
    scope: ScannedTopics,
    leftOut: NodeSet,
    only: () => NodeSet | null,
    ask: (node: Node, address: number) => number,
  ) {
    this.#scope = scope;
    this.#leftOut = leftOut;
    this.#only = only;
    this.#ask = ask;
  }

  /** Nodes that are through, with a part of the block that is under way. */
  get progress(): number {
    const block = this.#gathered - this.scanned;
    return this.scanned + (this.#state === 'ask' ? (block * this.#done) / Math.max(1, this.#count) : 0);
  }

  /** About 0.1 ms of it. Not to be called when all is through. */
  step(): void {
    if (this.#state === 'gather') this.#gather();
    else if (this.#state === 'order') this.#order();
    else this.#askSome();
  }

  #begin(): void {
    const { log } = this.#scope.names;
    const { end } = this.#scope;
    const size = Math.min(BLOCK, end - this.scanned);
    if (this.#nodes.length < size) {
      this.#nodes = new Int32Array(size);
      this.#words = new Uint32Array(size);
      this.#inOrder = new Int32Array(size);
      this.#wordsInOrder = new Uint32Array(size);
    }
    this.#base = log.tail;
    const places = 2 + Math.floor((log.end - log.tail) / (4 << PLACE_SHIFT));
    if (this.#next.length <= places) this.#next = new Int32Array(places + 1);
    else this.#next.fill(0);
    this.#count = 0;
    this.#gathered = this.scanned;
  }

  #gather(): void {
    if (this.#gathered === this.scanned) this.#begin();
    const { nodes, end } = this.#scope;
    const base = this.#base;
    const last = this.#next.length - 1;
    const until = Math.min(end, this.scanned + this.#nodes.length, this.#gathered + SLICE * ORDERED_IN_STEP);
    const only = this.#only();
    let count = this.#count;
    for (let node = this.#gathered; node < until; node++) {
      if (only?.has(node) === false) continue;
      if (this.#leftOut.has(node) || !nodes.exists(node) || !nodes.isTopic(node)) continue;
      const address = nodes.lastRecord(node);
      const words = address < base || address === NO_RECORD ? 0 : 1 + (address - base) / 4;
      this.#nodes[count] = node;
      this.#words[count++] = words;
      // Values that came since this block was started go to the last place.
      this.#next[Math.min(last, placeOf(words))]!++;
    }
    this.#count = count;
    this.#gathered = until;
    if (until < Math.min(end, this.scanned + this.#nodes.length)) return;
    let sum = 0;
    for (let place = 0; place <= last; place++) {
      const own = this.#next[place]!;
      this.#next[place] = sum;
      sum += own;
    }
    this.#done = 0;
    this.#state = 'order';
  }

  #order(): void {
    const next = this.#next;
    const last = next.length - 1;
    const until = Math.min(this.#count, this.#done + SLICE * ORDERED_IN_STEP);
    for (let at = this.#done; at < until; at++) {
      const words = this.#words[at]!;
      const to = next[Math.min(last, placeOf(words))]!++;
      this.#inOrder[to] = this.#nodes[at]!;
      this.#wordsInOrder[to] = words;
    }
    this.#done = until;
    if (until < this.#count) return;
    this.#done = 0;
    this.#state = 'ask';
  }

  #askSome(): void {
    const { log } = this.#scope.names;
    let at = this.#done;
    for (let left = SLICE; left > 0 && at < this.#count;) {
      const until = Math.min(this.#count, at + AHEAD);
      for (let ahead = at; ahead < until; ahead++) this.prefetched ^= log.touch(this.#address(ahead));
      for (; left > 0 && at < until; at++) left -= this.#ask(this.#inOrder[at]!, this.#address(at));
    }
    this.#done = at;
    if (at < this.#count) return;
    this.scanned = this.#gathered;
    this.#state = 'gather';
  }

  #address(at: number): number {
    const words = this.#wordsInOrder[at]!;
    return words === 0 ? NO_RECORD : this.#base + (words - 1) * 4;
  }
}

/** 0 is for what is not kept. */
function placeOf(words: number): number {
  return words === 0 ? 0 : 1 + (words >>> PLACE_SHIFT);
}
