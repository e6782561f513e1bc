import type { ViewSpec } from '../../../src-main/contract/model/view.ts';
import { heldRow } from './view-hold.ts';
import { rowAt, type SessionState } from './view-state.ts';

/** Rows a view may ask for (contract). */
const MAX_ROWS = 200;

/** Rows kept ready above and below the visible part: two thirds of it, and enough for a page key. */
function overscan(viewRows: number): number {
  return Math.max(8, Math.min(40, Math.ceil(viewRows * 0.66)));
}

/** What to ask the engine for: the visible part and some more, tied to the row that stays where it is. */
export function wantedSpec(state: SessionState): ViewSpec {
  const over = overscan(state.viewRows);
  const rows = Math.min(MAX_ROWS, Math.ceil(state.viewRows) + 1 + 2 * over);
  const fields = state.fields.map((path) => [...path]);
  const colours = [...state.colours];
  const asked = { ...(fields.length === 0 ? {} : { fields }), ...(colours.length === 0 ? {} : { colours }) };
  const rest = { rows, filter: state.filter, selected: state.selectedKey, ...asked };
  if (state.target?.kind === 'key') {
    return { anchor: state.target.key, offset: -Math.floor(rows / 2), ...rest };
  }
  const top = Math.max(0, Math.floor(state.top));
  const held = heldRow(state);
  if (top === 0 && held === null) return { anchor: null, offset: 0, ...rest };
  const first = Math.max(0, top - over);
  const anchor = held?.key ?? rowAt(state, top)?.row.key;
  if (anchor === undefined) return { anchor: null, offset: first, ...rest };
  return { anchor, offset: first - (held?.index ?? top), ...rest };
}

export function sameSpec(a: ViewSpec, b: ViewSpec): boolean {
  return (
    a.anchor === b.anchor &&
    a.offset === b.offset &&
    a.rows === b.rows &&
    a.filter === b.filter &&
    a.selected === b.selected &&
    JSON.stringify([a.fields, a.colours]) === JSON.stringify([b.fields, b.colours])
  );
}
