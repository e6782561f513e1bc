import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  closedRows,
  openedFor,
  placeOf,
  rowAt,
} from '../../../../../../src-renderer/features/inspector/pages/closed-rows.ts';

const ROWS = 60;
const closedParts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: ROWS - 1 }), fc.integer({ min: 1, max: 20 })), { maxLength: 8 })
  .map((parts) => new Map(parts.map(([start, length]) => [start, Math.min(ROWS - 1, start + length)])));

/** Row by row, knowing nothing of ranges. Parts lie in each other or beside each other, as brackets do. */
function naive(closed: ReadonlyMap<number, number>): number[] {
  const shown: number[] = [];
  for (let row = 0; row < ROWS; row++) {
    shown.push(row);
    row = closed.get(row) ?? row;
  }
  return shown;
}

test('rows and places answer to each other, whatever is closed', () => {
  fc.assert(
    fc.property(closedParts, (parts) => {
      const shown = naive(parts);
      const closed = closedRows(parts, ROWS);
      expect(closed.count).toBe(shown.length);
      expect(shown.map((_, place) => rowAt(closed, place))).toEqual(shown);
      expect(shown.map((row) => placeOf(closed, row))).toEqual(shown.map((_, place) => place));
    }),
    { seed: 5, numRuns: 500 },
  );
});

test('a row in a closed part is found at what it is closed in', () => {
  const closed = closedRows(new Map([[10, 20]]), ROWS);
  expect([9, 10, 11, 20, 21].map((row) => placeOf(closed, row))).toEqual([9, 10, 10, 10, 11]);
});

test('all that hides a row is opened for it, and nothing else', () => {
  const closed = new Map([
    [0, 50],
    [10, 20],
    [30, 40],
  ]);
  expect([...openedFor(closed, 15).keys()]).toEqual([30]);
  expect([...openedFor(closed, 10).keys()]).toEqual([10, 30]);
  expect(openedFor(closed, 0)).toBe(closed);
});
