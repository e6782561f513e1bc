import { MAX_FOUND, type FoundTopics } from '../../contract/session/found-topics.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import { displayTopic, keyBytes, topicKey } from '../../core/topics/names.ts';
import { findBusiest } from '../../core/topics/find/busiest.ts';
import { TopicFinder } from '../../core/topics/find/finder.ts';
import type { FoundNodes } from '../../core/topics/find/search.ts';
import { NO_NODE, ROOT, type TopicSource } from '../../core/topics/columns/nodes.ts';
import type { Clock } from '../base/clock.ts';
import { inTurns, TURN_MS } from '../base/turns.ts';

/** A person sees something happen within this, however many topics there are, ms. */
const ANSWER_MS = 30;
/** What is kept of names is given up when nobody has looked for so long, ms. */
const IDLE_MS = 60_000;

/** "Go to topic": looks through the names of all topics, between the messages that come. */
export class NameSearch {
  readonly #source: TopicSource;
  readonly #clock: Clock;
  #finder: TopicFinder | null = null;
  #search: { readonly text: string; readonly steps: Generator<void, FoundNodes> } | null = null;
  #latest = 0;
  #cancelEnd: () => void = () => undefined;

  constructor(source: TopicSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /**
   * A search for another text ends this one; asked for the same text, it goes on. Without a text it gets
   * ready for one, so that the first letter is answered as fast as those after it.
   */
  async find(text: string): Promise<FoundTopics> {
    const mine = ++this.#latest;
    this.#finder ??= new TopicFinder(this.#source);
    this.#endLater();
    if (this.#search?.text !== text) this.#search = { text, steps: this.#finder.find(text, MAX_FOUND) };
    const { steps } = this.#search;
    const answerAt = this.#clock.now() + ANSWER_MS;
    for (;;) {
      const found = this.#turn(steps);
      if (found !== null) {
        this.#search = null;
        return this.#answer(found, false);
      }
      if (this.#clock.now() >= answerAt) return this.#answer(this.#finder.soFar, true);
      await new Promise<void>((resolve) => this.#clock.nextTurn(resolve));
      if (mine !== this.#latest) {
        return { topics: [], matches: 0, looked: 0, all: 0, goesOn: false, superseded: true };
      }
    }
  }

  /** The topic at the end of the busiest way down from one; null where nothing is below it, or it is not there. */
  async busiest(below: TopicKey | null): Promise<TopicKey | null> {
    const from = below === null ? ROOT : this.#source.find(keyBytes(below));
    if (from === NO_NODE && below !== null) return null;
    const found = await inTurns(this.#clock, findBusiest(this.#source, from));
    return found === NO_NODE ? null : topicKey(this.#source.pathBytes(found));
  }

  /** What one turn of the event loop is given; what was found once it is done, null before. */
  #turn(steps: Generator<void, FoundNodes>): FoundNodes | null {
    const until = this.#clock.now() + TURN_MS;
    while (this.#clock.now() < until) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
    return null;
  }

  #answer({ best, matches, looked }: FoundNodes, goesOn: boolean): FoundTopics {
    const topics = best.map(({ node }) => {
      const key = topicKey(this.#source.pathBytes(node));
      return {
        key,
        topic: displayTopic(key),
        messages: this.#source.subtreeMessages(node),
        lastSeen: this.#source.lastSeen(node),
      };
    });
    const all = Math.max(looked, this.#source.topicCount);
    return { topics, matches, looked, all, goesOn, superseded: false };
  }

  #endLater(): void {
    this.#cancelEnd();
    this.#cancelEnd = this.#clock.after(IDLE_MS, () => {
      this.#finder?.dispose();
      this.#finder = null;
      this.#search = null;
    });
  }
}
