import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { linearPattern } from '../../../../../src-main/core/query/match/linear-pattern.ts';
import { BadPattern } from '../../../../../src-main/core/query/match/pattern-steps.ts';
import { random } from '../../../../support/random.ts';

/** Some have another state at every character of a text of a and b. */
const PATTERNS = [
  '[ab]*a[ab]{40}c',
  '(?:[ab]*a[ab]{20}){2}c$',
  '.*a.{24}[cd]',
  'a.{0,40}c',
  '(?:a|b)*a(?:a|b){7}$',
  '(?i)\\bA[ab]{3,9}\\b',
  '^(?:a[ab]{11}|b[ab]{13})+$',
  '\\pL*ä\\pL{3}[ab]',
  '[0-9a-f]{8}-[0-9a-f]{4}',
] as const;

const chance = random(29);
const letters = (count: number, of: readonly string[]) =>
  Array.from({ length: count }, () => of[chance.int(of.length)]).join('');

describe('linearPattern', () => {
  test('a pattern that has another state at every character keeps only some hundreds of them', () => {
    const text = letters(8_000, ['a', 'b']);
    const unbounded = RE2JS.compile(PATTERNS[0]);
    const pattern = linearPattern(PATTERNS[0], false);
    // Without the c that it needs nothing would be tried.
    expect([unbounded, pattern].map((one) => one.test(`c${text}`))).toEqual([false, false]);
    expect(unbounded.re2().dfa.stateCount).toBeGreaterThan(5_000);
    expect(pattern.re2().dfa.stateCount).toBeLessThanOrEqual(400);
  });

  test('a usual pattern keeps all of its states, with the classes of Unicode too', () => {
    for (const [usual, text] of [
      [String.raw`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}`, '2026-11-29T18:3x '],
      [String.raw`\pL+ \pN{2,4}[.,]`, 'Größe 12 Länge 123 '],
    ] as const) {
      const pattern = linearPattern(usual, false);
      pattern.test(text);
      const { dfa } = pattern.re2();
      const states = dfa.stateCount;
      expect(states, usual).toBeGreaterThan(3);
      pattern.test(text.repeat(200));
      expect(dfa.stateCount, usual).toBeLessThan(states + 20);
      expect(dfa.memBudget, usual).toBeGreaterThan(dfa.stateBudget / 2);
    }
  });

  test.each(PATTERNS)('%s finds the same as with all the states it could have', (source) => {
    const [bounded, free] = [linearPattern(source, false), RE2JS.compile(source)];
    for (let round = 0; round < 60; round++) {
      const text = letters(
        chance.int(1_500),
        ['a', 'b', 'a', 'b', 'c', ' ', 'ä', '-', '0'].slice(0, 2 + chance.int(8)),
      );
      expect(bounded.test(text), text).toBe(free.test(text));
    }
  });

  test('what the engine does not know is refused with a reason', () => {
    expect(() => linearPattern('(?=a)', false)).toThrow(BadPattern);
    expect(() => linearPattern('a{2', true)).not.toThrow();
    expect(() => linearPattern('[b-a]', false)).toThrow(/not understood: invalid character class range/);
    expect(linearPattern('ab', true).test('xAB')).toBe(true);
  });
});
