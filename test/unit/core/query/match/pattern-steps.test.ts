import { RE2JS } from 're2js';
import { describe, expect, it, test } from 'vitest';
import { compileFilter } from '../../../../../src-main/core/query/match/compile.ts';
import { REGEX_BYTES, bytesTest } from '../../../../../src-main/core/query/match/conditions.ts';
import {
  MOST_STEPS,
  PatternBudget,
  classEnd,
  patternSteps,
} from '../../../../../src-main/core/query/match/pattern-steps.ts';
import { readNeedle } from '../../../../../src-main/core/search/needle.ts';
import { TopicView } from '../../../../../src-main/core/topics/view/view.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';
import { random, type Random } from '../../../../support/random.ts';

test.each([
  ['', 0],
  ['press', 0],
  ['[0-9]{4}-x+', 7],
  [String.raw`^plant\.hall-1(?:\.|$)`, 1],
  [String.raw`\d{4}-\d{2}-\d{2}`, 14],
  ['[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 42],
  ['[]a]x[[:alpha:]{]', 2],
  [String.raw`\Qa{9}[.*\E{3}`, 5],
  [String.raw`\pL\p{Greek}[\pN]`, 61],
  ['a{2,}', 5],
  ['a{x}', 0],
  ['a{1000}', 1_002],
  ['((a{10}){10}){10}', 1_442],
  [`${'('.repeat(300)}a${'){99}'.repeat(300)}`, 1_000_000_000],
])('The steps of %j are %d.', (pattern, steps) => {
  expect(patternSteps(pattern)).toBe(steps);
});

test('A class ends at its bracket, whatever stands in it.', () => {
  for (const pattern of ['[a]', '[]]', '[^]]', String.raw`[\]]`, '[[:digit:]]', '[a[b]'])
    expect([pattern, classEnd(`x${pattern}y]`, 1)]).toEqual([pattern, 1 + pattern.length]);
  expect(classEnd('[a', 0)).toBe(3);
});

test('No expression makes a machine larger than its steps and its characters say.', () => {
  const chance = random(5);
  let [made, large] = [0, 0];
  for (let round = 0; round < 1_500; round++) {
    const pattern = randomPattern(chance, 3);
    const steps = patternSteps(pattern);
    // What is refused is not made at all.
    if (steps > MOST_STEPS) continue;
    const size = programSize(pattern);
    if (size === null) continue;
    made++;
    if (size > 100) large++;
    if (size > steps + 2 * pattern.length + 2) expect.fail(JSON.stringify({ pattern, steps, size }));
  }
  expect(made).toBeGreaterThan(500);
  expect(large).toBeGreaterThan(30);
});

test('Anything is counted and nothing throws, patterns that mean nothing as well.', () => {
  const chance = random(6);
  for (let round = 0; round < 3_000; round++) {
    const pattern = Array.from({ length: chance.int(30) }, () =>
      chance.pick([...'()[]{}|\\?*+^$.a1,:<', '{9}', '\\p', '\\Q', '(?', '[[:', '🙂']),
    ).join('');
    expect(patternSteps(pattern)).toBeGreaterThanOrEqual(0);
  }
});

describe('an expression that repeats too much', () => {
  const HEAVY = '((a{10}){10}){10}';
  const TOO_MUCH = /repeats too much: 1,442 steps, and 1,000 are allowed/;

  it('is marked in a filter, and the last valid one stays in force', () => {
    const source = new NaiveTopics();
    const spec = { anchor: null, offset: 0, rows: 10, filter: '', selected: null };
    const view = new TopicView({ source, spec, now: source.now });
    source.publish('one', 'x');
    source.publish('two', 'x');
    view.act({ kind: 'look', spec: { ...spec, filter: 'one' } }, source.now);
    view.act({ kind: 'look', spec: { ...spec, filter: `one /${HEAVY}/` } }, source.now);
    while (view.work(() => false));
    const { filterProblems, matches, total } = view.frame(source.now);
    expect({ matches, total }).toEqual({ matches: 1, total: 1 });
    expect(filterProblems?.problems).toEqual([
      { from: 4, to: 6 + HEAVY.length, reason: expect.stringMatching(TOO_MUCH) as string },
    ]);
    view.dispose();
  });

  it('is not searched for in payloads either', () => {
    expect(readNeedle({ text: HEAVY, as: 'regex' })).toMatch(TOO_MUCH);
    expect(readNeedle({ text: 'a{9}', as: 'regex' })).not.toBeTypeOf('string');
  });

  it('may be several that do so together: the one that goes beyond is marked, whatever field it is of', () => {
    const terms = ['/[ab]{400}c/', 'value~/[ab]{400}d/', 'prop:x~/[ab]{400}e/'];
    expect(compileFilter(terms.slice(0, 2).join(' ')).kind).toBe('filter');
    const compiled = compileFilter(terms.join(' or '));
    const from = terms.slice(0, 2).join(' or ').length + 4;
    expect(compiled).toMatchObject({
      kind: 'problems',
      problems: [
        { from, to: from + 19, reason: expect.stringMatching(/this filter repeat too much/) as string },
      ],
    });
  });

  it('may be long ones without any repetition: all have so many characters at most', () => {
    const budget = new PatternBudget();
    for (let n = 0; n < 4; n++) budget.spend('x'.repeat(1_000));
    expect(() => budget.spend('x')).toThrow(/at most 4,000 characters in all/);
    expect(() => new PatternBudget().spend('x'.repeat(1_001))).toThrow(/at most 1,000 characters\./);
  });
});

test('The more an expression repeats, the fewer bytes it looks at, and what it does not see is not known.', () => {
  const most = (pattern: string): number => bytesTest({ kind: 'regex', pattern, ignoreCase: false }).most;
  expect(most('x'.repeat(1_000))).toBe(REGEX_BYTES);
  expect(most('[0-9a-f]{8}-[0-9a-f]{4}')).toBe(REGEX_BYTES);
  expect(most('[ab]{98}')).toBe(3_000);
  expect(most('[ab]{998}')).toBe(300);
  const heavy = bytesTest({ kind: 'regex', pattern: '[ab]{998}', ignoreCase: false });
  const text = new TextEncoder().encode('ab'.repeat(900));
  // More than it looks at.
  expect(heavy.of(text, 0, text.length)).toBe(false);
});

function programSize(pattern: string): number | null {
  try {
    return RE2JS.compile(pattern).programSize();
  } catch {
    return null;
  }
}

function randomPattern(chance: Random, depth: number): string {
  const parts = Array.from({ length: 1 + chance.int(4) }, () => {
    const atom =
      depth > 0 && chance.int(3) === 0
        ? `${chance.pick(['(', '(?:', '(?P<n>', '(?i:'])}${randomPattern(chance, depth - 1)})`
        : chance.pick([
            'a',
            'bc',
            '.',
            '[a-f]',
            '[^x]',
            String.raw`\d`,
            String.raw`\b`,
            '^',
            'ü',
            String.raw`\.`,
            '|',
          ]);
    return atom + chance.pick(['', '', '', '*', '+?', '?', '{3}', '{0,4}', '{2,}', '{17}', '{1,30}']);
  });
  return parts.join('');
}
