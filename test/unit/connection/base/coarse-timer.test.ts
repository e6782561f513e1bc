import { describe, expect, test } from 'vitest';
import { TICK_MS, CoarseTimer, LONG_TICK_MS } from '../../../../src-main/connection/base/coarse-timer.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const BEGAN = LONG_TICK_MS * 1_000;

/** A timer whose clock starts at a long tick, and how often it fired. */
function openTimer(early = 0) {
  const clock = new ManualClock(BEGAN);
  let wakeUps = 0;
  const timer = new CoarseTimer({
    now: clock.now,
    after: (ms, run) =>
      clock.after(ms - early, () => {
        wakeUps++;
        run();
      }),
  });
  const log: string[] = [];
  const wait = (name: string, ms: number) =>
    timer.within(ms, () => log.push(`${name} ${clock.now() - BEGAN}`));
  return { clock, timer, log, wait, wakeUps: () => wakeUps };
}

describe('Waits that end together', () => {
  test('end at the last tick before their time, all that are due in one wake-up and in the order of asking', () => {
    const { clock, log, wait, wakeUps } = openTimer();
    clock.advance(5);
    wait('frame', 100);
    clock.advance(10);
    wait('tick', 90);
    wait('read', TICK_MS);
    clock.advance(200);
    expect(log).toEqual([`read ${TICK_MS}`, `frame ${3 * TICK_MS}`, `tick ${3 * TICK_MS}`]);
    expect([wakeUps(), clock.pending]).toEqual([2, 0]);
  });

  test('for so long that it is no matter end at every third tick: two of them that began apart, together', () => {
    const { clock, log, wait, wakeUps } = openTimer();
    clock.advance(TICK_MS);
    wait('frame', LONG_TICK_MS);
    clock.advance(TICK_MS);
    wait('read', LONG_TICK_MS);
    wait('look', 4.5 * LONG_TICK_MS);
    clock.advance(10 * LONG_TICK_MS);
    expect(log).toEqual([`frame ${LONG_TICK_MS}`, `read ${LONG_TICK_MS}`, `look ${5 * LONG_TICK_MS}`]);
    expect(wakeUps()).toBe(2);
  });

  test('never end at once, however little they ask for', () => {
    const { clock, log, wait } = openTimer();
    wait('none', 0);
    wait('little', TICK_MS - 1);
    expect(log).toEqual([]);
    clock.advance(TICK_MS - 1);
    expect(log).toEqual([]);
    clock.advance(1);
    expect(log).toEqual([`none ${TICK_MS}`, `little ${TICK_MS}`]);
  });

  test('that begin at a tick one after another come once a tick, although the timer fires early', () => {
    const { clock, timer, wakeUps } = openTimer(0.6);
    let times = 0;
    const again = (): void => {
      times++;
      timer.within(TICK_MS, again);
    };
    timer.within(TICK_MS, again);
    clock.advance(10 * TICK_MS + 1);
    expect([times, wakeUps()]).toEqual([10, 10]);
  });

  test('that were slept through end once, and go on with the ticks from then on', () => {
    const { clock, log, wait } = openTimer();
    wait('first', 50);
    wait('second', 400);
    clock.pass(60_000);
    clock.advance(0);
    expect(log).toEqual(['first 60000', 'second 60000']);
    wait('next', TICK_MS);
    clock.advance(TICK_MS);
    expect(log.at(-1)).toBe(`next ${Math.ceil(60_000 / TICK_MS) * TICK_MS}`);
  });

  test('leave no timer when all were cancelled, and the others theirs when one was', () => {
    const { clock, log, wait } = openTimer();
    const cancelFirst = wait('first', TICK_MS);
    const cancelSecond = wait('second', TICK_MS);
    cancelFirst();
    expect(clock.pending).toBe(1);
    clock.advance(TICK_MS);
    expect(log).toEqual([`second ${TICK_MS}`]);
    cancelSecond();
    wait('third', 500)();
    expect(clock.pending).toBe(0);
  });

  test('that a sooner one overtakes keep their own time', () => {
    const { clock, log, wait } = openTimer();
    wait('late', 9 * TICK_MS);
    wait('soon', 2 * TICK_MS);
    clock.advance(20 * TICK_MS);
    expect(log).toEqual([`soon ${2 * TICK_MS}`, `late ${9 * TICK_MS}`]);
  });

  test('are not lost when another of the same tick throws', () => {
    const { clock, timer, log, wait } = openTimer();
    timer.within(TICK_MS, () => {
      throw new Error('a fault of ours');
    });
    wait('other', TICK_MS);
    expect(() => clock.advance(TICK_MS)).toThrow('a fault of ours');
    clock.advance(1);
    expect(log).toEqual([`other ${TICK_MS}`]);
  });
});
