import { expect, test } from 'vitest';
import { ariaSort, isByName, sortingAfter } from '../../../../../src-renderer/state/tree/sorting.ts';

const BY_NAME = { by: 'name', descending: false } as const;

test('a head asks for figures from the largest and for names from the first, and turned when asked again', () => {
  const byRate = sortingAfter(BY_NAME, 'rate');
  expect(byRate).toEqual({ by: 'rate', descending: true });
  expect(sortingAfter(byRate, 'rate')).toEqual({ by: 'rate', descending: false });
  expect(sortingAfter(byRate, 'seen')).toEqual({ by: 'seen', descending: true });
  expect(sortingAfter(byRate, 'name')).toEqual(BY_NAME);
  expect(sortingAfter(BY_NAME, 'name')).toEqual({ by: 'name', descending: true });
});

test('one head shows the direction, the others that they do not sort', () => {
  expect(ariaSort(BY_NAME, 'name')).toBe('ascending');
  expect(ariaSort({ by: 'seen', descending: true }, 'seen')).toBe('descending');
  expect(ariaSort({ by: 'seen', descending: true }, 'name')).toBe('none');
});

test('only names from the first on are the order by name', () => {
  expect(isByName(BY_NAME)).toBe(true);
  expect(isByName({ by: 'name', descending: true })).toBe(false);
  expect(isByName({ by: 'rate', descending: false })).toBe(false);
});
