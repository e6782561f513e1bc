import { expect, test } from 'vitest';
import { completions } from '../../../../../src-renderer/state/publish/topic-completion.ts';

const KNOWN = [
  'plant',
  'plant/hall-1/temp',
  'plant/hall-1/rpm',
  'plant/hall-2',
  '$SYS/uptime',
  '\0plant/\\xff',
];

test('What is typed goes on by one level: to a topic, or into a branch.', () => {
  expect(completions(KNOWN, 'pl', '/')).toEqual(['plant', 'plant/']);
  expect(completions(KNOWN, 'plant/', '/')).toEqual(['plant/hall-1/', 'plant/hall-2']);
  expect(completions(KNOWN, 'plant/hall-1/', '/')).toEqual(['plant/hall-1/rpm', 'plant/hall-1/temp']);
  expect(completions(KNOWN, '', '/')).toEqual(['$SYS/', 'plant', 'plant/']);
});

test('Where dots divide the tree, what is typed goes on to the next dot.', () => {
  const known = ['plant.hall/1.temp', 'plant.hall/2', '$SYS/a.b'];
  expect(completions(known, 'plant', '.')).toEqual(['plant.']);
  expect(completions(known, 'plant.', '.')).toEqual(['plant.hall/1.', 'plant.hall/2']);
  expect(completions(known, '$', '.')).toEqual(['$SYS/']);
});

test('What is typed in full is not offered, nor a name that is no text.', () => {
  expect(completions(KNOWN, 'plant/hall-2', '/')).toEqual([]);
  expect(completions(['\0plant/\\xff'], '', '/')).toEqual([]);
});

test('The list is short however many there are.', () => {
  const many = Array.from({ length: 500 }, (_, i) => `t/${i}`);
  expect(completions(many, 't/', '/').length).toBe(12);
});
