import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesRows, compareBytes } from '../../../../src-main/core/compare/bytes.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('two byte strings', () => {
  test('that are equal differ in nothing', () => {
    expect(compareBytes(bytes(1, 2, 3), bytes(1, 2, 3))).toEqual({ start: 3, end: 0, differing: 0 });
    expect(bytesRows(bytes(1, 2, 3), bytes(1, 2, 3), 8, true, 10)).toEqual([]);
  });

  test('differ between their common beginning and their common end', () => {
    expect(compareBytes(bytes(1, 2, 3, 4), bytes(1, 9, 3, 4))).toEqual({ start: 1, end: 2, differing: 1 });
    // Something put in leaves what is behind it equal.
    expect(compareBytes(bytes(1, 2, 3), bytes(1, 7, 8, 2, 3))).toEqual({ start: 1, end: 2, differing: 2 });
    expect(compareBytes(bytes(), bytes(5))).toEqual({ start: 0, end: 0, differing: 1 });
    // A byte that could count to both ends counts once.
    expect(compareBytes(bytes(1, 1), bytes(1, 1, 1))).toEqual({ start: 2, end: 0, differing: 1 });
  });

  test('stand in rows of which only those that differ need be shown', () => {
    const before = new Uint8Array(24);
    const now = new Uint8Array(24);
    now[9] = 1;
    const all = bytesRows(before, now, 8, false, 10);
    expect(all.map(({ beforeAt, same }) => [beforeAt, same])).toEqual([
      [0, true],
      [8, false],
      [10, true],
      [18, true],
    ]);
    expect(bytesRows(before, now, 8, true, 10)).toEqual([
      { beforeAt: 8, nowAt: 8, beforeLength: 2, nowLength: 2, same: false },
    ]);
  });

  test('lose no byte on either side, whatever they are', () => {
    const some = fc.uint8Array({ maxLength: 60, max: 3 });
    fc.assert(
      fc.property(some, some, fc.integer({ min: 1, max: 9 }), (before, now, perRow) => {
        const rows = bytesRows(before, now, perRow, false, 1_000);
        const joined = (side: 'before' | 'now') =>
          rows.flatMap((row) => {
            const at = side === 'before' ? row.beforeAt : row.nowAt;
            const length = side === 'before' ? row.beforeLength : row.nowLength;
            const source = side === 'before' ? before : now;
            return at === null ? [] : [...source.subarray(at, at + length)];
          });
        expect(joined('before')).toEqual([...before]);
        expect(joined('now')).toEqual([...now]);
        const changed = bytesRows(before, now, perRow, true, 1_000);
        expect(changed).toEqual(rows.filter(({ same }) => !same));
        expect(changed.length === 0).toBe(compareBytes(before, now).differing === 0);
      }),
    );
  });

  test('begin and end with as much of the same as there is, no byte of it twice', () => {
    const some = fc.uint8Array({ maxLength: 12, max: 2 });
    fc.assert(
      fc.property(some, some, (before, now) => {
        const { start, end, differing } = compareBytes(before, now);
        const shorter = Math.min(before.length, now.length);
        const same = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(b);
        const tail = (of: Uint8Array, length: number) => of.subarray(of.length - length);
        const begins = (length: number) => same(before.subarray(0, length), now.subarray(0, length));
        const ends = (length: number) => same(tail(before, length), tail(now, length));
        expect(begins(start) && ends(end) && start + end <= shorter).toBe(true);
        expect(start === shorter || !begins(start + 1)).toBe(true);
        expect(start + end === shorter || !ends(end + 1)).toBe(true);
        const [left, right] = [before, now].map((of) => [...of.subarray(start, of.length - end)]) as [
          number[],
          number[],
        ];
        const pairs = Array.from({ length: Math.max(left.length, right.length) }, (_, at) => [
          left[at],
          right[at],
        ]);
        expect(differing).toBe(pairs.filter(([a, b]) => a !== b).length);
      }),
      { numRuns: 1_000 },
    );
  });

  test('are cut at as many rows as were asked for', () => {
    expect(bytesRows(new Uint8Array(100), new Uint8Array(100).fill(1), 8, true, 5)).toHaveLength(5);
  });
});
