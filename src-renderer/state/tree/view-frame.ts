import type { Preview } from '../../../src-main/contract/model/message.ts';
import type { Row, SelectedTopic, ViewFrame } from '../../../src-main/contract/model/view.ts';
import { changeBetween } from '../../../src-main/contract/base/change.ts';
import type { ShownSorting } from '../../../src-main/contract/model/sorting.ts';
import { jsonText } from '../../../src-main/core/payload/preview-notation.ts';
import { decimalDifference } from '../../../src-main/core/text/decimal.ts';
import { topAfter } from './view-hold.ts';
import { clampTop } from '../scroll/view-scroll.ts';
import { indexOfKey, rowAt, type ActiveRow, type SessionState, type ViewRow } from './view-state.ts';

/** Clock differences below this are the way of a frame, not another machine's clock (ms). */
const SKEW_NOISE = 2_000;

/**
 * The state after a frame. What is on screen stays where it is, even when rows were inserted or removed
 * above it. Parts that did not change keep their identity, so that whoever looks at them is not disturbed.
 */
export function applyFrame(state: SessionState, frame: ViewFrame, now: number): SessionState {
  const rows = mergeRows(state.rows, frame, now);
  const merged: SessionState = {
    ...state,
    phase: 'live',
    problem: null,
    revision: frame.revision,
    total: frame.total,
    first: frame.first,
    ids: sameNumbers(state.ids, frame.ids) ? state.ids : frame.ids,
    rows,
    skew: mergeSkew(state, frame, now),
    selected: mergeSelected(state, frame.selected),
    matches: frame.matches,
    filterProblems:
      state.filterProblems?.of === frame.filterProblems?.of ? state.filterProblems : frame.filterProblems,
    paused: frame.paused,
    building: frame.building,
    sorting: sameSorting(state.sorting, frame.sorting) ? state.sorting : frame.sorting,
    counters: frame.counters,
    busyColours: mergeBusy(state, frame),
  };
  return settle({ ...merged, top: topAfter(state, merged) });
}

function mergeBusy({ busyColours }: SessionState, frame: ViewFrame): SessionState['busyColours'] {
  const next = frame.busyColours ?? [];
  return changeBetween(busyColours, next) === null ? busyColours : next;
}

function mergeRows(
  old: ReadonlyMap<number, ViewRow>,
  frame: ViewFrame,
  now: number,
): ReadonlyMap<number, ViewRow> {
  const fresh = new Map(frame.rows.map((row) => [row.id, row]));
  const next = new Map<number, ViewRow>();
  for (const id of frame.ids) {
    const before = old.get(id);
    const row = fresh.get(id);
    if (row !== undefined)
      next.set(id, before === undefined ? firstSight(row, now) : compared(before, row, now));
    else if (before !== undefined) next.set(id, before);
  }
  return next;
}

function firstSight(row: Row, cameAt: number): ViewRow {
  return { row, cameAt, delta: null, changes: 0 };
}

function compared(before: ViewRow, next: Row, cameAt: number): ViewRow {
  // An equal preview stays the same object, so that it is not drawn again.
  const isEqual = changeBetween(before.row.preview, next.preview) === null;
  const row = isEqual ? { ...next, preview: before.row.preview } : next;
  if (row.own === before.row.own || row.key !== before.row.key) {
    return { row, cameAt, delta: before.delta, changes: before.changes };
  }
  if (isEqual || samePreview(before.row.preview, row.preview))
    return { row, cameAt, delta: null, changes: before.changes };
  return { row, cameAt, delta: difference(before.row.preview, row.preview), changes: before.changes + 1 };
}

function difference(before: Preview, after: Preview): string | null {
  return before.kind === 'number' && after.kind === 'number'
    ? decimalDifference(before.text, after.text)
    : null;
}

function samePreview(a: Preview, b: Preview): boolean {
  if (a.kind !== b.kind) return false;
  if ('text' in a && 'text' in b) return a.text === b.text;
  if (a.kind === 'json' && b.kind === 'json') return jsonText(a) === jsonText(b);
  if (a.kind === 'binary' && b.kind === 'binary') return a.hex === b.hex && a.size === b.size;
  return true;
}

/**
 * A topic that just received something was last seen now, by the engine's clock. The newest such sample shows how
 * far that clock is from ours.
 */
function mergeSkew(state: SessionState, frame: ViewFrame, now: number): number {
  let sample: number | null = null;
  for (const row of frame.rows) {
    const before = state.rows.get(row.id);
    if (before === undefined || row.messages <= before.row.messages) continue;
    const apart = row.lastSeen - now;
    if (sample === null || apart > sample) sample = apart;
  }
  if (sample === null) return state.skew;
  return Math.abs(sample) < SKEW_NOISE ? 0 : sample;
}

function mergeSelected(state: SessionState, next: SelectedTopic | null): SelectedTopic | null {
  if (next === null || next.key !== state.selectedKey) {
    return state.selected?.key === state.selectedKey ? state.selected : null;
  }
  const before = state.selected;
  return before !== null && sameSelected(before, next) ? before : next;
}

/** What of a selected topic can change while it is looked at; compared one by one. */
const FACTS: readonly ((topic: SelectedTopic) => unknown)[] = [
  (topic) => topic.key,
  (topic) => topic.state,
  (topic) => topic.hiddenByFilter,
  (topic) => topic.index,
  (topic) => topic.messages,
  (topic) => topic.topics,
  (topic) => topic.usual,
  (topic) => topic.latest?.seq,
  (topic) => topic.lastRetained?.seq,
  (topic) => topic.retained.state,
  (topic) => topic.retained.by,
  (topic) => topic.retained.at,
  (topic) => topic.retained.stale,
];

function sameSelected(a: SelectedTopic, b: SelectedTopic): boolean {
  return FACTS.every((fact) => fact(a) === fact(b));
}

/** Keeps the active row's facts fresh and takes it to where it was sent, if the window holds that. */
export function settle(state: SessionState): SessionState {
  const { target } = state;
  if (target?.kind === 'key') {
    const index = indexOfKey(state, target.key);
    if (index < 0) return { ...state, active: refreshed(state) };
    return settle({
      ...state,
      target: { kind: 'index', index: index + target.delta, select: target.select },
    });
  }
  if (target?.kind === 'index') return arrive(state, target.index, target.select);
  return { ...state, active: refreshed(state) };
}

function arrive(state: SessionState, wanted: number, select: boolean): SessionState {
  const index = Math.max(0, Math.min(state.total - 1, wanted));
  const top = topShowing(state, index);
  const view = rowAt(state, index);
  const there = { ...state, top, home: top === state.top ? state.home : top === 0 };
  if (view === undefined) return there;
  const arrived: SessionState = { ...there, active: { view, index }, target: null };
  if (!select || view.row.key === state.selectedKey) return arrived;
  return { ...arrived, selectedKey: view.row.key, selected: null };
}

/** The nearest place of the visible part that shows this row whole. */
export function topShowing(state: SessionState, index: number): number {
  const { top, viewRows } = state;
  if (index < top) return clampTop(index, state);
  if (index + 1 > top + viewRows) return clampTop(index + 1 - viewRows, state);
  return top;
}

function refreshed(state: SessionState): ActiveRow | null {
  const { active } = state;
  if (active === null) return null;
  const index = indexOfKey(state, active.view.row.key);
  if (index >= 0) {
    const view = rowAt(state, index) ?? active.view;
    return view === active.view && index === active.index ? active : { view, index };
  }
  // The window holds the whole tree and the row is not in it: it is gone.
  return state.ids.length >= state.total ? null : active;
}

function sameSorting(a: ShownSorting, b: ShownSorting): boolean {
  return a.by === b.by && a.descending === b.descending && a.stale === b.stale;
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
