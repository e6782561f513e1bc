import { expect, test } from 'vitest';
import { LiveColumns } from '../../../../../src-main/core/topics/columns/live-columns.ts';
import { ROOT, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { UsualOrder } from '../../../../../src-main/core/topics/tree/usual-order.ts';
import { random } from '../../../../support/random.ts';

class Followed {
  readonly columns = new LiveColumns();
  readonly order = new UsualOrder(this.columns);
  guesses = 0;
  wrong = 0;

  constructor(nodes: number) {
    this.columns.grow();
    for (let i = 0; i <= nodes; i++) this.columns.take();
  }

  message(node: Node): void {
    const { guess } = this.order;
    if (guess !== ROOT) this.guesses++;
    if (guess === node) this.order.held(node);
    else {
      if (guess !== ROOT) this.wrong++;
      this.order.found(node);
    }
  }
}

test('Of topics that come in the same order, each is guessed from the second round on', () => {
  const followed = new Followed(100);
  for (let i = 0; i < 200; i++) followed.message(1 + (i % 100));
  const before = followed.guesses;
  expect(before).toBeGreaterThan(40);
  for (let i = 0; i < 1_000; i++) followed.message(1 + (i % 100));
  expect(followed.guesses).toBe(before + 1_000);
  expect(followed.wrong).toBe(0);
});

test('Of topics that come in no order next to nothing is guessed', () => {
  const followed = new Followed(1_000);
  const rng = random(3);
  for (let i = 0; i < 100_000; i++) followed.message(1 + rng.int(1_000));
  expect(followed.guesses).toBe(0);
});

test('An order that changes is followed by the next one, and a topic in between is no reason to give up', () => {
  const followed = new Followed(200);
  const round = (of: (i: number) => Node): void => {
    for (let i = 0; i < 100; i++) followed.message(of(i));
  };
  for (let i = 0; i < 3; i++) round((at) => 1 + at);
  const straight = followed.guesses;
  followed.message(150);
  round((at) => 1 + at);
  expect(followed.guesses).toBeGreaterThanOrEqual(straight + 100);
  const wrong = followed.wrong;
  for (let i = 0; i < 3; i++) round((at) => 100 - at);
  expect(followed.wrong - wrong).toBeLessThan(20);
  const backwards = followed.guesses;
  round((at) => 100 - at);
  expect(followed.guesses).toBe(backwards + 100);
});

test('A row that was freed and taken again knows nothing of what followed before', () => {
  const followed = new Followed(3);
  for (let i = 0; i < 300; i++) followed.message(1 + (i % 3));
  followed.columns.free(2);
  expect(followed.columns.take()).toBe(2);
  followed.message(1);
  followed.message(2);
  expect(followed.order.guess).toBe(ROOT);
});
