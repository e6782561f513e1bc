import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChangeSignal } from '../../../../src-main/connection/base/change-signal.ts';
import {
  IdleScheduler,
  type IdleSchedulerOptions,
} from '../../../../src-main/connection/intake/idle-scheduler.ts';
import { interleave } from '../../../../src-main/connection/dial/tcp.ts';

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'setImmediate', 'performance'],
    }),
);
afterEach(() => void vi.useRealTimers());

const open = (options: Partial<IdleSchedulerOptions>): IdleScheduler =>
  new IdleScheduler({
    work: () => false,
    tick: () => undefined,
    idle: () => undefined,
    isUrgent: () => false,
    ...options,
  });

test('Work is done in slices between reads until none is left, and nothing is scheduled twice.', () => {
  let left = 5;
  let turns = 0;
  const pump = open({
    work: (until) => {
      // Each piece takes 3 ms: two fit the slice of 4 ms.
      while (left > 0) {
        left--;
        vi.advanceTimersByTime(3);
        if (until()) break;
      }
      return left > 0;
    },
    idle: () => turns++,
  });
  for (let i = 0; i < 100; i++) pump.wake();
  expect(turns).toBe(0);
  vi.runAllTimers();
  expect([left, turns]).toEqual([0, 3]);
});

test('A thousand messages without further work cost one turn of work.', () => {
  const work = vi.fn(() => false);
  const pump = open({ work });
  for (let i = 0; i < 1_000; i++) pump.feed();
  vi.runAllTimers();
  expect(work).toHaveBeenCalledTimes(1);
});

/** Milliseconds of work in a second of messages, each turn of the loop having 1 ms of intake. */
function workIn(urgent: boolean): number {
  let now = 0;
  let worked = 0;
  const turns: (() => void)[] = [];
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.spyOn(globalThis, 'setImmediate').mockImplementation(((run: () => void) => turns.push(run)) as never);
  const pump = open({
    work: (until) => {
      for (; !until(); worked += 0.25) now += 0.25;
      return true;
    },
    isUrgent: () => urgent,
  });
  while (now < 1_000) {
    now += 1;
    pump.feed();
    turns.shift()?.();
  }
  vi.restoreAllMocks();
  return worked;
}

test('While messages flow intake keeps two thirds of the time, nearly all of it during a scan.', () => {
  expect(workIn(false)).toBeGreaterThan(200);
  expect(workIn(false)).toBeLessThan(400);
  expect(workIn(true)).toBeLessThan(60);
});

test('When the event loop lags twice in a row history is shed, and kept again after calm.', () => {
  const told: boolean[] = [];
  const pump = open({ tick: (shedding) => told.push(shedding) });
  pump.start();
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([false, false, false, false]);
  const real = performance.now.bind(performance);
  let behind = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => real() + behind);
  for (let i = 0; i < 3; i++) {
    behind += 400;
    vi.advanceTimersByTime(250);
  }
  expect(told.slice(4)).toEqual([false, true, true]);
  vi.advanceTimersByTime(250 * 10);
  expect(told.at(7)).toBe(true);
  expect(told.at(-1)).toBe(false);
  pump.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('A pump that was stopped does nothing more.', () => {
  const work = vi.fn(() => true);
  const pump = open({ work });
  pump.start();
  pump.wake();
  pump.stop();
  vi.runAllTimers();
  expect(work).not.toHaveBeenCalled();
});

test('Waiting ends with a beat, with time, or when the reader leaves, and leaves no timer.', async () => {
  const pulse = new ChangeSignal();
  const { signal } = new AbortController();
  const beat = pulse.next(1_000, signal);
  pulse.notify();
  await beat;
  const late = pulse.next(1_000, signal);
  vi.advanceTimersByTime(1_000);
  await late;
  const abort = new AbortController();
  const gone = pulse.next(1_000, abort.signal);
  abort.abort();
  await gone;
  await pulse.next(1_000, abort.signal);
  expect(vi.getTimerCount()).toBe(0);
});

test('Address families take turns, beginning with the one the system prefers.', () => {
  const six = (address: string) => ({ address, family: 6 as const });
  const four = (address: string) => ({ address, family: 4 as const });
  const order = interleave([six('a'), six('b'), six('c'), four('1')]).map(({ address }) => address);
  expect(order).toEqual(['a', '1', 'b', 'c']);
  expect(interleave(Array.from({ length: 100 }, (_, i) => four(`${i}`)))).toHaveLength(16);
  expect(interleave([])).toEqual([]);
});
