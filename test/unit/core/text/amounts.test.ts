import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatCounted, plural } from '../../../../src-main/core/text/amounts.ts';

test.each([
  [0, '0 B'],
  [213, '213 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [1_024, '1.0 kB'],
  [3_000, '3.0 kB'],
  [9_949, '9.9 kB'],
  [9_950, '10 kB'],
  [98_304, '98 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [2_468_217, '2.5 MB'],
  [16_000_000, '16 MB'],
  [512_000_000, '512 MB'],
  [268_435_455, '268 MB'],
  [3.5e12, '3.5 TB'],
  [4.2e15, '4,200 TB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test('counts are grouped by thousands', () => expect(formatCount(1_482_094)).toBe('1,482,094'));

test('counts below a thousand are as they are, and what is no count is rounded', () => {
  expect([0, 7, 999, 1_000, 12.4, -3].map(formatCount)).toEqual(['0', '7', '999', '1,000', '12', '-3']);
});

test('words agree with their count', () => {
  expect([0, 1, 2, 11, 21, 1_001].map((count) => formatCounted(count, 'topic'))).toEqual([
    '0 topics',
    '1 topic',
    '2 topics',
    '11 topics',
    '21 topics',
    '1,001 topics',
  ]);
  expect(formatCounted(1, 'match', 'matches')).toBe('1 match');
  expect(formatCounted(2, 'match', 'matches')).toBe('2 matches');
  expect(plural(1, 'is', 'are')).toBe('is');
  expect(plural(0, 'is', 'are')).toBe('are');
});
