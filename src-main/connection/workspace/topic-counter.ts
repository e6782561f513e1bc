import { MAX_SEEN, type SeenNames } from '../../contract/view/seen-names.ts';
import type { TopicCounts } from '../../contract/view/topic-counts.ts';
import type { TopicSource } from '../../core/topics/columns/nodes.ts';
import { countMatches } from '../../core/topics/count/match-counts.ts';
import { seenLevels, seenPaths } from '../../core/topics/count/seen-names.ts';
import type { Clock } from '../base/clock.ts';
import { inTurns } from '../base/turns.ts';

/** What a list of suggestions wants to know of all topics, answered between the messages that come. */
export class TopicCounter {
  readonly #source: TopicSource;
  readonly #counting: Question;
  readonly #naming: Question;

  constructor(source: TopicSource, clock: Clock) {
    this.#source = source;
    this.#counting = new Question(clock);
    this.#naming = new Question(clock);
  }

  /** How many topics some filters match. A later question ends an earlier one. */
  async count(filters: readonly string[]): Promise<TopicCounts> {
    const counts = await this.#counting.ask(countMatches(this.#source, filters));
    return { counts: counts ?? [], superseded: counts === null };
  }

  /** Which names begin with a text: of levels of topics, or of members of JSON. A later question ends an earlier one. */
  async seen(of: 'levels' | 'json', begins: string): Promise<SeenNames> {
    const look = of === 'levels' ? seenLevels : seenPaths;
    const names = await this.#naming.ask(look(this.#source, begins, MAX_SEEN));
    return { names: names ?? [], superseded: names === null };
  }
}

/** One kind of question, of which only the latest is answered. */
class Question {
  readonly #clock: Clock;
  #latest = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns null where another one took its place */
  ask<Answer>(steps: Generator<void, Answer>): Promise<Answer | null> {
    const mine = ++this.#latest;
    return inTurns(this.#clock, steps, () => mine === this.#latest);
  }
}
