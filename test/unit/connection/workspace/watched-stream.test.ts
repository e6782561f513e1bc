import { expect, test } from 'vitest';
import type { Clock } from '../../../../src-main/connection/base/clock.ts';
import { watchedStream } from '../../../../src-main/connection/workspace/watched-stream.ts';
import { NaiveTopics } from '../../../support/store/naive-topics.ts';

test('watched topics are told once, again when another message came, and when a person had them forgotten', async () => {
  const source = new NaiveTopics();
  let due: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    wall: () => 0,
    nextTurn: (run) => run(),
    after: (_ms, run) => {
      due.push(run);
      return () => undefined;
    },
  };
  const looked = async () => {
    const ready = due;
    due = [];
    for (const run of ready) run();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  source.publish('a', '1', {});
  let forgettings = 0;
  const signal = { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  const stream = watchedStream(source, clock, ['a', 'b', 'c/d'], () => forgettings, signal);
  const gone: string[] = [];
  const told: string[] = [];
  const read = async () => {
    for await (const { messages, forgotten } of stream) {
      gone.push(...forgotten);
      told.push(messages.map(({ key, bytes }) => `${key}=${new TextDecoder().decode(bytes)}`).join(' '));
    }
  };
  const reading = read();
  await looked();
  expect(told).toEqual(['a=1']);
  await looked();
  expect(told.length).toBe(1);
  source.publish('a', '2', {});
  source.publish('a', '3', {});
  source.publish('b', 'x'.repeat(70_000), {});
  await looked();
  expect(told.length).toBe(2);
  expect(told[1]?.slice(0, 8)).toBe('a=3 b=xx');
  expect(told[1]?.length).toBe('a=3 b='.length + 65_536);
  source.forget(source.find(new TextEncoder().encode('b')));
  await looked();
  expect(told.length).toBe(2);
  expect(gone).toEqual([]);
  forgettings++;
  source.publish('b', '9', {});
  await looked();
  expect([gone, told.slice(2)]).toEqual([['b'], ['b=9']]);
  source.forget(source.find(new TextEncoder().encode('b')));
  forgettings++;
  await looked();
  expect([gone, told.slice(3)]).toEqual([['b', 'b'], ['']]);
  signal.aborted = true;
  await looked();
  await reading;
});
