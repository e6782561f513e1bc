import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareLines } from '../../../../src-main/core/compare/text.ts';

const kinds = (before: string, now: string) => compareLines(before, now).map(({ kind }) => kind);

describe('the lines of two texts', () => {
  test('that are the same stand opposite each other, whatever came between', () => {
    expect(compareLines('a\nb\nd', 'a\nB\nc\nd')).toEqual([
      { kind: 'same', beforeLine: 1, nowLine: 1, before: 'a', now: 'a' },
      { kind: 'changed', beforeLine: 2, nowLine: 2, before: 'b', now: 'B' },
      { kind: 'added', beforeLine: null, nowLine: 3, before: null, now: 'c' },
      { kind: 'same', beforeLine: 3, nowLine: 4, before: 'd', now: 'd' },
    ]);
    expect(kinds('a\nb\nc', 'c')).toEqual(['removed', 'removed', 'same']);
    expect(kinds('', 'a')).toEqual(['added']);
    expect(kinds('a\n', 'a')).toEqual(['same']);
  });

  test('differ where only their ends do', () => {
    expect(kinds('a\r\nb', 'a\nb')).toEqual(['changed', 'same']);
  });

  test('are all there, each once and in order', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });
    const text = (of: readonly string[]) => of.map((line) => `${line}\n`).join('');
    fc.assert(
      fc.property(lines, lines, (left, right) => {
        const rows = compareLines(text(left), text(right));
        expect(rows.flatMap(({ before }) => before ?? [])).toEqual(left);
        expect(rows.flatMap(({ now }) => now ?? [])).toEqual(right);
        expect(rows.flatMap(({ beforeLine }) => beforeLine ?? [])).toEqual(left.map((_, at) => at + 1));
        expect(rows.flatMap(({ nowLine }) => nowLine ?? [])).toEqual(right.map((_, at) => at + 1));
      }),
    );
  });

  test('of two long texts that share nothing are not compared without end', () => {
    const long = (word: string) => Array.from({ length: 30_000 }, (_, at) => `${word} ${at}`).join('\n');
    const rows = compareLines(long('left'), long('right'));
    expect(rows).toHaveLength(30_000);
    expect(rows[0]).toMatchObject({ kind: 'changed', before: 'left 0', now: 'right 0' });
  });
});
