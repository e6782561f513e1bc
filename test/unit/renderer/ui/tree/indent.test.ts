import { expect, test } from 'vitest';
import { indentOf } from '../../../../../src-renderer/ui/tree/indent.ts';

test('the first levels have whole steps', () => {
  expect([1, 2, 3, 4].map(indentOf)).toEqual([0, 16, 32, 48]);
});

test('deeper levels go on inwards and leave room for names, also the three hundredth', () => {
  for (let level = 1; level < 20; level++) {
    expect(indentOf(level + 1) - indentOf(level)).toBeGreaterThan(0.4);
  }
  expect(indentOf(14)).toBeLessThan(76);
  expect(indentOf(300)).toBeLessThan(88);
});
