import { ROOT, type Node, type TopicListener, type TopicSource } from '../columns/nodes.ts';
import { separatorByte, separatorByteOf } from '../levels.ts';
import { PathLook } from '../path-look.ts';
import { NameTable } from './name-table.ts';
import { wantedBytes } from './score.ts';
import { Search, type FoundNodes } from './search.ts';

/** Nodes looked at between two pauses: 0.02 ms, and 0.2 ms where their names are numbered first. */
const SLICE = 1_024;
const SHIFT = 12;
const MASK = (1 << SHIFT) - 1;
/** A level that only leads to others; `becameTopic` is called when it becomes a topic. */
const NO_TOPIC = -1;
const NOTHING: FoundNodes = { best: [], matches: 0, looked: 0 };

/**
 * Finds topics by a few letters of their names, as they are typed. It numbers the names of levels, of
 * which there are far fewer than topics, when it first looks, and keeps 8 bytes a topic side by side:
 * its name and length, and its parent. So each letter is looked for among all topics, in slices, and
 * most of them are settled by what is known of their name and of their parent.
 */
export class TopicFinder implements TopicListener {
  readonly #source: TopicSource;
  readonly #separator: number;
  readonly #unlisten: () => void;
  readonly #names = new NameTable();
  /** Two numbers for each node: what `Search` reads of its name, 0 if not known yet; and its parent. */
  readonly #kept: (Int32Array | undefined)[] = [];
  readonly #look = new PathLook();
  #search: Search | null = null;

  constructor(source: TopicSource) {
    this.#source = source;
    this.#separator = separatorByte(source.separator);
    this.#unlisten = source.listen(this);
  }

  dispose(): void {
    this.#unlisten();
  }

  nodeAdded(): void {
    // It is looked at when something is looked for.
  }

  becameTopic(node: Node): void {
    this.#forget(node);
  }

  ceasedToBeTopic(node: Node): void {
    this.nodeRemoved(node);
  }

  nodeRemoved(node: Node): void {
    this.#forget(node);
    this.#search?.drop(node);
  }

  /**
   * Looks at the topics that are there when it begins, in slices. One search at a time; without a text it
   * only gets ready for one.
   *
   * @param most of the best are kept
   */
  *find(text: string, most: number): Generator<void, FoundNodes> {
    const wanted = wantedBytes(text);
    const search = wanted.length === 0 ? null : new Search(this.#source, this.#names, wanted, most);
    this.#search = search;
    const { end } = this.#source;
    for (let from: Node = ROOT; from < end; from += SLICE) {
      const chunk = (this.#kept[from >>> SHIFT] ??= new Int32Array(2 * (MASK + 1)));
      const to = Math.min(end, from + SLICE);
      for (let node = Math.max(ROOT + 1, from); node < to; node++) {
        const at = (node & MASK) << 1;
        const name = chunk[at] || this.#learn(node, chunk, at);
        if (name > 0) search?.look(node, name, chunk[at + 1]!);
      }
      if (to < end) yield;
    }
    return search?.found ?? NOTHING;
  }

  /** The best of what the search that is going on has looked at. */
  get soFar(): FoundNodes {
    return this.#search?.found ?? NOTHING;
  }

  #learn(node: Node, chunk: Int32Array, at: number): number {
    const source = this.#source;
    if (!source.exists(node)) return 0;
    if (!source.isTopic(node)) return (chunk[at] = NO_TOPIC);
    const look = this.#look;
    source.lookPath(node, look);
    chunk[at + 1] = source.parent(node);
    // What is found out about names and parents once holds for one separator; few topics have another.
    if (separatorByteOf(look.bytes[look.start], this.#separator) !== this.#separator)
      return (chunk[at] = this.#names.lengthOnly(look));
    return (chunk[at] = this.#names.keep(look, source.nameOffset(node)));
  }

  #forget(node: Node): void {
    const chunk = this.#kept[node >>> SHIFT];
    if (chunk) chunk[(node & MASK) << 1] = 0;
  }
}
