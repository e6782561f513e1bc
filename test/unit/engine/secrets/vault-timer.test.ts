import { expect, test } from 'vitest';
import { VaultTimer } from '../../../../src-main/engine/secrets/vault-timer.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const MINUTE = 60_000;

function started(minutes: number) {
  const clock = new ManualClock();
  let locked = 0;
  const timer = new VaultTimer({ now: clock.wall, after: clock.after, lock: () => void locked++ });
  timer.setMinutes(minutes);
  return { clock, timer, locked: () => locked };
}

test('The vault is locked so long after its last use, once, and again after the next.', () => {
  const { clock, timer, locked } = started(5);
  timer.used();
  clock.advance(4 * MINUTE);
  timer.used();
  clock.advance(5 * MINUTE - 1);
  expect(locked()).toBe(0);
  clock.advance(1);
  expect(locked()).toBe(1);
  clock.advance(60 * MINUTE);
  expect([locked(), clock.pending]).toEqual([1, 0]);
  timer.used();
  clock.advance(5 * MINUTE);
  expect(locked()).toBe(2);
});

test('It stays open without a time, and a new time counts from the last use.', () => {
  const { clock, timer, locked } = started(0);
  timer.used();
  clock.advance(1_000 * MINUTE);
  expect([locked(), clock.pending]).toEqual([0, 0]);
  timer.used();
  clock.advance(4 * MINUTE);
  timer.setMinutes(60);
  timer.setMinutes(5);
  expect(clock.pending).toBe(1);
  clock.advance(MINUTE);
  expect(locked()).toBe(1);
});

test('Time that the computer slept counts; a clock that is set back does not keep it open.', () => {
  const { clock, timer, locked } = started(60);
  timer.used();
  clock.ahead = 60 * MINUTE;
  clock.advance(15_000);
  expect(locked()).toBe(1);
  timer.used();
  clock.ahead = -1_000 * MINUTE;
  clock.advance(61 * MINUTE);
  expect(locked()).toBe(2);
});

test('It ends with the engine.', () => {
  const { clock, timer, locked } = started(5);
  timer.close();
  timer.used();
  clock.advance(60 * MINUTE);
  expect([locked(), clock.pending]).toEqual([0, 0]);
});
