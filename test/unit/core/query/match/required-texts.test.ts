import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { bytesTest } from '../../../../../src-main/core/query/match/conditions.ts';
import { requiredTexts } from '../../../../../src-main/core/query/match/required-texts.ts';
import { random, type Random } from '../../../../support/random.ts';

test.each([
  ['press-[0-9]+', ['press-']],
  ['temp|humid', ['temp', 'humid']],
  ['(?:temp|hum)idity', ['idity']],
  ['(?P<kind>temp|hum)x?', ['temp', 'hum']],
  ['(abc)?def', ['def']],
  ['(abc){2}de', ['abc']],
  ['abc+def', ['abc']],
  ['abc*def', ['def']],
  [String.raw`a\.b\/c\d`, ['a.b/c']],
  ['ab{0}cde', ['cde']],
  ['ab{2,}c', ['ab']],
  ['[]ab]cd[[:alpha:]]e', ['cd']],
  ['^status$', ['status']],
])('What matches %j holds one of %j.', (pattern, texts) => {
  expect(requiredTexts(pattern, false)).toEqual(texts);
});

test.each([
  '',
  '.*',
  '(a+)+$',
  'abc|.',
  'abc|',
  'a',
  '(?i)abc',
  '(?i:abc)',
  String.raw`\Qabc\E`,
  '[abc]{3}',
  'ü',
])('Nothing is said of what matches %j.', (pattern) => {
  expect(requiredTexts(pattern, false)).toBeNull();
});

test('Without regard to case, letters end a text that are more than two in Unicode.', () => {
  expect(requiredTexts('speckle', true)).toEqual(['pec']);
  expect(requiredTexts('speckle', false)).toEqual(['speckle']);
  expect(
    bytesTest({ kind: 'regex', pattern: 'task9', ignoreCase: true }).of(bytes('TA\u017f\u212a9'), 0, 9),
  ).toBe(true);
});

test('Whatever the expression and the text, looking for texts first says the same as the engine alone.', () => {
  const chance = random(77);
  const seen = { known: 0, unknown: 0, matched: 0 };
  for (let round = 0; round < 3_000; round++) {
    const pattern = randomPattern(chance, 3);
    const ignoreCase = chance.int(2) === 0;
    const engine = compiled(pattern, ignoreCase);
    if (engine === null) continue;
    const texts = requiredTexts(pattern, ignoreCase);
    seen[texts === null ? 'unknown' : 'known']++;
    const tested = bytesTest({ kind: 'regex', pattern, ignoreCase });
    for (let left = 10; left > 0; left--) {
      const text = randomText(chance, pattern);
      const expected: boolean = engine.test(text);
      const coded = bytes(`ab${text}ab`);
      const says = tested.of(coded, 2, coded.length - 2);
      if (says !== expected) expect.fail(JSON.stringify({ pattern, ignoreCase, texts, text, expected }));
      if (expected && texts !== null) seen.matched++;
    }
  }
  expect(Math.min(seen.known, seen.unknown, seen.matched)).toBeGreaterThan(300);
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function compiled(pattern: string, ignoreCase: boolean): RE2JS | null {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    return null;
  }
}

const LETTERS = [
  'a',
  'B',
  'k',
  's',
  'I',
  '-',
  '{',
  '}',
  ']',
  ',',
  '2',
  ' ',
  '\u017f',
  '\u212a',
  '\u0130',
  '\u0131',
];
const PIECES = ['ab', 'aB', 'ks', 'sI', 'a-', '{,2}', '2,', 'b]'];
const ESCAPED = [
  '\\.',
  '\\-',
  '\\{',
  '\\]',
  '\\d',
  '\\w',
  '\\b',
  '\\A',
  '\\z',
  '\\x61',
  '\\Qa+\\E',
  '\\pL',
  '\\t',
  '\\_',
];
const CLASSES = ['[ab]', '[^a]', '[]a]', '[a\\]b]', '[[:alpha:]]', '[[:]', '[a-]', '[(]', '.', '^', '$'];
const REPEATS = ['?', '*', '+', '{0}', '{1}', '{2,}', '{0,2}', '{,2}', '{', '??', '+?', '{2}?'];
const OPENINGS = ['(', '(?:', '(?P<n>', '(?<n>', '(?i)(', '(?i:', '(?s:'];

function randomPattern(chance: Random, depth: number): string {
  const parts = Array.from({ length: chance.int(4) }, () => {
    const kind = chance.int(depth === 0 ? 7 : 9);
    const atom =
      kind < 4
        ? chance.pick([...LETTERS, ...PIECES, ...PIECES])
        : kind === 4
          ? chance.pick(ESCAPED)
          : kind < 7
            ? chance.pick(CLASSES)
            : `${chance.pick(OPENINGS)}${randomPattern(chance, depth - 1)})`;
    return chance.int(3) === 0 ? atom + chance.pick(REPEATS) : atom;
  });
  const sequence = parts.join('');
  return chance.int(5) === 0 ? `${sequence}|${randomPattern(chance, Math.max(0, depth - 1))}` : sequence;
}

/** Often of what the pattern is made of. */
function randomText(chance: Random, pattern: string): string {
  const from = chance.int(2) === 0 ? [...pattern.replace(/[\\()?*+|^$[\]]/g, '')] : [];
  if (from.length > 0 && chance.int(2) === 0) return from.join('');
  return Array.from({ length: chance.int(12) }, () => chance.pick([...LETTERS, ...from, ...PIECES])).join('');
}
