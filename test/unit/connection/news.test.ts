import { expect, test } from 'vitest';
import { isCounting, isNews } from '../../../src-main/connection/news.ts';

const told: Parameters<typeof isNews>[0] = {
  state: { kind: 'idle' },
  subscriptions: [],
  received: 3,
  rate: 0,
  bytesIn: 100,
  bytesOut: 20,
  bytesInRate: 0,
  bytesOutRate: 0,
  verdict: null,
};

test('what is equal is no news, however long ago it was told', () => {
  expect(isNews(told, structuredClone(told), 60_000)).toBe(false);
});

test('the bytes of pings alone are told every five seconds, with anything but counts at once', () => {
  const pinged = { ...told, bytesIn: 102, bytesOut: 22, bytesInRate: 1, bytesOutRate: 1 };
  expect(isNews(told, pinged, 4_999)).toBe(false);
  expect(isNews(told, pinged, 5_000)).toBe(true);
  expect(isNews(told, { ...pinged, received: 4 }, 1_000)).toBe(true);
  expect(isNews(told, { ...pinged, state: { kind: 'ended' as never } }, 250)).toBe(true);
});

test('the counts and rates of a stream are told once a second, when it begins and when it ends', () => {
  const busy = { ...told, received: 40, bytesIn: 9_000, bytesInRate: 4_000 };
  expect(isNews(told, busy, 999)).toBe(false);
  expect(isNews(told, busy, 1_000)).toBe(true);
  expect(isNews(busy, { ...told, received: 40, bytesIn: 9_000 }, 1_000)).toBe(true);
});

test('whatever is no count is told at once with the counts: a state, a verdict, an entry of a list', () => {
  const busy = { ...told, received: 40, bytesIn: 9_000, bytesInRate: 4_000 };
  const verdict = { severity: 'note', title: 'x', count: 1 } as never;
  expect(isNews(told, { ...busy, verdict }, 20)).toBe(true);
  expect(isNews(told, { ...busy, subscriptions: [{}] as never }, 20)).toBe(true);
  const waiting = (retryAt: number) => ({ ...busy, state: { kind: 'waiting', retryAt } as never });
  expect(isNews(waiting(1), waiting(2), 20)).toBe(true);
});

test('only numbers that were numbers before are counts', () => {
  const of = (value: unknown) => ({ state: null, value });
  const counting = (before: unknown, after: unknown) => isCounting(of(before), of(after));
  expect(counting({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] })).toBe(true);
  expect(counting(null, 1)).toBe(false);
  expect(counting(1, null)).toBe(false);
  expect(counting('1', '2')).toBe(false);
  expect(counting([1], [1, 2])).toBe(false);
  expect(counting({ a: 1 }, { b: 1 })).toBe(false);
  expect(counting([1], { 0: 1 })).toBe(false);
});
