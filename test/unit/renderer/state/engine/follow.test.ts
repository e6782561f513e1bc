import { expect, test, vi } from 'vitest';
import { follow } from '../../../../../src-renderer/state/engine/follow.ts';

async function* items(...all: readonly (number | Error)[]): AsyncIterableIterator<number> {
  for (const one of all) {
    if (one instanceof Error) throw one;
    yield one;
  }
}

test('a stream that ends or fails is opened again, later each time it brings nothing', async () => {
  const streams = [items(1), items(new Error('gone')), items(), items(2, 3), items()];
  const taken: number[] = [];
  const pauses: number[] = [];
  const stop = follow({
    open: () => streams.shift() ?? forever(),
    take: (item) => taken.push(item),
    pause: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
  });
  await vi.waitFor(() => expect(streams).toHaveLength(0));
  expect(taken).toEqual([1, 2, 3]);
  expect(pauses.slice(0, 4)).toEqual([250, 500, 1_000, 250]);
  stop();
});

test('nothing more is asked for while nobody can see it', async () => {
  let asked = 0;
  let show: () => void = () => undefined;
  const stream: AsyncIterableIterator<number> = {
    next: () => (++asked > 2 ? new Promise(() => undefined) : Promise.resolve({ done: false, value: asked })),
    return: () => Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]: () => stream,
  };
  const taken: number[] = [];
  const stop = follow({
    open: () => stream,
    take: (item) => taken.push(item),
    shown: () => new Promise((resolve) => (show = resolve)),
  });
  await vi.waitFor(() => expect(taken).toEqual([1]));
  expect(asked).toBe(1);
  show();
  await vi.waitFor(() => expect(taken).toEqual([1, 2]));
  stop();
});

test('the pause never grows beyond four seconds', async () => {
  let left = 12;
  const pauses: number[] = [];
  const stop = follow({
    open: () => ((left -= 1) < 0 ? forever() : items()),
    take: () => undefined,
    pause: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
  });
  await vi.waitFor(() => expect(left).toBeLessThan(0));
  expect(Math.max(...pauses)).toBe(4_000);
  stop();
});

test('ending it closes the stream and takes nothing more', async () => {
  const returned = vi.fn();
  let arrive: (item: IteratorResult<number>) => void = () => undefined;
  const waiting = new Promise<IteratorResult<number>>((resolve) => (arrive = resolve));
  const stream: AsyncIterableIterator<number> = {
    next: () => waiting,
    return: () => {
      returned();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  const take = vi.fn();
  const stop = follow({ open: () => stream, take });
  stop();
  arrive({ done: false, value: 1 });
  await Promise.resolve();
  await vi.waitFor(() => expect(returned).toHaveBeenCalled());
  expect(take).not.toHaveBeenCalled();
});

function forever(): AsyncIterableIterator<number> {
  return {
    next: () => new Promise(() => undefined),
    return: () => Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
