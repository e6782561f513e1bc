import { expect, test } from 'vitest';
import { MAX_PASSPHRASE } from '../../../../../src-main/core/text/passphrase.ts';
import {
  isUsable,
  passphraseErrors,
  passphraseStrength,
} from '../../../../../src-renderer/ui/controls/passphrase.ts';

const twice = (text: string) => ({ first: text, second: text });

test.each([
  ['', { first: 'Use at least 8 characters.' }],
  ['1234567', { first: 'Use at least 8 characters.' }],
  ['12345678', {}],
  // As a person counts them: not in units of two.
  ['😀😀😀😀', { first: 'Use at least 8 characters.' }],
  ['x'.repeat(MAX_PASSPHRASE), {}],
  ['x'.repeat(MAX_PASSPHRASE + 1), { first: `Use at most ${MAX_PASSPHRASE} characters.` }],
])('%j is judged by its length', (text, errors) => {
  expect(passphraseErrors(twice(text))).toEqual(errors);
  expect(isUsable(twice(text))).toBe(Object.keys(errors).length === 0);
});

test('Two that differ are none, by a blank as well.', () => {
  expect(passphraseErrors({ first: 'long enough', second: 'long enough ' }).second).toBe(
    'The two are not the same.',
  );
});

test.each([
  ['12345678', 'Weak'],
  ['password', 'Weak'],
  // Long, and yet one character.
  ['a'.repeat(100), 'Weak'],
  ['abababababababababab', 'Weak'],
  ['Tr0ub4dor&3', 'Fair'],
  ['correct horse battery staple', 'Strong'],
  ['爱丽丝梦游仙境', 'Weak'],
])('%j is %s', (text, word) => {
  expect(passphraseStrength(text).words).toMatch(new RegExp(`^${word}`));
  expect(passphraseStrength(text).tone).toBe(word === 'Weak' ? 'warn' : 'ok');
});

test('A longer one is never called weaker.', () => {
  const order = ['Weak', 'Fair', 'Strong'];
  const text = 'the quick brown fox jumps over the lazy dog';
  const ranks = Array.from({ length: text.length }, (_, at) =>
    order.findIndex((word) => passphraseStrength(text.slice(0, at + 1)).words.startsWith(word)),
  );
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  expect(new Set(ranks).size).toBe(3);
});
