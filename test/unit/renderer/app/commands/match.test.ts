import { expect, test } from 'vitest';
import { matchWords, spreadPieces } from '../../../../../src-renderer/app/commands/match.ts';

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

test('a topic is cut where a text occurs in it, the last time first, else letter by letter from the end', () => {
  expect(spreadPieces('press', 'press/xpress/a')).toEqual(['press/x', 'press', '/a']);
  expect(spreadPieces('p 4', 'a/p-4/P4')).toEqual(['a/p-4/', 'P4', '']);
  expect(spreadPieces('p4tel', 'pl/press-04/telemetry')).toEqual([
    'pl/',
    'p',
    'ress-0',
    '4',
    '/',
    'tel',
    'emetry',
  ]);
  expect(spreadPieces('zz', 'a/b')).toEqual(['a/b']);
  expect(spreadPieces('', 'a/b')).toEqual(['a/b']);
});
