import { ROOT, type Node, type TopicListener, type TopicSource } from '../columns/nodes.ts';
import { letterMask, PERFECT, score, VERY_GOOD, wantedBytes } from './score.ts';

/** Steps between two pauses, of some 50 ns; scoring a topic is one for each 16 bytes. */
const SLICE = 4_096;
const STEP_BYTES = 16;
const SHIFT = 12;
const MASK = (1 << SHIFT) - 1;
/** Topics that matched, kept to look among them alone when a letter follows. */
const MAX_KEPT = 262_144;
/** Topics that came since, to be looked at as well. */
const MAX_FRESH = 10_000;
/** Text as short as this is looked for until enough topics are very good, as nearly all match. */
const SHORT = 2;

export interface Found {
  readonly node: Node;
  readonly score: number;
}

export interface FoundNodes {
  /** The best first; of those as good, the shorter. */
  readonly best: readonly Found[];
  readonly matches: number;
  readonly atLeast: boolean;
}

interface Kept {
  readonly text: string;
  readonly nodes: Int32Array;
}

/**
 * Finds topics by a few letters of their names, as they are typed. Of every name it keeps which letters
 * it has, 4 bytes, so that most topics are passed over without reading them; and what matched, so that
 * the next letter is looked for in that alone.
 */
export class TopicFinder implements TopicListener {
  readonly #source: TopicSource;
  readonly #unlisten: () => void;
  /** Letters of the whole topic; 0 where they are not known yet. */
  readonly #masks: (Int32Array | undefined)[] = [];
  #kept: Kept | null = null;
  #search: Search | null = null;
  /** Topics that came since what is kept, or is going to be, was looked for; null: nothing is, or too many came. */
  #fresh: Node[] | null = null;

  constructor(source: TopicSource) {
    this.#source = source;
    this.#unlisten = source.listen(this);
  }

  dispose(): void {
    this.#unlisten();
  }

  nodeAdded(node: Node): void {
    this.#came(node);
  }

  becameTopic(node: Node): void {
    this.#came(node);
  }

  nodeRemoved(node: Node): void {
    const chunk = this.#masks[node >>> SHIFT];
    if (chunk) chunk[node & MASK] = 0;
    this.#search?.drop(node);
  }

  /**
   * Looks in slices of about 0.2 ms; the answer is of the topics that are there from beginning to end. One
   * search at a time.
   */
  *find(text: string, most: number): Generator<void, FoundNodes> {
    const wanted = wantedBytes(text);
    if (wanted.bytes.length === 0) return { best: [], matches: 0, atLeast: false };
    const enough = wanted.bytes.length <= SHORT ? VERY_GOOD : PERFECT;
    const among = this.#among(text);
    const fresh = (this.#fresh ??= []);
    const before = fresh.length;
    const search = new Search(this.#source, wanted.bytes, most);
    this.#search = search;
    const kept: number[] = [];
    let left = SLICE;
    const end = among?.length ?? this.#source.end;
    for (let at = among ? 0 : ROOT + 1; at < end; at++) {
      const node = among ? among[at]! : at;
      left--;
      if (this.#mayMatch(node, wanted.mask)) {
        left -= search.look(node) / STEP_BYTES;
        if (search.hit && kept.length < MAX_KEPT) kept.push(node);
        if (search.isFullOf(enough)) return search.answer(true);
      }
      if (left > 0) continue;
      left = SLICE;
      yield;
    }
    if (this.#fresh === fresh) this.#keep(text, kept, fresh.slice(before));
    return search.answer(false);
  }

  /** The best of what the search that is going on has looked at. */
  get soFar(): FoundNodes {
    return this.#search?.answer(true) ?? { best: [], matches: 0, atLeast: false };
  }

  #came(node: Node): void {
    if (this.#fresh === null) return;
    if (this.#fresh.length < MAX_FRESH) this.#fresh.push(node);
    else this.#kept = this.#fresh = null;
  }

  #keep(text: string, nodes: readonly Node[], fresh: Node[]): void {
    if (nodes.length >= MAX_KEPT) return;
    this.#kept = { text, nodes: Int32Array.from(nodes) };
    this.#fresh = fresh;
  }

  /** Topics of which alone can match what begins with the text before; null: all. */
  #among(text: string): Int32Array | null {
    const kept = this.#kept;
    if (kept === null || !text.startsWith(kept.text)) return null;
    // A number that was given to a new topic may be among both.
    const fresh = new Set(this.#fresh);
    if (fresh.size === 0) return kept.nodes;
    return Int32Array.from([...kept.nodes.filter((node) => !fresh.has(node)), ...fresh]);
  }

  /** It is a topic that has all of these letters. */
  #mayMatch(node: Node, mask: number): boolean {
    return (this.#maskAt(node) & mask) === mask && this.#source.exists(node) && this.#source.isTopic(node);
  }

  /** Letters of a topic, worked out when they are first asked for; of no meaning for what is not there. */
  #maskAt(node: Node): number {
    const chunk = (this.#masks[node >>> SHIFT] ??= new Int32Array(MASK + 1));
    const known = chunk[node & MASK]!;
    if (known !== 0 || !this.#source.exists(node)) return known;
    const path = this.#source.pathBytes(node);
    return (chunk[node & MASK] = letterMask(path, 0, path.length));
  }
}

/** The best of what is looked at. */
class Search {
  readonly #source: TopicSource;
  readonly #wanted: Uint8Array;
  readonly #most: number;
  readonly #best: { node: Node; score: number; length: number }[] = [];
  #matches = 0;
  /** The last one matched. */
  hit = false;

  constructor(source: TopicSource, wanted: Uint8Array, most: number) {
    this.#source = source;
    this.#wanted = wanted;
    this.#most = most;
  }

  /** Returns the bytes that were read. */
  look(node: Node): number {
    const path = this.#source.pathBytes(node);
    const points = score(path, this.#source.nameOffset(node), this.#wanted);
    this.hit = points > 0;
    if (points > 0) this.#take(node, points, path.length);
    return path.length;
  }

  /** As many as are wanted are at least so good: they are in order, the last of so many tells of all. */
  isFullOf(enough: number): boolean {
    return (this.#best[this.#most - 1]?.score ?? 0) >= enough;
  }

  answer(atLeast: boolean): FoundNodes {
    const best = this.#best.map(({ node, score: points }) => ({ node, score: points }));
    return { best, matches: this.#matches, atLeast };
  }

  /** It is gone, and its number may be given to another one. */
  drop(node: Node): void {
    const at = this.#best.findIndex((found) => found.node === node);
    if (at >= 0) this.#best.splice(at, 1);
  }

  #take(node: Node, points: number, length: number): void {
    this.#matches++;
    const best = this.#best;
    const last = best[this.#most - 1];
    if (last && !isBetter(points, length, last)) return;
    let at = best.length;
    while (at > 0 && isBetter(points, length, best[at - 1]!)) at--;
    best.splice(at, 0, { node, score: points, length });
    if (best.length > this.#most) best.pop();
  }
}

function isBetter(points: number, length: number, than: { score: number; length: number }): boolean {
  return points !== than.score ? points > than.score : length < than.length;
}
