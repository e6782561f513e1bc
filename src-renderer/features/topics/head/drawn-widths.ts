import {
  LEAST_WIDTH,
  type ColumnEdges,
  type ColumnId,
  type Columns,
} from '../../../state/tree/tree-columns.ts';

/** Where the columns begin and end as they are drawn, in window coordinates; those without room are left out. */
export function drawnEdges(head: ParentNode, columns: Columns): readonly ColumnEdges[] {
  return [...head.querySelectorAll<HTMLElement>('[data-column]')].flatMap((cell) => {
    const id = columns.find((one) => one.id === cell.dataset['column'])?.id;
    const { left, right } = cell.getBoundingClientRect();
    return id === undefined || right <= left ? [] : [{ id, left, right }];
  });
}

/** Widths of the columns as they are drawn, px; those that have no room are left out. */
export function drawnWidths(head: ParentNode, columns: Columns): ReadonlyMap<ColumnId, number> {
  return new Map(drawnEdges(head, columns).map(({ id, left, right }) => [id, Math.round(right - left)]));
}

/**
 * The width at which nothing of a column is cut, of its head and of the rows in the page, px. What
 * a cell shows was made to fit its width in parts of the preview: those are measured as they are.
 *
 * @param grid the element with the head and the rows
 */
export function fittingWidth(grid: ParentNode, columns: Columns, id: ColumnId): number {
  // The topic stands before the columns.
  const place = columns.findIndex((one) => one.id === id) + 1;
  let most = LEAST_WIDTH;
  for (const row of grid.querySelectorAll('[role=row]')) {
    const cell = row.children[place];
    if (cell !== undefined) most = Math.max(most, contentWidth(cell));
  }
  return Math.ceil(most);
}

/** Also where the content is cut: texts are as wide as they are, whatever is seen of them. */
function contentWidth(cell: Element): number {
  const { paddingLeft, paddingRight, display, columnGap } = getComputedStyle(cell);
  const padding = px(paddingLeft) + px(paddingRight);
  const range = document.createRange();
  const drawn = [...cell.childNodes].flatMap((part) => {
    // The line by which it is made wider lies at its edge.
    if (part instanceof Element && part.matches('.tt-grip')) return [];
    range.selectNode(part);
    const { left, right } = range.getBoundingClientRect();
    return right > left ? [{ left, right }] : [];
  });
  if (drawn.length === 0) return 0;
  if (display === 'flex') {
    // What stands at both ends has all of the room between it.
    const widths = drawn.reduce((sum, { left, right }) => sum + right - left, 0);
    return widths + (drawn.length - 1) * px(columnGap) + padding;
  }
  const from = Math.min(...drawn.map(({ left }) => left));
  return Math.max(...drawn.map(({ right }) => right)) - from + padding;
}

function px(length: string): number {
  return Number.parseFloat(length) || 0;
}
