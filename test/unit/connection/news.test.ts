import { expect, test } from 'vitest';
import { isNews } from '../../../src-main/connection/news.ts';

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

test('the bytes of pings alone are told every five seconds, with anything else at once', () => {
  const pinged = { ...told, bytesIn: 102, bytesOut: 22, bytesInRate: 1, bytesOutRate: 1 };
  expect(isNews(told, pinged, 4_999)).toBe(false);
  expect(isNews(told, pinged, 5_000)).toBe(true);
  expect(isNews(told, { ...pinged, received: 4 }, 250)).toBe(true);
  expect(isNews(told, { ...pinged, state: { kind: 'idle' }, rate: 1 }, 250)).toBe(true);
});

test('the rate of a stream is told at once, when it begins and when it ends', () => {
  const busy = { ...told, bytesIn: 9_000, bytesInRate: 4_000 };
  expect(isNews(told, busy, 250)).toBe(true);
  expect(isNews(busy, { ...told, bytesIn: 9_000 }, 250)).toBe(true);
});
