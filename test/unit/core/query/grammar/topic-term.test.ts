import { expect, test } from 'vitest';
import {
  levelsTerm,
  probedFilter,
  subtreeTerm,
  topicTerm,
} from '../../../../../src-main/core/query/grammar/topic-term.ts';
import { compileFilter } from '../../../../../src-main/core/query/match/compile.ts';
import { YES, type Subject } from '../../../../../src-main/core/query/match/subject.ts';
import { PathLook } from '../../../../../src-main/core/topics/path-look.ts';
import { random } from '../../../../support/random.ts';

test('What a filter lists lies in the topic filter that it names, beside all else that has to hold.', () => {
  expect(probedFilter(topicTerm('plant/#'))).toBe('plant/#');
  expect(probedFilter('retain:yes topic:plant/+/speed size>1k')).toBe('plant/+/speed');
  expect(probedFilter(topicTerm('a b/#'))).toBe('a b/#');
});

test('Where none has to hold, it lies anywhere.', () => {
  for (const filter of [
    '',
    'press',
    'topic~press',
    'topic:a/# or topic:b/#',
    '-topic:a/#',
    'topic:a/#/b',
    'size>',
  ])
    expect(probedFilter(filter)).toBe('#');
  // Subscribed to, it would share the messages of others.
  expect(probedFilter(topicTerm('$share/g/a'))).toBe('#');
});

test('A branch of the tree is a term that matches it and what lies below it, whatever divides the tree.', () => {
  const chance = random(7);
  const parts = ['a', 'b/', '.', '-', ']', '^', '(', '"', ' ', 'é', '\n', '|', '$', '*', '\\'];
  const topicOf = (): string =>
    Array.from({ length: 1 + chance.int(5) }, () => chance.pick(parts)).join('') || 'x';
  for (let round = 0; round < 400; round++) {
    const separator = chance.pick(['/', '.', '-', ']', '^', '(', '|', '"', '*']);
    const branch = topicOf();
    const compiled = compileFilter(subtreeTerm(branch, separator) ?? 'size>');
    if (compiled.kind === 'problems' || compiled.filter === null) throw new Error(`no filter for ${branch}`);
    const between = branch.startsWith('$') ? '/' : separator;
    for (const topic of [branch, branch + between, `${branch}${between}x`, `${branch}x`, topicOf()]) {
      const path = new PathLook().take(new TextEncoder().encode(topic));
      const isBelow = topic === branch || topic.startsWith(branch + between);
      const found = compiled.filter.test.of({ path } as Subject) === YES;
      expect(found, `${JSON.stringify(topic)} by ${subtreeTerm(branch, separator) ?? ''}`).toBe(isBelow);
    }
  }
});

test('Levels of which some may be any are a term as well, and one that is too long is none.', () => {
  expect(levelsTerm(['a', null, 'c'], '/')).toBe('topic:a/+/c');
  expect(levelsTerm(['a/b', null, 'c'], '.')).toBe(String.raw`topic~/^a\/b\.[^\.]*\.c$/`);
  expect(levelsTerm(['$a', null], '.')).toBe('topic:$a/+');
  expect(levelsTerm(['a'.repeat(1_000)], '.')).toBeNull();
  expect(subtreeTerm('a'.repeat(1_000), '.')).toBeNull();
});
