import { NodeSet } from '../columns/node-set.ts';
import type { Node, TopicNodes, TopicSnapshot, TopicSource } from '../columns/nodes.ts';

/** A view that stands still: what it knows, and what it will have to catch up with. */
export class Pause {
  readonly snapshot: TopicSnapshot;
  /** ms since the epoch. */
  readonly at: number;
  /** Nodes that came since and are still there. */
  readonly fresh = new NodeSet();
  /** One more than the highest node there was. */
  readonly end: Node;
  readonly #source: TopicSource;
  readonly #forgotten: number;

  constructor(source: TopicSource, now: number) {
    this.#source = source;
    this.snapshot = source.snapshot();
    this.at = now;
    this.end = source.end;
    this.#forgotten = source.counters().forgottenTopics;
  }

  /** @param forgottenTopics of the counters now */
  read(forgottenTopics: number): { seq: number; at: number; newMessages: number; newTopics: number } {
    const { snapshot, at } = this;
    const gained = this.#source.topicCount - snapshot.topicCount;
    return {
      seq: snapshot.seq,
      at,
      newMessages: this.#source.lastSeq - snapshot.seq,
      newTopics: Math.max(0, gained + forgottenTopics - this.#forgotten),
    };
  }
}

/** Where a view reads: the live columns, or those of its pause. Some nodes of a pause were removed since. */
export class ViewScope {
  readonly names: TopicSource;
  pause: Pause | null = null;

  constructor(source: TopicSource) {
    this.names = source;
  }

  get nodes(): TopicNodes {
    return this.pause?.snapshot ?? this.names;
  }

  /** No node that is shown has this number or a higher one. */
  get end(): Node {
    return this.pause?.end ?? this.names.end;
  }

  /** Messages up to this number. */
  get upTo(): number {
    return this.pause?.snapshot.seq ?? Infinity;
  }

  present(node: Node): boolean {
    return this.pause?.snapshot.exists(node) ?? true;
  }
}
