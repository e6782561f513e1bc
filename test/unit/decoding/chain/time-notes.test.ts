import { describe, expect, test } from 'vitest';
import { addTimes } from '../../../../src-main/decoding/chain/time-notes.ts';
import type { TreeNode } from '../../../../src-main/decoding/base/tree.ts';

const node = (key: string | null, text: string, shape: TreeNode['shape'] = 'number'): TreeNode =>
  ({ key, text, shape, note: '' }) as TreeNode;
/** What stands beside the value where it is one of several. */
const noteOf = (text: string, shape: TreeNode['shape'] = 'number', key = 'time'): string => {
  const one = node(key, text, shape);
  addTimes([one, node('other', '1')]);
  return one.note;
};

describe('The local time', () => {
  test.each([
    '1700000000',
    '1700000000.5',
    '1700000000000',
    '1700000000000000',
    '1700000000000000000',
    '2023-11-14T22:13:20Z',
  ])('stands beside %s, in whatever unit it is', (text) => {
    expect(noteOf(text, text.includes('T') ? 'text' : 'number')).toMatch(/^1[45] Nov 2023, \d\d:\d\d:20 /);
  });

  test.each([
    ...['-0', '0', '1e15', '1.7e9', '1.7e9999', '-1700000000', '+1700000000', '1_700_000_000', '٠١'],
    ...['99999999999999999999', '8640000000000000', '8640000000000001', '253402300800', '', 'NaN', 'null'],
  ])('is not made up for the number %j', (text) => {
    expect(noteOf(text)).toBe('');
  });

  test.each([
    ...['2024-02-30T10:00:00Z', '2024-01-01T10:00:00+25:00', '9999-12-31T23:59:60Z', '0000-00-00T00:00:00Z'],
    ...['+275760-09-13T00:00:00.001Z', '-000001-01-01T00:00:00Z', '-271821-04-20T00:00:00Z'],
  ])('is not made up for the date %s, in text or in a type of its own', (text) => {
    expect([noteOf(text, 'text'), noteOf(text, 'date')]).toEqual(['', '']);
  });

  test('is for what is named as a time, or stands alone', () => {
    expect(
      ['ts', 'createdAt', 'event_time', 'lastTimestamp'].map((key) => noteOf('1700000000', 'number', key)),
    ).toEqual(Array.from({ length: 4 }, () => expect.stringContaining('Nov 2023')));
    expect(
      ['timer', 'count', 'at', 'TS', 'prototype'].map((key) => noteOf('1700000000', 'number', key)),
    ).toEqual(Array.from({ length: 5 }, () => ''));
    const alone = node(null, '1700000000');
    addTimes([alone]);
    expect(alone.note).toContain('Nov 2023');
  });

  test('keeps a note that says more, and is written 200 times at most', () => {
    const noted = { ...node('time', '1700000000'), note: 'of the schema' };
    addTimes([noted, node('other', '1')]);
    expect(noted.note).toBe('of the schema');
    const many = Array.from({ length: 1_000 }, () => node('time', '1700000000'));
    addTimes(many);
    expect(many.filter(({ note }) => note !== '')).toHaveLength(200);
  });

  test('is not written beside a list or an object of that name', () => {
    expect([
      noteOf('1700000000', 'list'),
      noteOf('1700000000', 'object'),
      noteOf('1700000000', 'bytes'),
    ]).toEqual(['', '', '']);
  });
});
