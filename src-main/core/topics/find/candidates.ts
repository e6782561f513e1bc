import type { RecordSearch } from '../../history/look.ts';
import type { Clues } from '../../query/match/clues.ts';
import { ROOT, type Node, type TopicSource } from '../columns/nodes.ts';
import { NodeSet } from '../columns/node-set.ts';
import type { PathSearch } from '../path-look.ts';

/** Bytes of records that take as long to be searched as asking a topic does. */
const TOPIC_BYTES = 600;
/** Where records are found closer together than this, bytes, looking at all topics takes no longer. */
const CLOSE_BYTES = 256;
/** Bytes after which that is known. */
const KNOWN_AFTER = 1_048_576;

/** The share of the search in the time of searching and then asking only the topics found. */
const SEARCH_SHARE = 0.9;

/**
 * The topics that a filter may show, by texts that their path or a record of theirs must hold. All others
 * need not be asked: searching the bytes of a million records takes a fifth of looking at each.
 */
export class Candidates {
  readonly #source: TopicSource;
  /** Null: any topic may be shown. */
  #nodes: NodeSet | null = null;
  #paths: PathSearch | null = null;
  /** Null: the candidates are known. */
  #records: RecordSearch | null = null;
  #found = 0;

  /** @param clues null: there are none */
  constructor(source: TopicSource, clues: Clues | null) {
    this.#source = source;
    if (clues === null) return;
    const records = source.log.search(clues.records);
    if (records.all > TOPIC_BYTES * source.topicCount) return;
    this.#nodes = new NodeSet();
    this.#records = records;
    if (clues.paths.length > 0) this.#paths = source.searchPaths(clues.paths);
  }

  /** None but these need be asked, of topics to which no message came since this was made; null: all. */
  get nodes(): NodeSet | null {
    return this.#nodes;
  }

  /** How much is done, in topics out of `all`, when `asked` of them were passed. */
  progress(asked: number, all: number): number {
    if (this.#nodes === null) return asked;
    const search = this.#records;
    const found = search === null ? 1 : search.searched / Math.max(1, search.all);
    return SEARCH_SHARE * found * all + (1 - SEARCH_SHARE) * asked;
  }

  /** About 0.1 ms of looking for them; false if nothing is left to do. */
  step(): boolean {
    if (this.#records === null) return false;
    if (this.#paths !== null) {
      if (!this.#paths.step((node) => this.#addUp(node))) this.#paths = null;
      else if (this.#paths.incomplete) this.drop();
    } else if (!this.#records.step((node) => this.#add(node))) this.#records = null;
    else if (this.#found * CLOSE_BYTES > Math.max(KNOWN_AFTER, this.#records.searched)) this.drop();
    return true;
  }

  /** Any topic is to be asked after all. */
  drop(): void {
    this.#nodes = this.#paths = this.#records = null;
  }

  #add(node: Node): void {
    this.#found++;
    this.#nodes?.add(node);
  }

  /** Those above may hold it as well. */
  #addUp(from: Node): number {
    let steps = 0;
    for (let node = from; node !== ROOT && this.#nodes?.has(node) === false; steps++) {
      this.#nodes.add(node);
      node = this.#source.parent(node);
    }
    return steps;
  }
}
