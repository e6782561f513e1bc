import { ROOT, type Node, type TopicListener, type TopicSource } from '../columns/nodes.ts';
import { PathLook } from '../path-look.ts';
import { NameTable } from './name-table.ts';
import { wantedBytes } from './score.ts';
import { Search, type FoundNodes } from './search.ts';

/** Nodes looked at between two pauses, some 0.1 ms; giving a name its number takes as long as so many. */
const SLICE = 4_096;
const NAMING = 8;
const SHIFT = 12;
const MASK = (1 << SHIFT) - 1;
const NOTHING: FoundNodes = { best: [], matches: 0, looked: 0 };

/**
 * Finds topics by a few letters of their names, as they are typed. It numbers the names of levels, of
 * which there are far fewer than topics, when it first looks: 4 bytes a topic are kept of that. Then
 * each letter is looked for among all topics, in slices, which takes some 20 ns a topic.
 */
export class TopicFinder implements TopicListener {
  readonly #source: TopicSource;
  readonly #unlisten: () => void;
  readonly #names = new NameTable();
  /** The number of each node's own level; 0 where it has none yet. */
  readonly #numbers: (Int32Array | undefined)[] = [];
  readonly #look = new PathLook();
  #search: Search | null = null;

  constructor(source: TopicSource) {
    this.#source = source;
    this.#unlisten = source.listen(this);
  }

  dispose(): void {
    this.#unlisten();
  }

  nodeAdded(): void {
    // It is given a number when it is looked at.
  }

  becameTopic(): void {
    // Likewise.
  }

  nodeRemoved(node: Node): void {
    const chunk = this.#numbers[node >>> SHIFT];
    if (chunk) chunk[node & MASK] = 0;
    this.#search?.drop(node);
  }

  /**
   * Looks at the topics that are there when it begins, in slices of about 0.1 ms. One search at a time;
   * without a text it only gets ready for one.
   *
   * @param most of the best are kept
   */
  *find(text: string, most: number): Generator<void, FoundNodes> {
    const wanted = wantedBytes(text);
    const source = this.#source;
    const search = wanted.length === 0 ? null : new Search(source, this.#names, wanted, most);
    this.#search = search;
    const { end } = source;
    let left = SLICE;
    for (let node: Node = ROOT + 1; node < end; node++) {
      const chunk = (this.#numbers[node >>> SHIFT] ??= new Int32Array(MASK + 1));
      let number = chunk[node & MASK]!;
      if (source.exists(node) && source.isTopic(node)) {
        if (number === 0) {
          number = chunk[node & MASK] = this.#numberOf(node);
          left -= NAMING;
        }
        search?.look(node, number);
      }
      if (--left > 0) continue;
      left = SLICE;
      yield;
    }
    return search?.found ?? NOTHING;
  }

  /** The best of what the search that is going on has looked at. */
  get soFar(): FoundNodes {
    return this.#search?.found ?? NOTHING;
  }

  #numberOf(node: Node): number {
    const look = this.#look;
    this.#source.lookPath(node, look);
    return this.#names.numberOf(look.bytes, look.start + this.#source.nameOffset(node), look.end);
  }
}
