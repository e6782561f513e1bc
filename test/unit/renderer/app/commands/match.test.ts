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

test('letters may be left out, if each word they lie in begins with one of them', () => {
  const pieces = (query: string, label: string) => matchWords(query, label)?.pieces ?? null;
  expect(pieces('exlev2', 'Expand to level 2')).toEqual(['', 'Ex', 'pand to ', 'lev', 'el ', '2', '']);
  expect(pieces('sttng', 'Settings…')).toEqual(['', 'S', 'e', 'tt', 'i', 'ng', 's…']);
  expect(pieces('ca', 'Cut a name')).toEqual(['', 'C', 'ut ', 'a', ' name']);
  // The first place for a letter is not the one that lets the others follow.
  expect(pieces('abd', 'axe abcd')).toEqual(['axe ', 'ab', 'c', 'd', '']);
  expect(pieces('xpnd', 'Expand all')).toBe(null);
  expect(pieces('aexp', 'Expand all')).toBe(null);
});

test('what occurs as it is comes before letters that are left out, and long queries end', () => {
  const score = (query: string) => matchWords(query, 'Clear the filter')?.score ?? 0;
  expect(score('lear')).toBeGreaterThan(score('clfi'));
  expect(score('clfi')).toBeGreaterThan(score('ctf'));
  expect(matchWords('a'.repeat(2_000), 'a'.repeat(400))).toBe(null);
  expect(matchWords(`${'a'.repeat(60)}b`, 'a'.repeat(100))).toBe(null);
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

test('what is found where lower case is longer is shown without a mark in the wrong place', () => {
  expect(matchWords('plant', 'İİ plant')).toMatchObject({ pieces: ['İİ plant'] });
  expect(matchWords('bul', 'Istanbul')?.pieces).toEqual(['Istan', 'bul', '']);
});
