import { expect, test } from 'vitest';
import { drawnEdges, drawnWidths } from '../../../../../../src-renderer/features/topics/head/drawn-widths.ts';
import { DEFAULT_COLUMNS } from '../../../../../../src-renderer/state/tree/tree-columns.ts';

/** A head with cells from left to right; of the page only what is asked for. */
function head(...cells: readonly (readonly [id: string, left: number, right: number])[]): ParentNode {
  const drawn = cells.map(([column, left, right]) => ({
    dataset: { column },
    getBoundingClientRect: () => ({ left, right }),
  }));
  return { querySelectorAll: () => drawn } as unknown as ParentNode;
}

test('Widths of columns are whole pixels, and a column without room has none, nor has one that is not shown.', () => {
  const drawn = head(
    ['value', 100, 300.4],
    ['messages', 300.4, 300.4],
    ['gone', 300, 400],
    ['seen', 300.4, 380],
  );
  expect([...drawnWidths(drawn, DEFAULT_COLUMNS)]).toEqual([
    ['value', 200],
    ['seen', 80],
  ]);
});

test('Columns have their edges in the order in which they are drawn, whatever they were chosen in.', () => {
  const drawn = head(['seen', 0, 80], ['value', 80, 200]);
  expect(drawnEdges(drawn, DEFAULT_COLUMNS)).toEqual([
    { id: 'seen', left: 0, right: 80 },
    { id: 'value', left: 80, right: 200 },
  ]);
});
