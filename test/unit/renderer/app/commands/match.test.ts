import { expect, test } from 'vitest';
import { matchWords } from '../../../../../src-renderer/app/commands/match.ts';

test('every word must occur, in any order and case', () => {
  expect(matchWords('conn NEW', 'New connection…')).not.toBeNull();
  expect(matchWords('new broker', 'New connection…')).toBeNull();
});

test('an empty query matches everything', () => {
  expect(matchWords('  ', 'Settings…')).toEqual({ score: 0, pieces: ['Settings…'] });
});

test('the pieces are the label again, and every second one is a hit', () => {
  for (const query of ['conn new', 'n', 'ne new', 'ction']) {
    const match = matchWords(query, 'New connection');
    expect(match?.pieces.join('')).toBe('New connection');
  }
  expect(matchWords('new conn', 'New connection')?.pieces).toEqual(['', 'New', ' ', 'conn', 'ection']);
});

test('a hit at the start of a word is worth more than one inside', () => {
  const score = (label: string) => matchWords('all', label)?.score ?? 0;
  expect(score('All commands')).toBeGreaterThan(score('Expand all'));
  expect(score('Expand all')).toBeGreaterThan(score('Install'));
});
