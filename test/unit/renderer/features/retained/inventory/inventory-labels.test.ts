import { expect, test } from 'vitest';
import type { InventoryRow, RetainedAge } from '../../../../../../src-main/contract/session/inventory.ts';
import {
  ageTitle,
  ageWords,
  countWords,
  emptyWords,
  measureIn,
  measureTerm,
  oldestWords,
  probeWords,
  stateWords,
  withMeasure,
} from '../../../../../../src-renderer/features/retained/inventory/inventory-labels.ts';

const NOW = 1_000_000_000_000;
const DAY = 86_400_000;
const age = (source: RetainedAge['source'], days: number): RetainedAge => ({ source, at: NOW - days * DAY });
const row = (count: number, entry: object | null) => ({ count, entry }) as unknown as InventoryRow;

test('An age says where it is known from, and that a stored message may be older.', () => {
  expect(ageWords(age('payload', 3), NOW)).toBe('3 d, payload');
  expect(ageWords(age('stored', 41), NOW)).toBe('at least 41 d');
  expect(ageWords(null, NOW)).toBe('');
  expect(oldestWords(age('stored', 41), NOW)).toBe('at least 41 d');
  expect(oldestWords(null, NOW)).toBe('');
});

test('A clock of the payload that is ahead of ours makes no negative age.', () => {
  expect(ageWords(age('payload', -1), NOW)).toMatch(/^0/);
});

test('Each source of an age is explained, and no age needs none.', () => {
  const titles = (['payload', 'property', 'published', 'stored'] as const).map((one) =>
    ageTitle(age(one, 1)),
  );
  expect(new Set(titles).size).toBe(4);
  expect(ageTitle(null)).toBeUndefined();
});

test('A state that may have changed says so; what is unknown is unknown either way.', () => {
  expect(stateWords({ state: 'stale', asOf: false })).toBe('stale');
  expect(stateWords({ state: 'stale', asOf: true })).toBe('stale, as of before');
  expect(stateWords({ state: 'unknown', asOf: true })).toBe('unknown');
});

test('A parent counts what is below it, and one that is a topic itself leaves itself out.', () => {
  expect(countWords(row(402, null))).toBe('402 messages');
  expect(countWords(row(1, null))).toBe('1 message');
  expect(countWords(row(1_403, {}))).toBe('1,402 below');
});

test('A probe says how far it is, and when it was.', () => {
  expect(probeWords({ kind: 'never' }, NOW)).toBe('not yet');
  expect(
    probeWords(
      { kind: 'done', at: NOW - 5_000, ms: 412, problem: null, unanswered: 0, unseen: 0 } as never,
      NOW,
    ),
  ).toBe('5 s ago, in 412 ms');
  const unseen = { kind: 'done', at: NOW - 5_000, ms: 412, problem: null, unanswered: 0, unseen: 3 } as never;
  expect(probeWords(unseen, NOW)).toBe('5 s ago, in 412 ms, 3 topics not seen before');
  const all = { kind: 'running', where: 'plant/#', found: 0, done: 0, total: 0, stopping: false } as const;
  expect(probeWords(all, NOW)).toBe('asking for all of plant/#');
  expect(probeWords({ ...all, stopping: true }, NOW)).toBe('stopping after what is under way');
});

test('An empty list says of what, under which filter, and since when that is known.', () => {
  const never = { kind: 'never' } as const;
  expect(emptyWords('', 'all', never, NOW)).toBe('No retained messages.');
  expect(emptyWords('a', 'retained', never, NOW)).toBe('No retained messages that the filter shows.');
  const states = (['stale', 'returning', 'unknown'] as const).map((one) => emptyWords('', one, never, NOW));
  expect(new Set(states).size).toBe(3);
  const probed = { kind: 'done', at: NOW, ms: 1, problem: null, unanswered: 0, unseen: 0 } as never;
  expect(emptyWords('', 'all', probed, NOW)).toMatch(/^No retained messages\. Probed .+\.$/);
});

test.each([
  ['size', '1k', 'size>1k'],
  ['size', ' 2 MB ', 'size>2m'],
  ['size', '512B', 'size>512'],
  ['size', '', ''],
  ['size', '1h', null],
  ['size', '-1', null],
  ['size', '1.k', null],
  ['seen', '30d', 'seen>30d'],
  ['seen', '1.5 h', 'seen>1.5h'],
  ['seen', '30', null],
  ['seen', '1k', null],
] as const)('A %s typed as %j becomes %j in the filter.', (field, typed, term) => {
  expect(measureTerm(field, typed)).toBe(term);
});

test('The filter box and the fields beside it say the same.', () => {
  expect(measureIn('plant size>1k seen>30d', 'size')).toBe('1k');
  expect(measureIn('plant size>1k seen>30d', 'seen')).toBe('30d');
  expect(measureIn('plant resize>1k', 'size')).toBe('');
  expect(withMeasure('plant size>1k b', 'size', 'size>2k')).toBe('plant b size>2k');
  expect(withMeasure('plant', 'seen', 'seen>30d')).toBe('plant seen>30d');
  expect(withMeasure('size>1k', 'size', '')).toBe('');
  expect(withMeasure('a or size>1k', 'size', 'size>2k')).toBe('(a or size>1k) size>2k');
  expect(withMeasure('(a size>1k)', 'size', 'size>2k')).toBe('(a size>1k) size>2k');
  expect(withMeasure('a or b', 'seen', '')).toBe('a or b');
  expect(measureIn('not size>1k', 'size')).toBe('');
  for (const [field, typed] of [
    ['size', '3k'],
    ['seen', '2h'],
  ] as const) {
    const term = measureTerm(field, typed);
    expect(term === null ? null : measureIn(withMeasure('a b', field, term), field)).toBe(typed);
  }
});
