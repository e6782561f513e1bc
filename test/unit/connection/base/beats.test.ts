import { describe, expect, test } from 'vitest';
import { BEAT_MS, Beats, LONG_BEAT_MS } from '../../../../src-main/connection/base/beats.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const BEGAN = LONG_BEAT_MS * 1_000;

/** Beats of a clock that starts at a beat of every kind, and how often its timer fired. */
function beating(early = 0) {
  const clock = new ManualClock(BEGAN);
  let wakeUps = 0;
  const beats = new Beats({
    now: clock.now,
    after: (ms, run) =>
      clock.after(ms - early, () => {
        wakeUps++;
        run();
      }),
  });
  const log: string[] = [];
  const wait = (name: string, ms: number) =>
    beats.within(ms, () => log.push(`${name} ${clock.now() - BEGAN}`));
  return { clock, beats, log, wait, wakeUps: () => wakeUps };
}

describe('Waits that end together', () => {
  test('end at the last beat before their time, all that are due in one wake-up and in the order of asking', () => {
    const { clock, log, wait, wakeUps } = beating();
    clock.advance(5);
    wait('frame', 100);
    clock.advance(10);
    wait('tick', 90);
    wait('read', BEAT_MS);
    clock.advance(200);
    expect(log).toEqual([`read ${BEAT_MS}`, `frame ${3 * BEAT_MS}`, `tick ${3 * BEAT_MS}`]);
    expect([wakeUps(), clock.pending]).toEqual([2, 0]);
  });

  test('for so long that it is no matter end at every third beat: two of them that began apart, together', () => {
    const { clock, log, wait, wakeUps } = beating();
    clock.advance(BEAT_MS);
    wait('frame', LONG_BEAT_MS);
    clock.advance(BEAT_MS);
    wait('read', LONG_BEAT_MS);
    wait('look', 4.5 * LONG_BEAT_MS);
    clock.advance(10 * LONG_BEAT_MS);
    expect(log).toEqual([`frame ${LONG_BEAT_MS}`, `read ${LONG_BEAT_MS}`, `look ${5 * LONG_BEAT_MS}`]);
    expect(wakeUps()).toBe(2);
  });

  test('never end at once, however little they ask for', () => {
    const { clock, log, wait } = beating();
    wait('none', 0);
    wait('little', BEAT_MS - 1);
    expect(log).toEqual([]);
    clock.advance(BEAT_MS - 1);
    expect(log).toEqual([]);
    clock.advance(1);
    expect(log).toEqual([`none ${BEAT_MS}`, `little ${BEAT_MS}`]);
  });

  test('that begin at a beat one after another come once a beat, although the timer fires early', () => {
    const { clock, beats, wakeUps } = beating(0.6);
    let times = 0;
    const again = (): void => {
      times++;
      beats.within(BEAT_MS, again);
    };
    beats.within(BEAT_MS, again);
    clock.advance(10 * BEAT_MS + 1);
    expect([times, wakeUps()]).toEqual([10, 10]);
  });

  test('that were slept through end once, and go on with the beats from then on', () => {
    const { clock, log, wait } = beating();
    wait('first', 50);
    wait('second', 400);
    clock.pass(60_000);
    clock.advance(0);
    expect(log).toEqual(['first 60000', 'second 60000']);
    wait('next', BEAT_MS);
    clock.advance(BEAT_MS);
    expect(log.at(-1)).toBe(`next ${Math.ceil(60_000 / BEAT_MS) * BEAT_MS}`);
  });

  test('leave no timer when all were cancelled, and the others theirs when one was', () => {
    const { clock, log, wait } = beating();
    const cancelFirst = wait('first', BEAT_MS);
    const cancelSecond = wait('second', BEAT_MS);
    cancelFirst();
    expect(clock.pending).toBe(1);
    clock.advance(BEAT_MS);
    expect(log).toEqual([`second ${BEAT_MS}`]);
    cancelSecond();
    wait('third', 500)();
    expect(clock.pending).toBe(0);
  });

  test('that a sooner one overtakes keep their own time', () => {
    const { clock, log, wait } = beating();
    wait('late', 9 * BEAT_MS);
    wait('soon', 2 * BEAT_MS);
    clock.advance(20 * BEAT_MS);
    expect(log).toEqual([`soon ${2 * BEAT_MS}`, `late ${9 * BEAT_MS}`]);
  });

  test('are not lost when another of the same beat throws', () => {
    const { clock, beats, log, wait } = beating();
    beats.within(BEAT_MS, () => {
      throw new Error('a fault of ours');
    });
    wait('other', BEAT_MS);
    expect(() => clock.advance(BEAT_MS)).toThrow('a fault of ours');
    clock.advance(1);
    expect(log).toEqual([`other ${BEAT_MS}`]);
  });
});
