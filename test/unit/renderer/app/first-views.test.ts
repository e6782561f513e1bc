import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadAfterRest, loadAhead, REST_MS } from '../../../../src-renderer/app/first-views.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a part that is loaded ahead is loaded at once', () => {
  const load = vi.fn(() => Promise.resolve());
  loadAhead(load);
  expect(load).toHaveBeenCalledOnce();
});

test('a part that is loaded after a rest leaves what is being drawn its time', async () => {
  const load = vi.fn(() => Promise.resolve());
  loadAfterRest(load);
  await vi.advanceTimersByTimeAsync(REST_MS - 1);
  expect(load).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(load).toHaveBeenCalledOnce();
});

test('a part that is not wanted any more is not loaded', async () => {
  const load = vi.fn(() => Promise.resolve());
  loadAfterRest(load)();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(load).not.toHaveBeenCalled();
});

test('a part that cannot be loaded takes nothing else down', async () => {
  const gone = vi.fn(() => Promise.reject(new Error('gone')));
  loadAhead(gone);
  loadAfterRest(gone);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(gone).toHaveBeenCalledTimes(2);
});
