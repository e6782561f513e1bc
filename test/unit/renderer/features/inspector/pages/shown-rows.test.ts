import { describe, expect, test } from 'vitest';
import { closedRows } from '../../../../../../src-renderer/features/inspector/pages/closed-rows.ts';
import {
  foundIn,
  rowsShown,
  textOf,
} from '../../../../../../src-renderer/features/inspector/pages/shown-rows.ts';
import { pagedSource } from '../../../../../../src-renderer/features/inspector/pages/use-pages.ts';
import type { InspectorState } from '../../../../../../src-renderer/state/inspector/inspector.ts';

const TEXT = ['{', '  "a": {', '    "b": 1', '  },', '  "c": [', '    1', '  ]', '}'];
const FOLDS = [
  { row: 0, end: 7, count: 2, tail: '}' },
  { row: 1, end: 3, count: 1, tail: '},' },
  { row: 4, end: 6, count: 1, tail: ']' },
];
const pages = {
  row: (at: number) => ({
    text: TEXT[at] ?? '',
    number: at + 1,
    fold: FOLDS.find(({ row }) => row === at) ?? null,
  }),
};

function shown(closed: ReadonlyMap<number, number>, first = 0, last?: number) {
  const parts = closedRows(closed, TEXT.length);
  return rowsShown(pages, parts, closed, first, last ?? parts.count);
}

describe('Rows on screen', () => {
  test('stand for what is closed in one line, with its number and its comma', () => {
    const rows = shown(
      new Map([
        [1, 3],
        [4, 6],
      ]),
    );
    expect(textOf(rows)).toBe('{\n  "a": { 1 field },\n  "c": [ 1 item ]\n}');
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 5, 8]);
    expect(textOf(shown(new Map([[0, 7]])))).toBe('{ 2 fields }');
    expect(textOf(shown(new Map(), 2, 4))).toBe('    "b": 1\n  },');
  });

  test('are empty while they are on their way, in their places', () => {
    const rows = rowsShown({ row: () => null }, closedRows(new Map(), 9), new Map(), 2, 5);
    expect(rows.map(({ row, text, number }) => [row, text, number])).toEqual([
      [2, '', 0],
      [3, '', 0],
      [4, '', 0],
    ]);
  });

  test('are marked where something was found in them, to the end of the row at most', () => {
    const found = { rows: [0, 2, 2, 5, 7], columns: [0, 4, 9, 4, 0], lengths: [1, 3, 50, 1, 1] };
    const rows = shown(new Map(), 2, 6);
    const { near, current } = foundIn(rows, found, 2);
    const text = textOf(rows);
    expect(near.map(({ start, end }) => text.slice(start, end))).toEqual(['"b"', '1', '1']);
    expect(current).toEqual(near[1]);
    expect(foundIn(rows, found, 0).current).toBeNull();
    expect(foundIn(shown(new Map([[1, 3]])), found, 1).near).toHaveLength(3);
    expect(foundIn(rows, null, 0).near).toEqual([]);
  });
});

describe('What is read by pages', () => {
  const state = (kept: number) =>
    ({ key: 't', loaded: { meta: { seq: 4, kept } } }) as unknown as InspectorState;
  const decoded = (text: string, textLength: number) =>
    ({ id: 'd', text, textLength }) as unknown as Parameters<typeof pagedSource>[1];

  test('is a text of over 256 kB, or one that the decoder has not answered whole', () => {
    expect(pagedSource(state(262_144), null, true, undefined)).toBeNull();
    expect(pagedSource(state(262_145), null, false, undefined)).toBeNull();
    expect(
      pagedSource({ key: 't', loaded: null } as unknown as InspectorState, null, true, undefined),
    ).toBeNull();
    const source = { kind: 'message', key: 't', which: 4 };
    expect(pagedSource(state(262_145), null, true, undefined)).toEqual(source);
    expect(pagedSource(state(262_145), null, true, 'v1')).toEqual({ ...source, view: 'v1' });
    expect(pagedSource(state(10), decoded('abc', 3), true, undefined)).toBeNull();
    expect(pagedSource(state(10), decoded('abc', 4), true, undefined)).toEqual({ kind: 'decoded', id: 'd' });
  });
});
