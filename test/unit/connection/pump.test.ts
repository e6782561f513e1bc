import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pulse } from '../../../src-main/connection/pulse.ts';
import { Pump } from '../../../src-main/connection/pump.ts';
import { interleave } from '../../../src-main/connection/tcp.ts';

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'setImmediate', 'performance'],
    }),
);
afterEach(() => void vi.useRealTimers());

test('Work is done in slices between reads until none is left, and nothing is scheduled twice.', () => {
  let left = 5;
  let turns = 0;
  const pump = new Pump(
    (until) => {
      // Each piece takes 3 ms: two fit the slice of 4 ms.
      while (left > 0) {
        left--;
        vi.advanceTimersByTime(3);
        if (until()) break;
      }
      return left > 0;
    },
    () => undefined,
    () => turns++,
  );
  for (let i = 0; i < 100; i++) pump.wake();
  expect(turns).toBe(0);
  vi.runAllTimers();
  expect([left, turns]).toEqual([0, 3]);
});

test('A thousand messages without further work cost one turn.', () => {
  const work = vi.fn(() => false);
  const pump = new Pump(
    work,
    () => undefined,
    () => undefined,
  );
  for (let i = 0; i < 1_000; i++) pump.wake();
  vi.runAllTimers();
  expect(work).toHaveBeenCalledTimes(1);
});

test('When the event loop lags twice in a row history is shed, and kept again after calm.', () => {
  const told: boolean[] = [];
  const pump = new Pump(
    () => false,
    (shedding) => told.push(shedding),
    () => undefined,
  );
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
  const pump = new Pump(
    work,
    () => undefined,
    () => undefined,
  );
  pump.start();
  pump.wake();
  pump.stop();
  vi.runAllTimers();
  expect(work).not.toHaveBeenCalled();
});

test('Waiting ends with a beat, with time, or when the reader leaves, and leaves no timer.', async () => {
  const pulse = new Pulse();
  const { signal } = new AbortController();
  const beat = pulse.next(1_000, signal);
  pulse.beat();
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
