import type { TopicKey } from '../../contract/model/model.ts';
import { OrderedMap } from '../../core/retained/ordered-map.ts';
import { NO_NODE, type Node, type TopicListener } from '../../core/topics/columns/nodes.ts';
import { keyBytes } from '../../core/topics/names.ts';

/** Topics remembered: some parts of a clear. */
const MOST = 20_000;

/** What this needs of the store. */
export interface NodeSource {
  find(path: Uint8Array): Node;
  listen(listener: TopicListener): () => void;
}

/**
 * Where topics are in the store. Clearing asks for each some ten times, and turning a name into bytes and
 * those into a node takes longer than all else that it does with a topic.
 */
export class KnownNodes {
  readonly #source: NodeSource;
  readonly #nodes = new OrderedMap<Node>();

  constructor(source: NodeSource) {
    this.#source = source;
    source.listen({
      nodeAdded: () => undefined,
      becameTopic: () => undefined,
      // Its number will be another topic's. That is rare, so all are forgotten rather than each found by its name.
      nodeRemoved: () => this.forget(),
    });
  }

  /** NO_NODE if it is not known. */
  find(key: TopicKey): Node {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const node = this.#source.find(keyBytes(key));
    if (node === NO_NODE) return node;
    if (this.#nodes.size >= MOST) this.#nodes.clear();
    this.#nodes.set(key, node);
    return node;
  }

  /** Nothing is cleared any more, or something is not where it was. */
  forget(): void {
    if (this.#nodes.size > 0) this.#nodes.clear();
  }
}
