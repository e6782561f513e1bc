import { expect, test } from 'vitest';
import {
  createReading,
  toggledPath,
} from '../../../../../../src-renderer/features/inspector/payload/reading.ts';

test('At first a value is read as it came: nothing is closed, sorted, looked for or gone to.', () => {
  const { closed, ...rest } = createReading().getState();
  expect([[...closed], rest]).toEqual([
    [],
    { wrap: false, sorted: false, compact: false, query: '', goTo: null },
  ]);
});

test('What is closed is opened and closed again by its path; others stay, and what was there is not changed.', () => {
  const before = new Set(['a']);
  const both = toggledPath(before, 'a.b');
  expect([[...both], [...toggledPath(both, 'a')], [...before]]).toEqual([['a', 'a.b'], ['a.b'], ['a']]);
});
