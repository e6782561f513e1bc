import { expect, test } from 'vitest';
import { probedFilter, topicTerm } from '../../../../../src-main/core/query/grammar/topic-term.ts';

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
