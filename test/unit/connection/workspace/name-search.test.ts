import { expect, test } from 'vitest';
import { NameSearch } from '../../../../src-main/connection/workspace/name-search.ts';
import type { Clock } from '../../../../src-main/connection/base/clock.ts';
import { NaiveTopics } from '../../../support/store/naive-topics.ts';

/** A clock of which each look takes two milliseconds, and turns that come when the test says so. */
class Turns implements Clock {
  time = 0;
  readonly waiting: (() => void)[] = [];
  readonly later: (() => void)[] = [];
  now = () => (this.time += 2);
  wall = () => 0;
  after = (_ms: number, run: () => void) => {
    this.later.push(run);
    return () => void this.later.splice(this.later.indexOf(run), 1);
  };
  atTick = this.after;
  nextTurn = (run: () => void) => void this.waiting.push(run);
}

const settled = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

function board(count: number) {
  const source = new NaiveTopics();
  for (let n = 0; n < count; n++) source.publish(`t/x${String(n)}`, 'x', {});
  const clock = new Turns();
  return { source, clock, search: new NameSearch(source, clock) };
}

test('a search returns the topics as they may be shown, with what they carry', async () => {
  const { search } = board(3);
  const found = await search.find('x1');
  expect(found).toEqual({
    topics: [{ key: 't/x1', topic: 't/x1', messages: 1, lastSeen: expect.any(Number) }],
    matches: 1,
    looked: 3,
    all: 3,
    goesOn: false,
    superseded: false,
  });
});

test('a long search lets messages in between, and ends when a later one begins', async () => {
  const { search, clock } = board(20_000);
  const first = search.find('x99');
  await settled();
  expect(clock.waiting.length).toBe(1);
  const second = search.find('x999');
  for (let turns = 0; clock.waiting.length > 0; turns++) {
    expect(turns).toBeLessThan(100);
    clock.waiting.shift()?.();
    await settled();
  }
  expect(await first).toMatchObject({ superseded: true, topics: [] });
  expect(await second).toMatchObject({ superseded: false, goesOn: true });
});

test('a search that takes long answers with the best so far, and goes on when it is asked again', async () => {
  const { search, clock } = board(20_000);
  const answers: number[] = [];
  for (let asked = 1; ; asked++) {
    expect(asked).toBeLessThan(50);
    const answer = search.find('x999');
    for (let turns = 0; turns < 50; turns++) {
      await settled();
      clock.waiting.shift()?.();
    }
    const { matches, goesOn, topics } = await answer;
    answers.push(matches);
    if (goesOn) continue;
    expect(topics[0]?.key).toBe('t/x999');
    break;
  }
  expect(answers.length).toBeGreaterThan(1);
  expect(answers).toEqual(answers.toSorted((a, b) => a - b));
});

test('what was learnt of names is given up when nobody looks any more', async () => {
  const { search, clock, source } = board(3);
  let listeners = 0;
  const { listen } = source;
  source.listen = (listener) => {
    listeners++;
    const end = listen.call(source, listener);
    return () => {
      listeners--;
      end();
    };
  };
  await search.find('x');
  await search.find('x1');
  expect(listeners).toBe(1);
  expect(clock.later.length).toBe(1);
  clock.later[0]?.();
  expect(listeners).toBe(0);
  expect((await search.find('x2')).matches).toBe(1);
});
