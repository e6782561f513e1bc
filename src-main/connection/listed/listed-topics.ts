import { isShared } from '../../core/topics/filters.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { TopicNames, type PackedNames } from '../../core/retained/topic-names.ts';
import { NO_NODE, type Node, type TopicSource } from '../../core/topics/columns/nodes.ts';
import { topicKey } from '../../core/topics/names.ts';
import { markOf, replacedBy } from '../retained/overtaken.ts';

/** What this needs of the store. */
export interface ListedSource extends TopicSource {
  findIn(bytes: DataView, start: number, end: number): Node;
  retainedStamp(node: Node): number;
}

const DOLLAR = 0x24;
/** It was not looked for yet. */
const UNSEEN = -2;

/** The topics of one clear: where each is in the store, and what it had when it was asked for. */
export class ListedTopics {
  readonly names: TopicNames;
  readonly #topics: ListedSource;
  readonly #view: DataView;
  readonly #nodes: Int32Array;
  /** A topic was forgotten: its number may be another's. */
  #isStale = true;
  /** Messages that each had when it was asked for, plus one; 0: it was not. */
  readonly #messages: Float64Array;
  /** Of the payload that each had; 0: it is not known. */
  readonly #marks: Int32Array;
  readonly #unlisten: () => void;

  constructor(topics: ListedSource, packed: PackedNames) {
    this.names = new TopicNames(packed);
    this.#topics = topics;
    const { buffer, byteOffset, byteLength } = packed.names;
    this.#view = new DataView(buffer, byteOffset, byteLength);
    const { length } = this.names;
    this.#nodes = new Int32Array(length);
    this.#messages = new Float64Array(length);
    this.#marks = new Int32Array(length);
    this.#unlisten = topics.listen({
      nodeAdded: () => undefined,
      becameTopic: () => undefined,
      nodeRemoved: () => (this.#isStale = true),
    });
  }

  close(): void {
    this.#unlisten();
  }

  /** NO_NODE if it is not known. */
  node(place: number): Node {
    if (this.#isStale) {
      this.#nodes.fill(UNSEEN);
      this.#isStale = false;
    }
    const known = this.#nodes[place] ?? NO_NODE;
    if (known !== UNSEEN) return known;
    const { names } = this;
    const node = this.#topics.findIn(this.#view, names.start(place), names.end(place));
    // One that is not known may be soon.
    if (node !== NO_NODE) this.#nodes[place] = node;
    return node;
  }

  /** The topic of a node, as a part of a filter. */
  filterOf(node: Node): TopicKey {
    return topicKey(this.#topics.pathBytes(node));
  }

  /** As a filter it is a shared subscription. */
  isShared(place: number): boolean {
    const { names } = this;
    return names.bytes[names.start(place)] === DOLLAR && isShared(names.key(place));
  }

  /** Differs when anything was learnt of the topic since. */
  stamp(place: number): number {
    const node = this.node(place);
    return node === NO_NODE ? -1 : this.#topics.retainedStamp(node);
  }

  stamps(places: Uint32Array): Float64Array {
    const stamps = new Float64Array(places.length);
    for (let i = 0; i < places.length; i++) stamps[i] = this.stamp(places[i] ?? 0);
    return stamps;
  }

  /** What is published from now on may be newer than the copy. */
  fetching(places: Uint32Array): void {
    // Of many, a loop over a column makes an object for each until it is compiled.
    for (let at = 0; at < places.length; at++) {
      const place = places[at] ?? 0;
      const node = this.node(place);
      this.#messages[place] = 1 + (node === NO_NODE ? 0 : this.#topics.messages(node));
      this.#marks[place] = 0;
    }
  }

  /** @param mark of what was found there, as `markOf` makes it; of no bytes where nothing was */
  fetched(place: number, mark: number): void {
    this.#marks[place] = mark;
  }

  /** It is known that this is not what was there when the topic was asked for. */
  isAnother(place: number, payload: Uint8Array): boolean {
    const mark = this.#marks[place] ?? 0;
    return mark !== 0 && markOf(payload) !== mark;
  }

  /** The message that each of our empty ones took the place of, where it is not the one that was fetched. */
  overtaken(places: Uint32Array): KeptMessage[] {
    const found: KeptMessage[] = [];
    for (let at = 0; at < places.length; at++) {
      const place = places[at] ?? 0;
      const messages = (this.#messages[place] ?? 0) - 1;
      this.#messages[place] = 0;
      const node = messages < 0 ? NO_NODE : this.node(place);
      // Our own empty one is one of them.
      if (node === NO_NODE || this.#topics.messages(node) - messages < 2) continue;
      const { names } = this;
      const message = replacedBy(this.#topics, node, names.key(place), messages, this.#marks[place] ?? 0);
      if (message !== null) found.push(message);
    }
    return found;
  }
}
