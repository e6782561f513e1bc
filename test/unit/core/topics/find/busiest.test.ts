import { describe, expect, it } from 'vitest';
import { findBusiest } from '../../../../../src-main/core/topics/find/busiest.ts';
import { NO_NODE, ROOT, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { topicKey } from '../../../../../src-main/core/topics/names.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Topics with rates of a test's choice; those of branches are the sums. */
class Board {
  readonly topics = new NaiveTopics();
  readonly #rates = new Map<Node, number>();

  constructor(rates: Readonly<Record<string, number>>) {
    Object.assign(this.topics, { rate: (node: Node) => this.#rates.get(node) ?? 0 });
    for (const [topic, rate] of Object.entries(rates)) this.publish(topic, rate);
  }

  publish(topic: string, rate: number): void {
    this.topics.publish(topic, 'x', {});
    const { topics } = this;
    for (let at = topics.find(bytes(topic)); at !== ROOT; at = topics.parent(at))
      this.#rates.set(at, (this.#rates.get(at) ?? 0) + rate);
  }

  busiest(from = '', between: () => void = () => undefined): string | null {
    const steps = findBusiest(this.topics, from === '' ? ROOT : this.topics.find(bytes(from)));
    for (;;) {
      const step = steps.next();
      if (step.done !== true) between();
      else return step.value === NO_NODE ? null : topicKey(this.topics.pathBytes(step.value));
    }
  }
}

describe('the busiest way down', () => {
  it('follows the sums of branches, not single topics', () => {
    const board = new Board({ 'a/x': 5, 'b/x': 3, 'b/y': 4, 'b/y/z': 0 });
    expect(board.busiest()).toBe('b/y/z');
    expect(board.busiest('a')).toBe('a/x');
    expect(board.busiest('a/x')).toBe(null);
  });

  it('leaves out the broker’s own topics, unless there are no others', () => {
    expect(new Board({ '$SYS/load': 90, 'a/x': 1 }).busiest()).toBe('a/x');
    expect(new Board({ '$SYS/load': 90 }).busiest()).toBe('$SYS/load');
    expect(new Board({}).busiest()).toBe(null);
  });

  it('is that of what was seen last, where nothing comes any more', () => {
    const board = new Board({ 'a/x': 0 });
    board.topics.now += 1_000;
    board.publish('a/y', 0);
    board.topics.now += 1_000;
    board.publish('a/w', 0);
    board.topics.now += 1_000;
    expect(board.busiest()).toBe('a/w');
  });

  it('is found among many, while topics come and go', () => {
    const rates = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, n) => [`d/n${String(n)}`, n === 77 ? 2 : 1]),
    );
    const board = new Board(rates);
    let turns = 0;
    const busiest = board.busiest('d', () => {
      const gone = board.topics.find(bytes(`d/n${String(4_000 - ++turns)}`));
      if (turns < 3) board.topics.forget(gone);
    });
    expect(busiest).toBe('d/n77');
    expect(turns).toBeGreaterThan(3);
  });
});
