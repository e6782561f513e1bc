import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { holdClock, onSecond, shownNow } from '../../../../../src-renderer/ui/base/use-now.ts';
import { whenShown } from '../../../../../src-renderer/state/browser/when-shown.ts';

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });

function turn(visibilityState: 'visible' | 'hidden'): void {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_400 });
  vi.stubGlobal('document', page);
  turn('visible');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('every listener is called at each whole second, and no timer is left when nobody listens', () => {
  const seen: number[] = [];
  const ends = [onSecond(() => seen.push(Date.now())), onSecond(() => seen.push(-1))];
  vi.advanceTimersByTime(1_700);
  expect(seen).toEqual([1_001_000, -1, 1_002_000, -1]);
  for (const end of ends) end();
  expect(vi.getTimerCount()).toBe(0);
});

test('a window that cannot be seen has no clock, and shows the time as it is when it is seen again', () => {
  const seen: number[] = [];
  const end = onSecond(() => seen.push(Date.now()));
  turn('hidden');
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(3_600_000);
  expect(seen).toEqual([]);
  turn('visible');
  expect(seen).toEqual([4_600_400]);
  vi.advanceTimersByTime(600);
  expect(seen).toEqual([4_600_400, 4_601_000]);
  end();
});

test('a clock that is set by a day shows with the next tick, and is reported once', () => {
  const seen: number[] = [];
  const end = onSecond(() => seen.push(Date.now()));
  vi.advanceTimersByTime(600);
  for (const ms of [86_400_000, -86_400_000]) {
    seen.length = 0;
    vi.setSystemTime(Date.now() + ms);
    const at = Date.now();
    vi.advanceTimersByTime(1_000);
    expect(seen).toEqual([at + 1_000]);
  }
  end();
});

test('a browser that lets timers wait for a minute, or a computer that slept, has missed nothing to be made up for', () => {
  const seen: number[] = [];
  const end = onSecond(() => seen.push(Date.now()));
  vi.advanceTimersByTime(600);
  seen.length = 0;
  // The timer that was due a second later comes only now.
  vi.setSystemTime(Date.now() + 59_700);
  vi.advanceTimersToNextTimer();
  expect(seen).toEqual([1_061_700]);
  vi.advanceTimersByTime(300);
  expect(seen).toEqual([1_061_700, 1_062_000]);
  end();
});

test('what waits for a window that can be seen goes on when it is', async () => {
  await whenShown();
  turn('hidden');
  const done = vi.fn();
  const waiting = whenShown().then(done);
  page.dispatchEvent(new Event('visibilitychange'));
  await Promise.resolve();
  expect(done).not.toHaveBeenCalled();
  turn('visible');
  await waiting;
  expect(done).toHaveBeenCalledOnce();
});

test('a clock that is held stands for what is shown, while the seconds are still told, and goes on as of now', () => {
  const seen: number[] = [];
  const end = onSecond(() => seen.push(shownNow()));
  holdClock(1_000_100);
  vi.advanceTimersByTime(1_600);
  expect(seen).toEqual([1_000_100, 1_000_100, 1_000_100]);
  holdClock(null);
  expect(seen.at(-1)).toBe(1_002_000);
  // Held at the same moment again it tells nothing.
  seen.length = 0;
  holdClock(null);
  expect(seen).toEqual([]);
  end();
});
