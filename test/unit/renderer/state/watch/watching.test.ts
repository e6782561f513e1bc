import { expect, test } from 'vitest';
import type { WatchList } from '../../../../../src-renderer/state/watch/watch-list.ts';
import { watching } from '../../../../../src-renderer/state/watch/watching.ts';

function list(rows: number, watched: readonly string[] = []): WatchList {
  return {
    isWatched: (key: string, path: readonly string[] | null) =>
      watched.includes([key, ...(path ?? [])].join()),
    store: { getState: () => ({ rows: Array.from({ length: rows }) }) },
  } as unknown as WatchList;
}

test('a topic and a field of it are watched by themselves', () => {
  const watch = list(1, ['a,temp']);
  expect(watching(watch, 'a' as never)).toEqual({ isWatched: false, label: 'Watch', off: null });
  expect(watching(watch, 'a' as never, ['temp'])).toMatchObject({ isWatched: true, label: 'Stop watching' });
});

test('a full list takes no more, and what is in it can be taken off', () => {
  const watch = list(100, ['a']);
  expect(watching(watch, 'b' as never).off).toBe('100 are watched already');
  expect(watching(watch, 'a' as never).off).toBeNull();
});

test('a field that no profile could keep is not watched, and says why', () => {
  const off = (path: (string | number)[]) => watching(list(1), 'a' as never, path).off;
  expect([off(Array(64).fill('b')), off(['n'.repeat(65_535)]), off([])]).toEqual([null, null, null]);
  const why = 'it lies too deep, or its name is too long';
  expect([off(Array(65).fill('b')), off(['n'.repeat(65_536)])]).toEqual([why, why]);
});
