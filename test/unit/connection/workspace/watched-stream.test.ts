import { expect, test } from 'vitest';
import type { Clock } from '../../../../src-main/connection/base/clock.ts';
import { watchedStream } from '../../../../src-main/connection/workspace/watched-stream.ts';
import type { WatchedMessages } from '../../../../src-main/contract/session/watched.ts';
import { NaiveTopics } from '../../../support/store/naive-topics.ts';

test('watched topics are sent once, again when another message came, and when a person had them forgotten', async () => {
  const source = new NaiveTopics();
  const { clock, looked } = steppedClock();
  source.publish('a', '1', {});
  let forgettings = 0;
  const signal = { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  const stream = watchedStream(source, clock, ['a', 'b', 'c/d'], () => forgettings, signal);
  const gone: string[] = [];
  const reported: string[] = [];
  const read = async () => {
    for await (const { messages, forgotten } of stream) {
      gone.push(...forgotten);
      reported.push(messages.map(({ key, bytes }) => `${key}=${new TextDecoder().decode(bytes)}`).join(' '));
    }
  };
  const reading = read();
  await looked();
  expect(reported).toEqual(['a=1']);
  await looked();
  expect(reported.length).toBe(1);
  source.publish('a', '2', {});
  source.publish('a', '3', {});
  source.publish('b', 'x'.repeat(70_000), {});
  await looked();
  expect(reported.length).toBe(2);
  expect(reported[1]?.slice(0, 8)).toBe('a=3 b=xx');
  expect(reported[1]?.length).toBe('a=3 b='.length + 65_536);
  source.forget(source.find(new TextEncoder().encode('b')));
  await looked();
  expect(reported.length).toBe(2);
  expect(gone).toEqual([]);
  forgettings++;
  source.publish('b', '9', {});
  await looked();
  expect([gone, reported.slice(2)]).toEqual([['b'], ['b=9']]);
  source.forget(source.find(new TextEncoder().encode('b')));
  forgettings++;
  await looked();
  expect([gone, reported.slice(3)]).toEqual([['b', 'b'], ['']]);
  signal.aborted = true;
  await looked();
  await reading;
});

test('late topics are sent once with how long they have been silent, and once more when they are late no longer', async () => {
  const source = new NaiveTopics();
  const { clock, looked } = steppedClock();
  const signal = { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  const reported: WatchedMessages[] = [];
  const read = async () => {
    for await (const item of watchedStream(source, clock, ['a', 'a/b', 'never'], () => 0, signal))
      reported.push(item);
  };
  source.publish('a', '1', {});
  const reading = read();
  await looked();
  expect(reported.map(({ late }) => late)).toEqual([[]]);
  source.now += 90_000;
  // The silence is the topic's own, whatever came below it.
  source.publish('a/b', '2', {});
  source.lateOnes.add(source.find(new TextEncoder().encode('a')));
  await looked();
  await looked();
  expect(reported.slice(1).map(({ late }) => late)).toEqual([[{ key: 'a', silent: 90_000, usual: 60_000 }]]);
  source.lateOnes.clear();
  await looked();
  expect(reported.slice(2)).toEqual([{ messages: [], forgotten: [], late: [] }]);
  signal.aborted = true;
  await looked();
  await reading;
});

/** A clock that goes on when the test says so. */
function steppedClock(): { readonly clock: Clock; readonly looked: () => Promise<void> } {
  let due: (() => void)[] = [];
  const after: Clock['after'] = (_ms, run) => {
    due.push(run);
    return () => undefined;
  };
  const clock: Clock = { now: () => 0, wall: () => 0, nextTurn: (run) => run(), after, atTick: after };
  const looked = async () => {
    const ready = due;
    due = [];
    for (const run of ready) run();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { clock, looked };
}
