import { expect, test } from 'vitest';
import { ColumnDrag } from '../../../../../../src-renderer/features/topics/head/column-drag.ts';
import type { ColumnEdges } from '../../../../../../src-renderer/state/tree/tree-columns.ts';

/** Three columns of 100 px. */
const EDGES: readonly ColumnEdges[] = [
  { id: 'value', left: 0, right: 100 },
  { id: 'rate', left: 100, right: 200 },
  { id: 'seen', left: 200, right: 300 },
];
const edges = () => EDGES;

function dragging() {
  const placed: unknown[] = [];
  const drag = new ColumnDrag((id, before) => placed.push([id, before]));
  return { drag, placed, drop: () => drag.store.getState() };
}

test('A head that is hardly moved is clicked, and goes nowhere.', () => {
  const { drag, placed, drop } = dragging();
  drag.press('value', 50, 0);
  expect([54, 46, 50].map((x) => drag.move('value', x, 1, edges))).toEqual([false, false, false]);
  drag.release();
  expect([drop(), placed, drag.takesClick()]).toEqual([null, [], false]);
});

test('A head that is dragged stands before the column whose left half it is over, or last.', () => {
  const { drag, placed, drop } = dragging();
  drag.press('value', 50, 0);
  expect(drag.move('value', 120, 1, edges)).toBe(true);
  expect(drop()).toEqual({ id: 'value', before: 'rate' });
  // It is a drag already, also where it comes back to its start.
  expect(drag.move('value', 260, 1, edges)).toBe(false);
  expect(drop()).toEqual({ id: 'value', before: null });
  drag.move('value', 50, 1, edges);
  drag.move('value', 160, 1, edges);
  drag.release();
  expect([placed, drop(), drag.takesClick(), drag.takesClick()]).toEqual([
    [['value', 'seen']],
    null,
    true,
    false,
  ]);
});

test('Where it is let go of counts, though nothing was drawn since it was moved.', () => {
  const { drag, placed } = dragging();
  drag.press('seen', 250, 0);
  drag.move('seen', 10, 1, edges);
  drag.release();
  expect(placed).toEqual([['seen', 'value']]);
});

test('What is not pressed with the main button, or is another head, is not dragged.', () => {
  const { drag, placed, drop } = dragging();
  drag.press('value', 50, 2);
  expect(drag.move('value', 150, 2, edges)).toBe(false);
  drag.press('value', 50, 0);
  expect(drag.move('rate', 250, 1, edges)).toBe(false);
  expect([drop(), placed]).toEqual([null, []]);
});

test('A head that was let go of outside the window is nobody’s when the pointer comes back.', () => {
  const { drag, placed, drop } = dragging();
  drag.press('value', 50, 0);
  drag.move('value', 150, 1, edges);
  expect(drag.move('value', 260, 0, edges)).toBe(false);
  expect(drop()).toBeNull();
  drag.release();
  expect(placed).toEqual([]);
  expect(drag.move('value', 10, 1, edges)).toBe(false);
});

test('One that is given up stays where it is, and its click sorts nothing either.', () => {
  const { drag, placed, drop } = dragging();
  drag.press('value', 50, 0);
  drag.move('value', 150, 1, edges);
  drag.end();
  drag.release();
  expect([drop(), placed, drag.takesClick()]).toEqual([null, [], true]);
  drag.press('value', 50, 0);
  expect(drag.takesClick()).toBe(false);
});

test('Where no column has room it goes to the end, and the same place is reported only once.', () => {
  const { drag, drop } = dragging();
  let reported = 0;
  drag.store.subscribe(() => reported++);
  drag.press('value', 50, 0);
  for (const x of [150, 155, 159, 140]) drag.move('value', x, 1, edges);
  expect([reported, drop()?.before]).toEqual([2, 'rate']);
  drag.move('value', 90, 1, () => []);
  expect(drop()).toEqual({ id: 'value', before: null });
});
