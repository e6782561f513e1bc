import { expect, test } from 'vitest';
import type { Clock } from '../../../../src-main/connection/base/clock.ts';
import { TopicCounter } from '../../../../src-main/connection/workspace/topic-counter.ts';
import { NaiveTopics } from '../../../support/store/naive-topics.ts';

/** A clock of which each look takes a millisecond, and turns that come when the test says so. */
class Turns implements Clock {
  time = 0;
  readonly waiting: (() => void)[] = [];
  now = () => ++this.time;
  wall = () => 0;
  after = () => () => undefined;
  atTick = this.after;
  nextTurn = (run: () => void) => void this.waiting.push(run);
}

function board(count: number) {
  const source = new NaiveTopics();
  for (let n = 0; n < count; n++) source.publish(`t/x${String(n)}`, 'x', {});
  const clock = new Turns();
  return { clock, counter: new TopicCounter(source, clock) };
}

test('counting lets messages in between, and ends when another question comes', async () => {
  const { clock, counter } = board(20_000);
  const first = counter.count(['x']);
  expect(clock.waiting).toHaveLength(1);
  const second = counter.count(['t/x1999', 'value>']);
  for (let turns = 0; clock.waiting.length > 0; turns++) {
    expect(turns).toBeLessThan(200);
    clock.waiting.shift()?.();
    await Promise.resolve();
  }
  expect(await first).toEqual({ counts: [], superseded: true });
  expect(await second).toEqual({ counts: [{ topics: 11, exact: true }, null], superseded: false });
});

test('a few topics are counted at once', async () => {
  const { clock, counter } = board(10);
  expect(await counter.count(['x1'])).toEqual({ counts: [{ topics: 1, exact: true }], superseded: false });
  expect(clock.waiting).toHaveLength(0);
});
