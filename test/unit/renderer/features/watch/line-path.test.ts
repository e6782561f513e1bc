import { expect, test } from 'vitest';
import { linePath } from '../../../../../src-renderer/features/watch/line-path.ts';

test('a line goes from the lowest to the highest value over its width, and lies in the middle where all are one', () => {
  expect(linePath([1, 3])).toBe('M1.0 15.0L39.0 1.0');
  expect(linePath([2, 2, 2])).toBe('M1.0 8.0L20.0 8.0L39.0 8.0');
});

test('a line needs two numbers that can be drawn', () => {
  expect(linePath([])).toBe('');
  expect(linePath([5, Infinity])).toBe('');
});
