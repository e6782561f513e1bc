import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askRested } from '../../../../../src-renderer/state/engine/ask-rested.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('it is asked once nothing was typed for a while, and the answer is handed on', async () => {
  const ask = vi.fn(() => Promise.resolve(5));
  const emit = vi.fn();
  askRested(60, ask, emit);
  await vi.advanceTimersByTimeAsync(59);
  expect(ask).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(emit.mock.calls).toEqual([[5]]);
});

test('what is typed on is not asked, and what is answered too late is dropped', async () => {
  const ask = vi.fn(() => Promise.resolve(5));
  const emit = vi.fn();
  askRested(60, ask, emit)();
  await vi.advanceTimersByTimeAsync(100);
  expect(ask).not.toHaveBeenCalled();
  let resolve: (answer: number) => void = () => undefined;
  const end = askRested(60, () => new Promise<number>((done) => (resolve = done)), emit);
  await vi.advanceTimersByTimeAsync(60);
  end();
  resolve(5);
  await vi.advanceTimersByTimeAsync(0);
  expect(emit).not.toHaveBeenCalled();
});

test('a question that fails has no answer', async () => {
  const emit = vi.fn();
  askRested(60, () => Promise.reject(new Error('no connection')), emit);
  await vi.advanceTimersByTimeAsync(60);
  expect(emit.mock.calls).toEqual([[null]]);
});
