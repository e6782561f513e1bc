import { describe, expect, test } from 'vitest';
import { applyFrame } from '../../../../../src-renderer/state/tree/view-frame.ts';
import { heldRow, letGo } from '../../../../../src-renderer/state/tree/view-hold.ts';
import {
  drawnRows,
  ROW_PX,
  scrollTarget,
  spacePx,
  topToPx,
} from '../../../../../src-renderer/state/scroll/view-scroll.ts';
import { wantedSpec } from '../../../../../src-renderer/state/tree/view-spec.ts';
import {
  EMPTY_STATE,
  indexOfKey,
  rowAt,
  type SessionState,
} from '../../../../../src-renderer/state/tree/view-state.ts';
import { random } from '../../../../support/random.ts';
import { windowOf } from '../../frames.ts';

const NOW = Date.UTC(2026, 10, 20);

/** Rows, as the engine would give them for what is asked for now. */
function see(state: SessionState, keys: readonly string[], ids: Map<string, number>): SessionState {
  const { anchor, offset, rows } = wantedSpec(state);
  const at = anchor === null ? 0 : Math.max(0, keys.indexOf(anchor));
  const first = Math.max(0, Math.min(at + offset, keys.length - rows));
  return applyFrame(state, windowOf(keys, first, rows, ids), NOW);
}

function opened(keys: readonly string[], ids: Map<string, number>, part: Partial<SessionState> = {}) {
  const state = see({ ...EMPTY_STATE, viewRows: 10, home: (part.top ?? 0) === 0, ...part }, keys, ids);
  return see(state, keys, ids);
}

/** Where a row is drawn, px below the head of the tree: what the eye and the pointer see. */
function seenAt(state: SessionState, key: string): number {
  const { boxPx, rowPx } = drawnRows(state);
  return boxPx + rowPx(indexOfKey(state, key)) - topToPx(state.top, state);
}

function named(count: number, from = 10_000): string[] {
  return Array.from({ length: count }, (_, at) => `t${from + at * 10}`);
}

describe('the row under the pointer', () => {
  for (const [where, count, top] of [
    ['in a tree that fits the window', 5, 0],
    ['at the very top', 60, 0],
    ['in the middle', 60, 20.25],
    ['at the very end', 60, 50],
  ] as const) {
    test(`stays under it ${where}, whatever comes and goes around it`, () => {
      const rng = random(count + top);
      const ids = new Map<string, number>();
      let keys = named(count);
      let state = opened(keys, ids, { top });
      const pointed = rowAt(state, Math.ceil(top) + 3)?.row.key ?? '';
      state = { ...state, pointed };
      const px = seenAt(state, pointed);
      expect(px).toBeGreaterThanOrEqual(0);
      for (let turn = 0; turn < 200; turn++) {
        const gone = rng.pick(keys);
        if (rng.int(2) === 0 && gone !== pointed) keys = keys.filter((key) => key !== gone);
        const added = Array.from({ length: rng.int(4) }, () => `t${9_000 + rng.int(3_000)}`);
        keys = [...new Set([...keys, ...added])].toSorted();
        state = see(state, keys, ids);
        expect(seenAt(state, pointed)).toBeCloseTo(px, 6);
        // A browser can scroll there: it would take the rows elsewhere if it could not.
        const furthest = Math.max(0, spacePx(state) - state.viewRows * ROW_PX);
        expect(topToPx(state.top, state)).toBeLessThanOrEqual(furthest + 1e-6);
      }
    });
  }

  test('stays also when a whole scan of topics arrives above it at once', () => {
    const ids = new Map<string, number>();
    const keys = named(30);
    const before = { ...opened(keys, ids), pointed: keys[4] ?? '' };
    const more = [...named(5_000, 100_000).map((key) => `a${key}`), ...keys];
    expect(seenAt(see(before, more, ids), keys[4] ?? '')).toBe(4 * ROW_PX);
  });

  test('stays when a clamped space of a million rows grows', () => {
    const state = { ...EMPTY_STATE, total: 1_000_000, viewRows: 10, top: 999_992.5 };
    const furthest = Math.max(0, spacePx(state) - state.viewRows * ROW_PX);
    expect(topToPx(state.top, state)).toBeLessThanOrEqual(furthest + 1e-6);
    expect(drawnRows(state).boxPx + drawnRows(state).rowPx(999_995) - topToPx(state.top, state)).toBeCloseTo(
      2.5 * ROW_PX,
      6,
    );
  });

  test('goes before the row with the focus, which stays when no row is pointed at', () => {
    const ids = new Map<string, number>();
    const keys = named(30);
    const state = opened(keys, ids);
    const view = rowAt(state, 6);
    if (view === undefined) throw new Error('The window holds the row.');
    const focused: SessionState = { ...state, focused: true, active: { view, index: 6 } };
    expect(heldRow(focused)).toEqual({ key: keys[6], index: 6 });
    expect(heldRow({ ...focused, pointed: keys[2] ?? '' })).toEqual({ key: keys[2], index: 2 });
    const grown = ['a1', 'a2', ...keys.slice(0, 4), 't10035', ...keys.slice(4)];
    expect(seenAt(see(focused, grown, ids), keys[6] ?? '')).toBe(6 * ROW_PX);
  });

  test('is not held once it is out of sight, as after a turn of the wheel', () => {
    const ids = new Map<string, number>();
    const keys = named(60);
    const state = { ...opened(keys, ids, { top: 20 }), pointed: keys[5] ?? '' };
    expect(heldRow(state)).toBeNull();
    const grown = ['a1', ...keys];
    expect(seenAt(see(state, grown, ids), keys[20] ?? '')).toBe(0);
  });
});

describe('with no row held', () => {
  test('new first rows are seen at the very top', () => {
    const ids = new Map<string, number>();
    const keys = named(30);
    expect(see(opened(keys, ids), ['a1', ...keys], ids).top).toBe(0);
  });

  test('whoever was at the very top is there again', () => {
    const ids = new Map<string, number>();
    const keys = named(30);
    const held = see({ ...opened(keys, ids), pointed: keys[1] ?? '' }, ['a1', 'a2', ...keys], ids);
    expect(held.top).toBe(2);
    expect(letGo(held)).toBe(held);
    expect(letGo({ ...held, pointed: null })).toMatchObject({ top: 0, home: true });
  });

  test('the active row is not taken out of sight', () => {
    const ids = new Map<string, number>();
    const keys = named(30);
    const more = [...named(20).map((key) => `a${key}`), ...keys];
    const held = see({ ...opened(keys, ids), pointed: keys[1] ?? '' }, more, ids);
    const view = rowAt(held, 21);
    if (view === undefined) throw new Error('The window holds the row.');
    const after = letGo({ ...held, pointed: null, active: { view, index: 21 } });
    expect(after).toMatchObject({ top: 20, home: false });
  });

  test('blank space goes, below the last row and above the first', () => {
    const few = { ...EMPTY_STATE, total: 5, viewRows: 10, home: false };
    expect(letGo({ ...few, top: 2 }).top).toBe(0);
    expect(letGo({ ...few, top: -2 }).top).toBe(0);
    expect(letGo({ ...few, total: 60, top: 54 }).top).toBe(50);
  });
});

test('a scroll leads out of blank space row by row, and never further into it', () => {
  const past = { total: 60, viewRows: 10, top: 55 };
  expect(scrollTarget(54, past)).toBe(54);
  expect(scrollTarget(58, past)).toBe(55);
  expect(scrollTarget(-4, past)).toBe(0);
  const above = { total: 60, viewRows: 10, top: -3 };
  expect(scrollTarget(-5, above)).toBe(-3);
  expect(scrollTarget(-2, above)).toBe(-2);
});
