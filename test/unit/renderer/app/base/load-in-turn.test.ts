import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadInTurn, REST_MS } from '../../../../../src-renderer/app/base/load-in-turn.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the second part is loaded when the first is there and had its time', async () => {
  let arrive: () => void = () => undefined;
  const second = vi.fn(() => Promise.resolve());
  loadInTurn(() => new Promise<void>((resolve) => (arrive = resolve)), second);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(second).not.toHaveBeenCalled();
  arrive();
  await vi.advanceTimersByTimeAsync(REST_MS - 1);
  expect(second).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(second).toHaveBeenCalledOnce();
});

test('a part that cannot be loaded takes nothing else down', async () => {
  const gone = () => Promise.reject(new Error('gone'));
  const second = vi.fn(gone);
  loadInTurn(gone, second);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(second).not.toHaveBeenCalled();
  loadInTurn(() => Promise.resolve(), second);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(second).toHaveBeenCalledOnce();
});
