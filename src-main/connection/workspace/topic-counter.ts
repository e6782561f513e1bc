import type { TopicCounts } from '../../contract/view/topic-counts.ts';
import type { TopicSource } from '../../core/topics/columns/nodes.ts';
import { countMatches } from '../../core/topics/count/match-counts.ts';
import type { Clock } from '../base/clock.ts';
import { TURN_MS } from '../base/turns.ts';

/** How many topics some filters match, between the messages that come. A later question ends an earlier one. */
export class TopicCounter {
  readonly #source: TopicSource;
  readonly #clock: Clock;
  #latest = 0;

  constructor(source: TopicSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  async count(filters: readonly string[]): Promise<TopicCounts> {
    const mine = ++this.#latest;
    const steps = countMatches(this.#source, filters);
    for (;;) {
      const until = this.#clock.now() + TURN_MS;
      do {
        const step = steps.next();
        if (step.done === true) return { counts: step.value, superseded: false };
      } while (this.#clock.now() < until);
      await new Promise<void>((resolve) => this.#clock.nextTurn(resolve));
      if (mine !== this.#latest) return { counts: [], superseded: true };
    }
  }
}
