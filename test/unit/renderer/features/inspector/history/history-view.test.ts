import { describe, expect, test } from 'vitest';
import {
  belowName,
  entriesOf,
  indexAtTime,
  sinceWords,
  timeTyped,
} from '../../../../../../src-renderer/features/inspector/history/history-view.ts';
import { metaOf } from '../../../state/inspector/fake-log.ts';

const list = ['off', 'On', 'off', 'ONCE'].map((text, at) =>
  metaOf(10 - at, text.length, { preview: { kind: 'text', text, cut: false } }),
);

describe('the list of messages', () => {
  test('shows the time since the message before, and for the last one that there is none', () => {
    expect(entriesOf(list, '').map(({ sinceMs }) => sinceMs)).toEqual([1_000, 1_000, 1_000, null]);
  });

  test('holds what a filter asks for, whatever its case, and times are those of the whole list', () => {
    const found = entriesOf(list, ' on ');
    expect(found.map(({ message }) => message.seq)).toEqual([9, 7]);
    expect(found.map(({ sinceMs }) => sinceMs)).toEqual([1_000, null]);
    expect(entriesOf(list, 'nothing')).toEqual([]);
  });

  test('of a branch is filtered by topics as well, which are named from the branch on', () => {
    const [first, second] = list;
    const branch = [
      { ...first!, key: 'a/line/t', topic: 'a/line/t' },
      { ...second!, key: 'a', topic: 'a' },
    ];
    expect(entriesOf(branch, 'line').map(({ message }) => message.topic)).toEqual(['a/line/t']);
    expect(belowName('a/line/t', 'a', '/')).toBe('line/t');
    expect(belowName('a', 'a', '/')).toBe('.');
    expect(belowName('ab/c', 'a', '/')).toBe('ab/c');
    expect(belowName('a.line.t', 'a', '.')).toBe('line.t');
    expect(belowName('$a/line.t', '$a', '.')).toBe('line.t');
  });

  test('is filtered by what was decoded', () => {
    const decoded = { kind: 'text', text: 'alarm', cut: false } as const;
    expect(entriesOf(list, 'alarm', ({ seq }) => (seq === 9 ? decoded : { kind: 'none' }))).toHaveLength(1);
  });

  test.each([
    [null, ''],
    [0, '+0 ms'],
    [-3, '+0 ms'],
    [400, '+400 ms'],
    [2_400, '+2.4 s'],
    [134_000, '+2 m 14 s'],
  ])('says of %j ms since the one before %j', (ms, words) => {
    expect(sinceWords(ms)).toBe(words);
  });
});

describe('a time to go to', () => {
  const now = new Date(2026, 10, 20, 14, 31, 7, 482).getTime();

  test('is the last one that was so, of today or of yesterday', () => {
    expect(timeTyped('14:31', now)).toBe(new Date(2026, 10, 20, 14, 31).getTime());
    expect(timeTyped('9:05:30', now)).toBe(new Date(2026, 10, 20, 9, 5, 30).getTime());
    expect(timeTyped(' 14:31:07.4 ', now)).toBe(new Date(2026, 10, 20, 14, 31, 7, 400).getTime());
    expect(timeTyped('23:00', now)).toBe(new Date(2026, 10, 19, 23, 0).getTime());
  });

  test.each(['', '14', '24:00', '12:60', '12:30:60', 'noon', '12:3'])('%j is none', (text) => {
    expect(timeTyped(text, now)).toBeNull();
  });

  test('leads to the newest message that is not after it', () => {
    const entries = entriesOf(list, '');
    expect(indexAtTime(entries, 9_500)).toBe(1);
    expect(indexAtTime(entries, 99_000)).toBe(0);
    expect(indexAtTime(entries, 1)).toBe(4);
  });
});
