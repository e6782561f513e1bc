import type { Node, TopicSource } from '../columns/nodes.ts';
import { PathLook } from '../path-look.ts';
import { lengthIn, NOT_KEPT, numberIn, type NameTable } from './name-table.ts';
import { separatorByte, separatorByteOf } from '../levels.ts';
import { LOWER, score, scoreWhole, Spread, SPREAD_MOST, WHOLE_ABOVE_MOST } from './score.ts';

/** Parents of which it is remembered what the levels down to them answer, 1 MB; a later one may take a place. */
const PARENTS = 1 << 16;
const NO_PARENT = -1;
/** A thousand characters are 3,000 bytes at most, which score 66,000 at most. */
const STATE_BITS = 13;
const STATE_MASK = (1 << STATE_BITS) - 1;

export interface Found {
  readonly node: Node;
  readonly score: number;
}

export interface FoundNodes {
  /** The best first; of those as good, the shorter. */
  readonly best: readonly Found[];
  readonly matches: number;
  /** Topics looked at. */
  readonly looked: number;
}

/**
 * Looks at topics one by one and keeps the best. What the last level answers is worked out once for each
 * name, and what the levels above it answer once for each parent, so that of most topics no byte is read.
 */
export class Search {
  readonly #source: TopicSource;
  readonly #names: NameTable;
  readonly #wanted: Uint8Array;
  readonly #most: number;
  readonly #separator: number;
  /** What follows the last separator; null without one, where the text must occur within one level. */
  readonly #tail: Uint8Array | null;
  readonly #best: { node: Node; score: number; length: number }[] = [];
  /** By a name's number: one more than the score of a text spread over it, and the state it leaves. */
  readonly #spread: Int32Array;
  /** Likewise the score of a text in one piece; with separators, 1 if it may end in that name. */
  readonly #whole: Int16Array;
  /** Four numbers for a parent and a state: these two, the score of a spread text, and of one in one piece. */
  readonly #above = new Int32Array(4 * PARENTS).fill(NO_PARENT);
  readonly #look = new PathLook();
  /** The worst score that is good enough. */
  #least = 1;
  #matches = 0;
  #looked = 0;

  /** @param most of the best are kept */
  constructor(source: TopicSource, names: NameTable, wanted: Uint8Array, most: number) {
    this.#source = source;
    this.#names = names;
    this.#wanted = wanted;
    this.#most = most;
    this.#separator = separatorByte(source.separator);
    const divided = wanted.lastIndexOf(this.#separator);
    this.#tail = divided < 0 ? null : wanted.subarray(divided + 1);
    this.#spread = new Int32Array(names.starts.length);
    this.#whole = new Int16Array(names.starts.length);
  }

  get found(): FoundNodes {
    const best = this.#best.map(({ node, score: points }) => ({ node, score: points }));
    return { best, matches: this.#matches, looked: this.#looked };
  }

  /** @param kept of its name, by the table of names */
  look(node: Node, kept: number, parent: Node): void {
    this.#looked++;
    const name = numberIn(kept);
    const points = name === NOT_KEPT ? this.#ofPath(node) : this.#ofLevels(node, name, parent);
    if (points === 0) return;
    this.#matches++;
    if (points >= this.#least) this.#take(node, points, lengthIn(kept));
  }

  /** It was removed, and its number may be given to another node. */
  drop(node: Node): void {
    const at = this.#best.findIndex((found) => found.node === node);
    if (at >= 0) {
      this.#best.splice(at, 1);
      this.#least = 1;
    }
    for (let state = 0; state <= 2 * this.#wanted.length + 1; state++) {
      const place = placeOf(node, state);
      if (this.#above[place] === node) this.#above[place] = NO_PARENT;
    }
  }

  #ofPath(node: Node): number {
    const path = this.#source.pathBytes(node);
    const separator = separatorByteOf(path[0], this.#separator);
    return score(path, this.#source.nameOffset(node), this.#wanted, separator);
  }

  #ofLevels(node: Node, name: number, parent: Node): number {
    const packed = (this.#spread[name] || this.#learnName(name)) - 1;
    const state = packed & STATE_MASK;
    const whole = this.#whole[name]!;
    // In the last level it counts for more than all that may be above.
    if (whole >= WHOLE_ABOVE_MOST && this.#tail === null) return whole;
    let place = placeOf(parent, state);
    if (this.#above[place] !== parent || this.#above[place + 1] !== state)
      place = this.#learnAbove(node, parent, state);
    const above = this.#above[place + 2]!;
    if (above < 0) return 0;
    const best = Math.max(whole, this.#above[place + 3]!);
    if (best === 0) return Math.min(SPREAD_MOST, (packed >>> STATE_BITS) + above);
    return this.#tail === null ? best : this.#ofPath(node);
  }

  /** What the last level of that name answers. */
  #learnName(name: number): number {
    const { bytes, starts } = this.#names;
    const [from, to] = [starts[name]!, starts[name + 1]!];
    const wanted = this.#wanted;
    const spread = new Spread(wanted.length, this.#separator);
    spread.over(bytes, from, to, true, wanted);
    if (this.#tail !== null) this.#whole[name] = begins(bytes, from, to, this.#tail) ? 1 : 0;
    else if (to - from >= wanted.length)
      this.#whole[name] = scoreWhole(bytes, from, to, from, wanted, this.#separator);
    const state = (spread.left << 1) | (spread.adjoins ? 1 : 0);
    return (this.#spread[name] = ((spread.points << STATE_BITS) | state) + 1);
  }

  /** What the levels above a topic answer to what its last level left. Returns the place where it is. */
  #learnAbove(node: Node, parent: Node, state: number): number {
    const look = this.#look;
    this.#source.lookPath(node, look);
    const { bytes, start } = look;
    // With the separator behind them.
    const end = start + this.#source.nameOffset(node);
    const spread = new Spread(state >>> 1, this.#separator);
    spread.adjoins = (state & 1) === 1;
    spread.over(bytes, start, end, false, this.#wanted);
    const place = placeOf(parent, state);
    const above = this.#above;
    above[place] = parent;
    above[place + 1] = state;
    above[place + 2] = spread.left > 0 ? -1 : spread.points;
    const isFound = spread.left === 0;
    above[place + 3] = isFound ? scoreWhole(bytes, start, end, end, this.#wanted, this.#separator) : 0;
    return place;
  }

  #take(node: Node, points: number, length: number): void {
    const best = this.#best;
    let at = best.length;
    while (at > 0 && isBetter(points, length, best[at - 1]!)) at--;
    if (at >= this.#most) return;
    best.splice(at, 0, { node, score: points, length });
    if (best.length > this.#most) best.pop();
    if (best.length === this.#most) this.#least = best[this.#most - 1]!.score;
  }
}

function placeOf(parent: Node, state: number): number {
  return ((parent + state * 7_919) & (PARENTS - 1)) << 2;
}

function begins(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  if (to - from < text.length) return false;
  for (let at = 0; at < text.length; at++) if (LOWER[bytes[from + at]!] !== text[at]) return false;
  return true;
}

function isBetter(points: number, length: number, than: { score: number; length: number }): boolean {
  return points !== than.score ? points > than.score : length < than.length;
}
