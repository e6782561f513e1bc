import { CHUNK_MASK, CHUNK_ROWS, ROWS_SHIFT } from '../columns/columns.ts';
import { NO_NODE, ROOT, type Node } from '../columns/nodes.ts';

/** Which topics are late, read by views. */
export interface LateLook {
  /** Late topics of the subtree, itself included. */
  count(node: Node): number;
  /** The topic itself is late. */
  has(node: Node): boolean;
}

/** For each node twice the number of late topics in its subtree, plus one if it is late itself. */
type Chunk = Int32Array;
const OWN = 1;
const EACH = 2;

function read(chunks: readonly (Chunk | undefined)[], node: Node): number {
  return chunks[node >>> ROWS_SHIFT]?.[node & CHUNK_MASK] ?? 0;
}

/** As it was at one point in time. */
class FrozenLate implements LateLook {
  readonly #chunks: readonly (Chunk | undefined)[];

  constructor(chunks: readonly (Chunk | undefined)[]) {
    this.#chunks = chunks;
  }

  count(node: Node): number {
    return read(this.#chunks, node) >> 1;
  }

  has(node: Node): boolean {
    return (read(this.#chunks, node) & OWN) !== 0;
  }
}

/**
 * The topics that are late, counted at their parents. There are chunks (16 kB) only where there is one, so
 * where nothing is late it takes no memory; taking all marks away costs nothing.
 */
export class LateTopics implements LateLook {
  #chunks: (Chunk | undefined)[] = [];
  /** Those that no snapshot reads. */
  #isOwn: (boolean | undefined)[] = [];
  #made = 0;

  get bytes(): number {
    return this.#made * CHUNK_ROWS * 4;
  }

  count(node: Node): number {
    return read(this.#chunks, node) >> 1;
  }

  has(node: Node): boolean {
    return (read(this.#chunks, node) & OWN) !== 0;
  }

  /** @param parentOf of a node; NO_NODE of the root */
  mark(node: Node, parentOf: (node: Node) => Node): void {
    if (this.has(node)) return;
    this.#add(node, OWN);
    for (let up = node; up !== NO_NODE; up = parentOf(up)) this.#add(up, EACH);
  }

  unmark(node: Node, parentOf: (node: Node) => Node): void {
    if (!this.has(node)) return;
    this.#add(node, -OWN);
    for (let up = node; up !== NO_NODE; up = parentOf(up)) this.#add(up, -EACH);
    if (this.count(ROOT) === 0) this.clear();
  }

  clear(): void {
    this.#chunks = [];
    this.#isOwn = [];
    this.#made = 0;
  }

  /** As it is now; costs the copy of what is marked or unmarked later. */
  freeze(): LateLook {
    this.#isOwn = [];
    return new FrozenLate([...this.#chunks]);
  }

  #add(node: Node, by: number): void {
    const at = node >>> ROWS_SHIFT;
    let chunk = this.#chunks[at];
    if (chunk === undefined) {
      chunk = new Int32Array(CHUNK_ROWS);
      this.#made++;
      this.#chunks[at] = chunk;
      this.#isOwn[at] = true;
    } else if (this.#isOwn[at] !== true) {
      chunk = chunk.slice();
      this.#chunks[at] = chunk;
      this.#isOwn[at] = true;
    }
    chunk[node & CHUNK_MASK]! += by;
  }
}
