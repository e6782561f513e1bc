import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { FieldPath } from './tree-columns.ts';
import type { BusyColour, Row, SelectedTopic, ViewFrame } from '../../../src-main/contract/model/view.ts';
import type { ClearScope } from '../../../src-main/contract/session/jobs.ts';
import { MQTT_SEPARATOR, parentKey } from '../../../src-main/core/topics/levels.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import { BY_NAME, type ShownSorting } from '../../../src-main/contract/model/sorting.ts';
import { ROW_PX } from '../scroll/view-scroll.ts';
import type { Counters } from '../../../src-main/contract/model/counters.ts';

/** A row of the window with what only comparing two frames can show. */
export interface ViewRow {
  readonly row: Row;
  /** When the frame with this row came, ms since the epoch by this window's clock. */
  readonly cameAt: number;
  /** Exact difference to the previous value where both were plain numbers, e.g. `+0.3`. */
  readonly delta: string | null;
  /** How many times the value was seen to change; 0 until the first change. */
  readonly changes: number;
}

/** The row that keys act on. It is kept when it leaves the window, so that focus has a place to be. */
export interface ActiveRow {
  readonly view: ViewRow;
  /** Last known index in the flattened order. */
  readonly index: number;
}

/** Where the active row is to go once the window holds it; `select`: and be selected there. */
export type Target =
  | { readonly kind: 'index'; readonly index: number; readonly select: boolean }
  /** The row `delta` rows after the one of this topic. */
  | { readonly kind: 'key'; readonly key: TopicKey; readonly delta: number; readonly select: boolean };

/** Topics whose retained messages a person wants to clear, which opens the preview; or the trash. */
export interface ClearRequest {
  readonly keys: readonly TopicKey[];
  readonly part: 'clear' | 'trash';
  /** Of the trash: an entry that is shown open, with all of it chosen. */
  readonly entry?: string | undefined;
  /** Instead of topics: all that lies in it. */
  readonly scope?: ClearScope;
  /** What that is, in words for the preview. */
  readonly about?: string;
}

/** What one connection's view knows and what the user is doing in it. */
export interface SessionState {
  /** `lost`: the last frame stays on screen and the view is asked for again by itself. */
  readonly phase: 'opening' | 'live' | 'lost';
  /** Between the levels of the tree, as in `core/topics/levels.ts`; the same for as long as the session lives. */
  readonly separator: string;
  readonly problem: string | null;

  readonly revision: number;
  /** Rows of the flattened order. */
  readonly total: number;
  /** Index of the first row of the window, and the window. */
  readonly first: number;
  readonly ids: readonly number[];
  readonly rows: ReadonlyMap<number, ViewRow>;
  /** ms to add to this window's clock to get the engine's: it may be another machine. */
  readonly skew: number;

  /**
   * Rows above the visible part, with a fraction; and rows that fit. While a row is held this may lie
   * outside of what there is to scroll: blank space then stands in for rows.
   */
  readonly top: number;
  readonly viewRows: number;
  /** px */
  readonly rowHeight: number;
  /** The topic of the row under the pointer, and whether the focus is in the tree (see `view-hold.ts`). */
  readonly pointed: TopicKey | null;
  readonly focused: boolean;
  /** The user is at the very top by choice, wherever a held row has taken the visible part since. */
  readonly home: boolean;
  readonly active: ActiveRow | null;
  readonly target: Target | null;

  readonly selectedKey: TopicKey | null;
  /** Null until a frame has brought the selected topic. */
  readonly selected: SelectedTopic | null;
  /** As typed. */
  readonly filter: string;
  /** Paths in the JSON of values whose fields rows bring. */
  readonly fields: readonly FieldPath[];
  /** Filters that colour rows, and those of them that more messages meet than are looked at. */
  readonly colours: readonly string[];
  readonly busyColours: readonly BusyColour[];
  readonly matches: number | null;
  /** Of the filter that was sent to the worker last; null: it is in force. */
  readonly filterProblems: ViewFrame['filterProblems'];
  readonly paused: ViewFrame['paused'];
  /** Share of sliced work done, 0 to 1; null when the view is complete. */
  readonly building: number | null;
  readonly sorting: ShownSorting;
  readonly counters: Counters | null;
  readonly clearing: ClearRequest | null;
}

export const EMPTY_STATE: SessionState = {
  phase: 'opening',
  separator: MQTT_SEPARATOR,
  problem: null,
  revision: 0,
  total: 0,
  first: 0,
  ids: [],
  rows: new Map(),
  skew: 0,
  top: 0,
  viewRows: 30,
  rowHeight: ROW_PX,
  pointed: null,
  focused: false,
  home: true,
  active: null,
  target: null,
  selectedKey: null,
  selected: null,
  filter: '',
  fields: [],
  colours: [],
  busyColours: [],
  matches: null,
  filterProblems: null,
  paused: null,
  building: null,
  sorting: { ...BY_NAME, stale: false },
  counters: null,
  clearing: null,
};

/** The row at an index of the flattened order, if the window holds it. */
export function rowAt(state: SessionState, index: number): ViewRow | undefined {
  const id = state.ids[index - state.first];
  return id === undefined ? undefined : state.rows.get(id);
}

/** Where the first row in sight lies, as one reads it up to its own name, if its parents are scrolled away; null if not. */
export function parentsAbove(state: SessionState): string | null {
  const first = rowAt(state, Math.max(0, Math.floor(state.top)))?.row;
  const parent = first === undefined || state.top <= 0 ? null : parentKey(first.key, state.separator);
  return parent === null ? null : displayTopic(parent) + state.separator;
}

/** The row with this id, and where it is now; null if the window does not hold it and it is not the active one. */
export function rowById(state: SessionState, id: number): ActiveRow | null {
  const view = state.rows.get(id);
  const at = state.ids.indexOf(id);
  if (view !== undefined && at >= 0) return { view, index: state.first + at };
  return state.active?.view.row.id === id ? state.active : null;
}

/** Index of a topic's row in the flattened order; -1 if the window does not hold it. */
export function indexOfKey(state: SessionState, key: TopicKey): number {
  const at = state.ids.findIndex((id) => state.rows.get(id)?.row.key === key);
  return at < 0 ? -1 : state.first + at;
}

/**
 * Messages of the selected topic: from a frame, or from its row until a frame brings them, so that what shows them
 * need not be drawn twice. Null: neither has them.
 */
export function messagesOfSelected({ selected, selectedKey, active }: SessionState): number | null {
  if (selected !== null) return selected.messages;
  const row = active?.view.row;
  return row !== undefined && row.key === selectedKey ? row.own : null;
}
