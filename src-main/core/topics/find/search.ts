import type { Node, TopicSource } from '../columns/nodes.ts';
import { PathLook } from '../path-look.ts';
import type { NameTable } from './name-table.ts';
import { score, scoreWhole, SLASH, Spread, SPREAD_MOST } from './score.ts';

/** What is known of levels above topics, by the topic's parent: so many are remembered, 256 kB each way. */
const ABOVE = 1 << 16;
const NOBODY = -1;
/** A thousand characters are 3,000 bytes at most, which score 66,000 at most. */
const LEFT_BITS = 12;
const MOST_LEFT = (1 << LEFT_BITS) - 1;

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
 * name, and what the levels above it do once for each parent, so that of most topics no byte is read.
 */
export class Search {
  readonly #source: TopicSource;
  readonly #names: NameTable;
  readonly #wanted: Uint8Array;
  readonly #most: number;
  /** Text across levels is looked for in the whole topic. */
  readonly #crosses: boolean;
  readonly #best: { node: Node; score: number; length: number }[] = [];
  /** By the number of a name, one more than: the points of what is spread over it, and what is left then. */
  readonly #spread: Int32Array;
  /** Likewise the points where it occurs as it is. */
  readonly #whole: Int16Array;
  readonly #spreadAbove = new Remembered();
  readonly #wholeAbove = new Remembered();
  readonly #look = new PathLook();
  #matches = 0;
  #looked = 0;

  /** @param most of the best are kept */
  constructor(source: TopicSource, names: NameTable, wanted: Uint8Array, most: number) {
    this.#source = source;
    this.#names = names;
    this.#wanted = wanted;
    this.#most = most;
    this.#crosses = wanted.includes(SLASH);
    this.#spread = new Int32Array(names.starts.length);
    this.#whole = new Int16Array(names.starts.length);
  }

  get found(): FoundNodes {
    const best = this.#best.map(({ node, score: points }) => ({ node, score: points }));
    return { best, matches: this.#matches, looked: this.#looked };
  }

  /** @param name its number, or NOT_KEPT */
  look(node: Node, name: number): void {
    this.#looked++;
    const points = name > 0 && !this.#crosses ? this.#ofLevels(node, name) : this.#ofPath(node);
    if (points === 0) return;
    this.#matches++;
    const last = this.#best[this.#most - 1];
    if (last === undefined || points >= last.score) this.#take(node, points);
  }

  /** It is gone, and its number may be given to another one. */
  drop(node: Node): void {
    const at = this.#best.findIndex((found) => found.node === node);
    if (at >= 0) this.#best.splice(at, 1);
    this.#spreadAbove.forget(node, this.#wanted.length);
    this.#wholeAbove.forget(node, 0);
  }

  #ofPath(node: Node): number {
    return score(this.#source.pathBytes(node), this.#source.nameOffset(node), this.#wanted);
  }

  #ofLevels(node: Node, name: number): number {
    const known = this.#spread[name]!;
    const packed = known === 0 ? (this.#spread[name] = this.#spreadOf(name) + 1) - 1 : known - 1;
    let points = packed >>> LEFT_BITS;
    const left = packed & MOST_LEFT;
    if (left > 0) {
      const above = this.#spreadOver(node, left);
      if (above < 0) return 0;
      points += above;
    }
    const whole = this.#wholeIn(node, name);
    return whole > 0 ? whole : Math.min(SPREAD_MOST, points);
  }

  /** What the last level of that name answers. Without a slash nothing adjoins over the bounds of a level. */
  #spreadOf(name: number): number {
    const { bytes, starts } = this.#names;
    const spread = new Spread(this.#wanted.length);
    spread.over(bytes, starts[name]!, starts[name + 1]!, true, this.#wanted);
    return (spread.points << LEFT_BITS) | spread.left;
  }

  /** Points that the levels above a topic have for what is left; -1 where some of it is not there. */
  #spreadOver(node: Node, left: number): number {
    const parent = this.#source.parent(node);
    const known = this.#spreadAbove.get(parent, left);
    if (known !== NOBODY) return known - 1;
    const look = this.#above(node);
    const spread = new Spread(left);
    spread.adjoins = false;
    spread.over(look.bytes, look.start, look.end, false, this.#wanted);
    const points = spread.left > 0 ? -1 : spread.points;
    this.#spreadAbove.set(parent, left, points + 1);
    return points;
  }

  #wholeIn(node: Node, name: number): number {
    const { length } = this.#wanted;
    const { bytes, starts } = this.#names;
    let known = this.#whole[name]!;
    if (known === 0) {
      const [from, to] = [starts[name]!, starts[name + 1]!];
      known = this.#whole[name] =
        to - from < length ? 1 : 1 + scoreWhole(bytes, from, to, from, this.#wanted);
    }
    return Math.max(known - 1, this.#wholeOver(node));
  }

  #wholeOver(node: Node): number {
    const parent = this.#source.parent(node);
    const above = this.#wholeAbove.get(parent, 0);
    if (above !== NOBODY) return above;
    const look = this.#above(node);
    const points = scoreWhole(look.bytes, look.start, look.end, look.end, this.#wanted);
    this.#wholeAbove.set(parent, 0, points);
    return points;
  }

  /** The levels above the last, with the slash behind them. */
  #above(node: Node): PathLook {
    const look = this.#look;
    this.#source.lookPath(node, look);
    look.end = look.start + this.#source.nameOffset(node);
    return look;
  }

  #take(node: Node, points: number): void {
    this.#source.lookPath(node, this.#look);
    const length = this.#look.end - this.#look.start;
    const best = this.#best;
    let at = best.length;
    while (at > 0 && isBetter(points, length, best[at - 1]!)) at--;
    if (at >= this.#most) return;
    best.splice(at, 0, { node, score: points, length });
    if (best.length > this.#most) best.pop();
  }
}

/** Numbers by a node and a small number; a later one may take the place of an earlier one. */
class Remembered {
  readonly #nodes = new Int32Array(ABOVE).fill(NOBODY);
  readonly #withs = new Int32Array(ABOVE);
  readonly #values = new Int32Array(ABOVE);

  get(node: Node, like: number): number {
    const at = this.#at(node, like);
    return this.#nodes[at] === node && this.#withs[at] === like ? this.#values[at]! : NOBODY;
  }

  set(node: Node, like: number, value: number): void {
    const at = this.#at(node, like);
    this.#nodes[at] = node;
    this.#withs[at] = like;
    this.#values[at] = value;
  }

  /** @param most of the small numbers */
  forget(node: Node, most: number): void {
    for (let like = 0; like <= most; like++) {
      const at = this.#at(node, like);
      if (this.#nodes[at] === node) this.#nodes[at] = NOBODY;
    }
  }

  #at(node: Node, like: number): number {
    return (node + like * 7_919) & (ABOVE - 1);
  }
}

function isBetter(points: number, length: number, than: { score: number; length: number }): boolean {
  return points !== than.score ? points > than.score : length < than.length;
}
