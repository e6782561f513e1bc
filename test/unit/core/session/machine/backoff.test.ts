import { expect, test } from 'vitest';
import {
  backOffDelay,
  failuresAfter,
  STABLE_MS,
} from '../../../../../src-main/core/session/machine/backoff.ts';
import { generateClientId } from '../../../../../src-main/core/session/auth/client-id.ts';
import { random } from '../../../../support/random.ts';

const limits = { minMs: 1_000, maxMs: 30_000 };

test('The ceiling doubles with each failure up to the maximum, and no wait is below the minimum.', () => {
  const ceilings = [1, 2, 3, 4, 5, 6, 60, 10_000].map((n) => backOffDelay(n, limits, 1));
  expect(ceilings).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  for (const n of [0, 1, 5, 500]) expect(backOffDelay(n, limits, 0)).toBe(1_000);
});

test('Two clients that lost the same broker do not come back together.', () => {
  const { next } = random(7);
  const waits = new Set(Array.from({ length: 200 }, () => backOffDelay(5, limits, next())));
  expect(waits.size).toBeGreaterThan(190);
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(20_000);
});

test('A maximum below the minimum means the minimum.', () => {
  expect(backOffDelay(9, { minMs: 5_000, maxMs: 100 }, 1)).toBe(5_000);
});

test('Only a session of a minute starts the back-off anew: short ones keep growing it.', () => {
  expect(failuresAfter(7, STABLE_MS)).toBe(1);
  expect(failuresAfter(7, STABLE_MS - 1)).toBe(8);
  expect(failuresAfter(0, 0)).toBe(1);
});

test('A client id of ours fits the 23 characters that every broker takes, and differs each time.', () => {
  const { next } = random(3);
  const ids = Array.from({ length: 500 }, () => generateClientId(next));
  for (const id of ids) expect(id).toMatch(/^topicscope-[0-9a-z]{8}$/);
  expect(new Set(ids).size).toBe(500);
  expect(generateClientId(() => 0.999_999_999)).toBe('topicscope-zzzzzzzz');
});
