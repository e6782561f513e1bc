import { afterEach, expect, test, vi } from 'vitest';
import { pause, systemClock, untilLook } from '../../../../src-main/connection/base/clock.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

afterEach(() => void vi.restoreAllMocks());

test('Moments shown on the wall are whole, near the clock of the computer, and in the order of the steady one.', () => {
  const moments = Array.from({ length: 20_000 }, () => systemClock.now());
  const shown = moments.map((at) => systemClock.wall(at));
  expect(shown.every(Number.isInteger)).toBe(true);
  expect(shown.toSorted((a, b) => a - b)).toEqual(shown);
  expect(Math.abs(systemClock.wall() - Date.now())).toBeLessThan(100);
});

test('A clock that is set, or a sleep, shows on the wall and leaves the steady clock as it is.', () => {
  const real = Date.now.bind(Date);
  const before = { now: systemClock.now(), wall: systemClock.wall() };
  for (const hour of [3_600_000, -3_600_000]) {
    vi.spyOn(Date, 'now').mockImplementation(() => real() + hour);
    expect(Math.round((systemClock.wall() - before.wall) / 60_000) / 60).toBe(hour / 3_600_000);
    expect(systemClock.now() - before.now).toBeLessThan(60_000);
    vi.restoreAllMocks();
  }
});

test('A step of the clock too small to be one is not shown, so that what is shown stays calm.', () => {
  const real = Date.now.bind(Date);
  const at = systemClock.now();
  const before = systemClock.wall(at);
  vi.spyOn(Date, 'now').mockImplementation(() => real() + 500);
  expect(systemClock.wall(at)).toBe(before);
});

test('A timer fires once after its time, never before, and not at all when it was cancelled.', async () => {
  const fired: string[] = [];
  const began = systemClock.now();
  systemClock.after(1, () => fired.push('cancelled'))();
  systemClock.after(-5, () => fired.push('at once'));
  await pause(systemClock, 20);
  expect(systemClock.now() - began).toBeGreaterThanOrEqual(19);
  expect(fired).toEqual(['at once']);
});

test('A timer beyond the longest of the platform waits instead of firing at once.', () => {
  vi.useFakeTimers();
  const run = vi.fn();
  const cancel = systemClock.after(2 ** 40, run);
  vi.advanceTimersByTime(1_000_000);
  expect(run).not.toHaveBeenCalled();
  cancel();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('The next turn comes after this one, in order; on the manual clock when the test says so.', async () => {
  const order: string[] = [];
  systemClock.nextTurn(() => order.push('later'));
  order.push('now');
  await new Promise<void>((resolve) => systemClock.nextTurn(resolve));
  expect(order).toEqual(['now', 'later']);
  const clock = new ManualClock();
  clock.nextTurn(() => {
    order.push('first');
    clock.nextTurn(() => order.push('second'));
  });
  clock.turn();
  expect(order.at(-1)).toBe('first');
  clock.turns();
  expect([order.at(-1), clock.hasTurn]).toEqual(['second', false]);
});

test('A look comes just before a whole second, and never sooner after the last one than 0.2 s.', () => {
  const waits = [0, 500, 720, 721, 919, 920, 999].map((ms) =>
    untilLook(new ManualClock(1_795_939_000_000 + ms)),
  );
  expect(waits).toEqual([920, 420, 200, 1_199, 1_001, 1_000, 921]);
});

test('All who look once a second wake the thread once for it, whenever each of them began.', () => {
  const clock = new ManualClock(1_795_939_000_000);
  const looks: { readonly who: number; readonly at: number }[] = [];
  const look = (who: number): void => {
    clock.atTick(untilLook(clock), () => {
      looks.push({ who, at: clock.now() });
      look(who);
    });
  };
  for (const who of [0, 1, 2]) {
    look(who);
    clock.advance(170);
  }
  clock.advance(10_000);
  const later = looks.filter(({ at }) => at > 1_795_939_001_500);
  expect(new Set(later.map(({ at }) => at)).size).toBeLessThanOrEqual(10);
  for (const who of [0, 1, 2])
    expect(later.filter((one) => one.who === who).length).toBeGreaterThanOrEqual(8);
});
