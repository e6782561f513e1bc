import { describe, expect, test } from 'vitest';
import { Paused } from '../../../../src-main/contract/view/paused.ts';
import { RATE_TAU_MS, rateAfter } from '../../../../src-main/contract/view/rate.ts';
import { MAX_SEEN, SeenNames } from '../../../../src-main/contract/view/seen-names.ts';
import { TopicCounts } from '../../../../src-main/contract/view/topic-counts.ts';
import { expectRefused, expectTaken, refusedAt } from '../../../support/schema.ts';

describe('A rate', () => {
  test('sinks to a part of e in its time, is as it was at once, and never rises', () => {
    expect(rateAfter(100, 0)).toBe(100);
    expect(rateAfter(100, RATE_TAU_MS)).toBeCloseTo(100 / Math.E, 9);
    expect(rateAfter(100, 2 * RATE_TAU_MS)).toBeCloseTo(
      rateAfter(rateAfter(100, RATE_TAU_MS), RATE_TAU_MS),
      9,
    );
    // A clock that went back does not raise it.
    expect(rateAfter(100, -5_000)).toBe(100);
    expect(rateAfter(0, 5)).toBe(0);
    expect(rateAfter(1e9, 1e9)).toBe(0);
  });
});

test('Suggestions are names with a topic each, and counts that may be missing.', () => {
  const names = Array.from({ length: MAX_SEEN }, (_, at) => ({ name: `n${at}`, topic: 'a' }));
  expectTaken(SeenNames, { names, superseded: false });
  expectRefused(SeenNames, { names, superseded: false }, 'names.0.topic', null);
  expectTaken(TopicCounts, { counts: [null, { topics: 5, exact: false }], superseded: true });
  expect(refusedAt(TopicCounts, { counts: [{ topics: '5', exact: true }], superseded: false })).toEqual([
    'counts.0.topics',
  ]);
});

test('A pause has its last message, its time and what came since, all of them numbers.', () => {
  const paused = { seq: 12, at: 1_700_000_000_000, newMessages: 0, newTopics: 3 };
  expectTaken(Paused, paused);
  for (const field of Object.keys(paused)) {
    expectRefused(Paused, paused, field, undefined);
    expectRefused(Paused, paused, field, '1');
    expectRefused(Paused, paused, field, Number.NaN);
  }
});
