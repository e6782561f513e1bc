import type { TopicKey } from '../../contract/model/model.ts';
import { isAskable } from '../topics/names.ts';

/** Filters of one question; more names than that divide nothing: most topics have one of their own. */
const MOST_PARTS = 200;

/**
 * Filters that bring topics by the name that they have at one of their levels: `plant/+/state/#`, `plant/+/mode/#`.
 * A broker that sends no more than so many messages for each filter brings others for them than for all together.
 */
export class TopicParts {
  readonly #filter: string;
  /** Levels that all topics of the filter share. */
  readonly #above: number;
  /** Of each level below them; null: too many. */
  readonly #names: (Set<string> | null)[] = [];
  #count = 0;

  /** @param filter ends with `#`, without another wildcard */
  constructor(filter: string) {
    this.#filter = filter;
    this.#above = filter.split('/').length - 1;
  }

  add(topic: TopicKey): void {
    this.#count++;
    for (const [at, name] of topic.split('/').slice(this.#above).entries()) {
      const names = this.#names[at];
      if (names === null) continue;
      if (names === undefined) this.#names[at] = new Set([name]);
      else if (names.add(name).size > MOST_PARTS) this.#names[at] = null;
    }
  }

  /** Of the level with the fewest names, as those bring most of what is unknown; none where no level has some. */
  get filters(): readonly string[] {
    let best: readonly string[] = [];
    for (const [at, names] of this.#names.entries()) {
      // A name for nearly each topic asks for those that are known.
      if (names === null || names.size < 2 || 2 * names.size > this.#count) continue;
      if (best.length > 0 && names.size >= best.length) continue;
      const start = this.#filter.slice(0, -1) + '+/'.repeat(at);
      const filters = [...names].map((name) => `${start}${name}/#`);
      if (filters.every(isAskable)) best = filters;
    }
    return best;
  }
}
