import { describe, expect, test } from 'vitest';
import type { CountingIntake } from '../../../../src-main/connection/intake/counting-intake.ts';
import { ResumeWatch } from '../../../../src-main/connection/intake/resume-watch.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function open() {
  const clock = new ManualClock();
  const intake = { queueable: 0 };
  const watch = new ResumeWatch(intake as CountingIntake, clock);
  const state = () => [watch.last?.queued, watch.last?.counting];
  return { clock, intake, watch, state };
}

describe('the queue of a session that is resumed', () => {
  test('is what comes from then on, until nothing came for 300 ms', () => {
    const { clock, intake, watch, state } = open();
    intake.queueable = 1_000;
    watch.begin();
    expect(watch.last).toEqual({ at: clock.wall(), queued: 0, counting: true });
    for (let i = 0; i < 5; i++) {
      clock.advance(200);
      intake.queueable += 3;
    }
    clock.advance(50);
    expect(state()).toEqual([15, true]);
    clock.advance(299);
    expect(state()).toEqual([15, true]);
    clock.advance(51);
    expect(state()).toEqual([15, false]);
    // What comes now is live.
    intake.queueable += 7;
    clock.advance(10_000);
    expect([state(), clock.pending]).toEqual([[15, false], 0]);
  });

  test('is nothing where nothing comes', () => {
    const { clock, watch, state } = open();
    watch.begin();
    clock.advance(350);
    expect([state(), clock.pending]).toEqual([[0, false], 0]);
  });

  test('is over after 5 s, though messages come on and on', () => {
    const { clock, intake, watch, state } = open();
    watch.begin();
    for (let i = 0; i < 200; i++) {
      clock.advance(50);
      intake.queueable++;
    }
    expect(state()).toEqual([99, false]);
    expect(clock.pending).toBe(0);
  });

  test('ends with the session, and begins anew with the next', () => {
    const { clock, intake, watch, state } = open();
    watch.begin();
    clock.advance(50);
    intake.queueable = 4;
    watch.end();
    expect([state()[1], clock.pending]).toEqual([false, 0]);
    watch.begin();
    intake.queueable = 6;
    clock.advance(50);
    expect(state()).toEqual([2, true]);
    watch.begin();
    expect(clock.pending).toBe(1);
    watch.end();
    watch.end();
  });

  test('counts nothing of before CONNACK, however late it is looked at', () => {
    const { clock, intake, watch, state } = open();
    intake.queueable = 50;
    watch.begin();
    clock.pass(10_000);
    intake.queueable = 53;
    clock.advance(50);
    expect(state()).toEqual([3, false]);
  });
});
