import { expect, test } from 'vitest';
import { seenAgo } from '../../../../../../src-renderer/features/topics/rows/seen-ago.ts';

const AT = Date.UTC(2026, 10, 20, 14, 30);

test.each([
  [0, 'now'],
  [999, 'now'],
  [1_000, '1 s'],
  [134_000, '2 m 14 s'],
  // The computer slept meanwhile: nobody counts what passed, so it is right at the next look.
  [86_400_000 * 3, '3 d'],
])('seen %i ms ago is %s', (ms, words) => {
  expect(seenAgo(AT, AT + ms)).toBe(words);
});

test('a little ahead of now is now: that is the way of a frame', () => {
  expect(seenAgo(AT, AT - 1_900)).toBe('now');
});

test('an hour ahead is not known, as is what was never seen', () => {
  expect(seenAgo(AT, AT - 3_600_000)).toBe('');
  expect(seenAgo(0, AT)).toBe('');
});
