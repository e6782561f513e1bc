import { expect, test, vi } from 'vitest';
import { LONG_TICK_MS } from '../../../../src-main/connection/base/coarse-timer.ts';
import { ChangeSignal } from '../../../../src-main/connection/base/change-signal.ts';
import {
  IdleScheduler,
  type IdleSchedulerOptions,
} from '../../../../src-main/connection/workspace/idle-scheduler.ts';
import { interleave } from '../../../../src-main/connection/dial/tcp.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const open = (options: Partial<IdleSchedulerOptions> & Pick<IdleSchedulerOptions, 'clock'>): IdleScheduler =>
  new IdleScheduler({
    work: () => false,
    tick: () => undefined,
    idle: () => undefined,
    isUrgent: () => false,
    ...options,
  });

test('Work is done in slices between reads until none is left, and nothing is scheduled twice.', () => {
  const clock = new ManualClock();
  let left = 5;
  let turns = 0;
  const pump = open({
    clock,
    work: (until) => {
      // Each piece takes 1.5 ms: two fit the slice of 2 ms.
      while (left > 0) {
        left--;
        clock.pass(1.5);
        if (until()) break;
      }
      return left > 0;
    },
    idle: () => turns++,
  });
  for (let i = 0; i < 100; i++) pump.wake();
  expect(turns).toBe(0);
  clock.turns();
  expect([left, turns]).toEqual([0, 3]);
});

test('A thousand messages without further work cost one turn of work.', () => {
  const clock = new ManualClock();
  const work = vi.fn(() => false);
  const pump = open({ clock, work });
  for (let i = 0; i < 1_000; i++) pump.feed();
  clock.turns();
  expect(work).toHaveBeenCalledTimes(1);
});

/** Milliseconds of work in a second of messages, each turn of the loop having 1 ms of intake. */
function workIn(urgent: boolean): number {
  const clock = new ManualClock(0);
  let worked = 0;
  const pump = open({
    clock,
    work: (until) => {
      for (; !until(); worked += 0.25) clock.pass(0.25);
      return true;
    },
    isUrgent: () => urgent,
  });
  while (clock.now() < 1_000) {
    clock.pass(1);
    pump.feed();
    clock.turn();
  }
  return worked;
}

test('While messages flow intake keeps two thirds of the time, nearly all of it during a scan.', () => {
  expect(workIn(false)).toBeGreaterThan(200);
  expect(workIn(false)).toBeLessThan(400);
  expect(workIn(true)).toBeLessThan(60);
});

/** As many messages as intake may lag for. */
function flood(pump: IdleScheduler): void {
  for (let i = 0; i < 1_000; i++) pump.feed();
}

test('When the event loop lags twice in a row in a flood history is shed, and kept again after calm.', () => {
  const clock = new ManualClock();
  const reported: boolean[] = [];
  const pump = open({ clock, tick: (shedding) => reported.push(shedding) });
  clock.advance(LONG_TICK_MS - (clock.now() % LONG_TICK_MS));
  pump.start();
  for (let i = 0; i < 4; i++) {
    pump.feed();
    clock.advance(3 * LONG_TICK_MS);
  }
  expect(reported).toEqual([false, false, false, false]);
  for (let i = 0; i < 3; i++) {
    flood(pump);
    clock.turns();
    // Something else runs for so long that the tick comes late.
    clock.pass(650);
    clock.advance(0);
  }
  expect(reported.slice(4)).toEqual([false, true, true]);
  clock.advance(300 * 10);
  expect(reported.at(7)).toBe(true);
  expect(reported.at(-1)).toBe(false);
  pump.stop();
  expect(clock.pending).toBe(0);
});

test('While no message comes there is one tick a second, and with the first one more than three again.', () => {
  const clock = new ManualClock();
  const ticks: number[] = [];
  const pump = open({ clock, tick: () => ticks.push(clock.now()) });
  const began = clock.now();
  pump.start();
  clock.advance(10_000);
  // After the one that finds that nothing came: each just before a whole second, with all who look then.
  expect(ticks.slice(1).map((at) => Math.ceil((at - began) / 1_000))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  clock.advance(100);
  ticks.length = 0;
  const stirred = clock.now();
  for (let ms = 0; ms < 2_000; ms += 10) {
    pump.feed();
    clock.advance(10);
  }
  // At long ticks: the first comes up to one sooner.
  expect(ticks.length).toBeGreaterThanOrEqual(6);
  const waits = ticks.map((at, i) => at - (ticks[i - 1] ?? stirred));
  expect(waits[0]).toBeGreaterThan(2 * LONG_TICK_MS);
  expect(waits[0]).toBeLessThanOrEqual(3 * LONG_TICK_MS);
  expect(new Set(waits.slice(1))).toEqual(new Set([3 * LONG_TICK_MS]));
  pump.stop();
  expect(clock.pending).toBe(0);
});

test('A tick after a rest that comes late in a flood counts as late.', () => {
  const clock = new ManualClock();
  const reported: boolean[] = [];
  const pump = open({ clock, tick: (shedding) => reported.push(shedding) });
  pump.start();
  clock.advance(5_000);
  reported.length = 0;
  for (let i = 0; i < 2; i++) {
    flood(pump);
    clock.turns();
    clock.pass(650);
    clock.advance(0);
  }
  expect(reported).toEqual([false, true]);
});

test('A machine that has no time costs no history of the few messages that come.', () => {
  const clock = new ManualClock();
  const reported: boolean[] = [];
  const pump = open({ clock, tick: (shedding) => reported.push(shedding) });
  pump.start();
  for (let i = 0; i < 5; i++) {
    for (let message = 0; message < 999; message++) pump.feed();
    clock.turns();
    clock.pass(5_000);
    clock.advance(0);
  }
  expect(reported).toEqual([false, false, false, false, false]);
  pump.stop();
});

test('A pump that was stopped does nothing more.', () => {
  const clock = new ManualClock();
  const work = vi.fn(() => true);
  const pump = open({ clock, work });
  pump.start();
  pump.wake();
  pump.stop();
  clock.advance(1_000);
  expect(work).not.toHaveBeenCalled();
});

test('Waiting ends with a change, with time, or when the reader leaves, and leaves no timer.', async () => {
  const clock = new ManualClock();
  const changeSignal = new ChangeSignal(clock);
  const { signal } = new AbortController();
  const change = changeSignal.next(1_000, signal);
  changeSignal.notify();
  await change;
  const late = changeSignal.next(1_000, signal);
  clock.advance(1_000);
  await late;
  const abort = new AbortController();
  const gone = changeSignal.next(1_000, abort.signal);
  abort.abort();
  await gone;
  await changeSignal.next(1_000, abort.signal);
  expect(clock.pending).toBe(0);
});

test('Waiting for a tick ends with it, or with a change before it.', async () => {
  const clock = new ManualClock();
  const changeSignal = new ChangeSignal(clock);
  const { signal } = new AbortController();
  clock.advance(LONG_TICK_MS - (clock.now() % LONG_TICK_MS) + 5);
  const began = clock.now();
  let over = 0;
  const tick = changeSignal.nextOrTick(100, signal).then(() => (over = clock.now()));
  clock.advance(LONG_TICK_MS - 6);
  expect(clock.pending).toBe(1);
  clock.advance(1);
  await tick;
  expect(over - began).toBe(LONG_TICK_MS - 5);
  const changed = changeSignal.nextOrTick(1_000, signal);
  changeSignal.notify();
  await changed;
  expect(clock.pending).toBe(0);
});

test('Address families take turns, beginning with the one the system prefers.', () => {
  const six = (address: string) => ({ address, family: 6 as const });
  const four = (address: string) => ({ address, family: 4 as const });
  const order = interleave([six('a'), six('b'), six('c'), four('1')]).map(({ address }) => address);
  expect(order).toEqual(['a', '1', 'b', 'c']);
  expect(interleave(Array.from({ length: 100 }, (_, i) => four(`${i}`)))).toHaveLength(16);
  expect(interleave([])).toEqual([]);
});
