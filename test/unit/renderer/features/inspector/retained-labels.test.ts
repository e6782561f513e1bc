import { expect, test } from 'vitest';
import type { RetainedFact } from '../../../../../src-main/contract/model/retained.ts';
import { SOURCES, STATES } from '../../../../../src-main/core/retained/evidence.ts';
import {
  retainedShort,
  retainedWords,
  retainFlagWords,
  when,
} from '../../../../../src-renderer/features/inspector/retained-labels.ts';

const NOW = Date.UTC(2026, 10, 28, 12, 0, 0);
const AT = NOW - 60_000;
const TIME = when(AT, NOW);

const fact = (part: Partial<RetainedFact>): RetainedFact => ({
  state: 'retained',
  by: 'subscribe',
  at: AT,
  stale: false,
  ...part,
});

test('A stored message and one that was published meanwhile are distinguished, in both lines alike.', () => {
  const published = retainFlagWords({ retain: true, stored: false });
  const delivered = retainFlagWords({ retain: true, stored: true });
  expect(published).toBe('Set: published as retained while connected');
  expect(delivered).toBe('Set: delivered as a stored message');
  expect(retainFlagWords({ retain: false, stored: false })).toBe('Not set');
  const live = retainedWords(fact({ by: 'live' }), NOW);
  const stored = retainedWords(fact({ by: 'subscribe' }), NOW);
  expect(live).toBe(`Retained: published as retained while connected, at ${TIME}`);
  expect(live).not.toContain('stored');
  expect(stored).toBe(`Retained: delivered as a stored message at ${TIME}`);
  expect(stored).not.toContain('published');
});

test('Every state says how and when it was learnt.', () => {
  for (const state of STATES) {
    for (const by of SOURCES.filter((source) => source !== 'none')) {
      const words = retainedWords(fact({ state, by }), NOW);
      expect(words, `${state} by ${by}`).toContain(TIME);
      expect(words).not.toContain('as of');
    }
  }
  expect(retainedWords(fact({ state: 'unknown', by: 'none', at: 0 }), NOW)).toBe(
    'Unknown: nothing has shown yet whether the broker stores a message',
  );
});

test('What was learnt before the connection was lost is as of then, in the long and the short form.', () => {
  for (const state of ['retained', 'cleared', 'not-retained'] as const) {
    expect(retainedWords(fact({ state, stale: true }), NOW)).toContain(`as of ${TIME}`);
  }
  expect(retainedShort(fact({ stale: true }), NOW)).toBe(`Retained as of ${TIME}`);
  expect(retainedShort(fact({}), NOW)).toBe(`Retained since ${TIME}`);
  expect(retainedShort(fact({ state: 'unknown', by: 'emptied' }), NOW)).toBeNull();
});

test('What rests on our own publish alone says so, as not every broker reports a refusal.', () => {
  const ours = (state: RetainedFact['state']): string => retainedWords(fact({ state, by: 'us' }), NOW);
  expect(ours('retained')).toMatch(
    /^Retained: published from here at .*, acknowledged and not probed since$/,
  );
  expect(ours('cleared')).toMatch(/^Cleared: cleared from here at .*, acknowledged and not probed since$/);
  expect(ours('unknown')).not.toContain('acknowledged');
});

test('A doubt names what caused it.', () => {
  const unknown = (by: RetainedFact['by']): string => retainedWords(fact({ state: 'unknown', by }), NOW);
  expect(unknown('live')).toContain('may have stored');
  expect(unknown('emptied')).toContain('may have cleared it');
  expect(unknown('us')).toContain('without an answer');
  expect(unknown('expiry')).toContain('expiry was reached');
});
