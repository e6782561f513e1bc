import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { parentKey } from '../../../src-main/core/topics/levels.ts';
import { clampTop } from '../scroll/view-scroll.ts';
import { indexOfKey, rowAt, type SessionState } from './view-state.ts';

/**
 * The rule of the tree's rows: the row under the pointer stays under it, at every scroll position; with
 * no pointer on a row, the one with the focus; with neither, the top visible row, except at the very
 * top, where new first rows are what one wants to see.
 *
 * A held row may need rows that are not there, above the first or below the last: blank space stands in
 * for them until the row is let go.
 */
export interface HeldRow {
  readonly key: TopicKey;
  readonly index: number;
}

/** The row that must not move, if one is held and in sight. */
export function heldRow(state: SessionState): HeldRow | null {
  const { pointed, focused, active } = state;
  return inSight(state, pointed) ?? (focused ? inSight(state, active?.view.row.key ?? null) : null);
}

function inSight(state: SessionState, key: TopicKey | null): HeldRow | null {
  if (key === null) return null;
  const index = indexOfKey(state, key);
  return index >= 0 && index + 1 > state.top && index < state.top + state.viewRows ? { key, index } : null;
}

/** Where the visible part starts after a frame. */
export function topAfter(before: SessionState, after: SessionState): number {
  const held = heldRow(before);
  const moved = held === null ? -1 : indexOfKey(after, held.key);
  if (held !== null && moved >= 0) return before.top + moved - held.index;
  if (before.home && held === null) return 0;
  return clampTop(keptTop(before, after), after);
}

/** Keeps the first row in sight that is still there. */
function keptTop(before: SessionState, after: SessionState): number {
  const firstVisible = Math.max(0, Math.floor(before.top));
  const lastVisible = Math.min(before.total, Math.ceil(before.top + before.viewRows));
  for (let index = firstVisible; index < lastVisible; index++) {
    const key = rowAt(before, index)?.row.key;
    if (key === undefined) continue;
    const moved = indexOfKey(after, key);
    if (moved >= 0) return before.top + moved - index;
  }
  // Gone into a collapsed parent: that one takes the place.
  const key = rowAt(before, firstVisible)?.row.key;
  return key !== undefined && after.total < before.total
    ? (ancestorIndex(after, key) ?? before.top)
    : before.top;
}

function ancestorIndex(state: SessionState, key: TopicKey): number | null {
  const { separator } = state;
  for (let at = parentKey(key, separator); at !== null; at = parentKey(at, separator)) {
    const index = indexOfKey(state, at);
    if (index >= 0) return index;
  }
  return null;
}

/**
 * The state once no row is held: the blank space goes, and whoever was at the very top is there again,
 * unless that takes the active row out of sight.
 */
export function letGo(state: SessionState): SessionState {
  if (heldRow(state) !== null) return state;
  const { home, active, viewRows } = state;
  const top = home && (active === null || active.index + 1 <= viewRows) ? 0 : clampTop(state.top, state);
  return { ...state, top, home: top === 0 };
}
