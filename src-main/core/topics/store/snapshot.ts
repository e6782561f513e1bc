import type { FrozenColumns } from '../columns/overlays.ts';
import type { LiveColumns } from '../columns/live-columns.ts';
import type { LateLook, LateTopics } from './late-topics.ts';
import { NodeReader, type ReadingTime } from './node-reader.ts';
import type { Node, TopicSnapshot } from '../columns/nodes.ts';

/**
 * The store as it was at message `seq`. It reads the live columns where they have not been written to
 * since, so taking one costs microseconds whatever the number of topics, and a paused view holds only
 * what changed since. Sibling lists are those of then: nodes forgotten since are still linked,
 * and `exists` is false for them, as their names are not kept.
 */
export class Snapshot extends NodeReader implements TopicSnapshot {
  readonly now: number;
  readonly seq: number;
  readonly topicCount: number;
  protected readonly columns: FrozenColumns;
  protected readonly time: ReadingTime;
  protected readonly lateTopics: LateLook;
  readonly #live: LiveColumns;
  #released = false;

  constructor(live: LiveColumns, late: LateTopics, time: ReadingTime, seq: number, topicCount: number) {
    super();
    this.#live = live;
    this.columns = live.freeze();
    this.lateTopics = late.freeze();
    this.time = { ...time, rates: time.rates.copy() };
    this.now = time.now;
    this.seq = seq;
    this.topicCount = topicCount;
  }

  protected fresh(): void {
    // Everything was carried up when the snapshot was taken.
  }

  /** False for a node born later, also in a slot used before, and for one forgotten since. */
  exists(node: Node): boolean {
    return (
      this.columns.has(node) && this.#live.has(node) && this.columns.birth(node) === this.#live.birth(node)
    );
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#live.thaw(this.columns);
  }
}
