import { UNKNOWN, YES, NO, type Test, type Truth } from '../../query/match/subject.ts';
import type { Node, TopicNames } from '../columns/nodes.ts';
import { PathLook, type PathSearch } from '../path-look.ts';

/** What a filter says of a node by its path alone. */
export type Place =
  /** It and all below it are shown, which is not so of its parent. */
  | 'top'
  /** It is shown because its parent is. */
  | 'covered'
  /** The topic itself has to be asked. */
  | 'asked'
  /** It is not shown, and nothing below it is. */
  | 'out';

/** More texts than these are not searched for one after the other. */
const MOST_NEEDLES = 8;

/** Asks a filter what it says of paths, and of all that is below them. */
export class PathPlaces {
  readonly #test: Test;
  readonly #names: TopicNames;
  readonly #path = new PathLook();

  constructor(test: Test, names: TopicNames) {
    this.#test = test;
    this.#names = names;
  }

  /** For the paths of which the filter says something; null where each has to be looked at. */
  search(): PathSearch | null {
    const { needles } = this.#test;
    if (needles === null || needles.length > MOST_NEEDLES) return null;
    return this.#names.searchPaths(needles);
  }

  /** Bytes of the path that was looked at last. */
  get bytes(): number {
    return this.#path.end - this.#path.start;
  }

  /** What the path says of the node and of all below it. */
  below(node: Node): Truth {
    this.#names.lookPath(node, this.#path);
    return this.#test.below(this.#path);
  }

  place(node: Node): Place {
    const below = this.below(node);
    if (below === UNKNOWN) return 'asked';
    if (below === NO) return 'out';
    return this.#isTop(node) ? 'top' : 'covered';
  }

  /** Whether what its path says, which was looked at just now, is not said of its parent as well. */
  #isTop(node: Node): boolean {
    const offset = this.#names.nameOffset(node);
    if (offset === 0) return true;
    const path = this.#path;
    const { end } = path;
    path.end = path.start + offset - 1;
    const isTop = this.#test.below(path) !== YES;
    path.end = end;
    return isTop;
  }
}
