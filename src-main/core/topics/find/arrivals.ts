import { RecordWalk } from '../../history/look.ts';
import type { NodeSet } from '../columns/node-set.ts';
import type { Node, TopicSource } from '../columns/nodes.ts';

/** Goes through the topics to which messages came since it was made, read off the log: each by its latest one. */
export class Arrivals {
  readonly #source: TopicSource;
  readonly #walk: RecordWalk;
  /** How many of the walk's last records were looked at. */
  #looked = 0;

  constructor(source: TopicSource) {
    this.#source = source;
    this.#walk = new RecordWalk(source.log.end);
  }

  /** There are more. */
  get some(): boolean {
    return this.#looked < this.#walk.count || this.#walk.next < this.#source.log.end;
  }

  /** Some records were evicted before they were reached, so all topics have to be looked at. */
  get missed(): boolean {
    return this.#walk.missed;
  }

  /** All topics are looked at. */
  found(): void {
    this.#walk.missed = false;
  }

  /**
   * @param leftOut topics that are passed
   * @param ask returns the steps that a topic took; looking at a record is one
   */
  step(steps: number, leftOut: NodeSet, ask: (node: Node) => number): void {
    const source = this.#source;
    const walk = this.#walk;
    if (this.#looked >= walk.count) {
      source.log.walk(walk);
      this.#looked = 0;
    }
    let at = this.#looked;
    for (let left = steps; left > 0 && at < walk.count; at++, left--) {
      const node = walk.nodes[at] ?? 0;
      if (leftOut.has(node) || !source.exists(node)) continue;
      // A newer record of the topic follows: the topic is asked when that is reached.
      if (source.lastRecord(node) !== walk.addresses[at]) continue;
      left -= ask(node);
    }
    this.#looked = at;
  }
}
