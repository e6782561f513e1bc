import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import { PacketFilter, type PacketRow } from '../../../src-main/contract/session/packets.ts';
import { clampTop } from '../scroll/view-scroll.ts';

export const ALL_PACKETS: PacketFilter = PacketFilter.parse({});

/** What is known of the recorded packets that pass the filter, and where a person is in them. */
export interface PacketsState {
  readonly connection: ConnectionId | null;
  /** A first answer is here. */
  readonly loaded: boolean;
  readonly filter: PacketFilter;
  /** Packets that pass, oldest first; the index of the first loaded one, and the loaded ones. */
  readonly total: number;
  readonly first: number;
  readonly rows: readonly PacketRow[];
  /** Share of the recording that was searched, 0 to 1; below 1 `total` grows. */
  readonly searched: number;
  readonly problem: Failure | null;
  /** Rows above the visible part, with a fraction; and rows that fit. */
  readonly top: number;
  readonly viewRows: number;
  readonly follow: boolean;
  /** The packet that keys act on and the details show. */
  readonly active: PacketRow | null;
  /** Its index when last known. */
  readonly activeIndex: number | null;
  /** Index of the row that is to become active once it is loaded. */
  readonly target: number | null;
  /** What relative times count from: ms since the epoch of the first packet that was read. */
  readonly base: number | null;
}

export const EMPTY_PACKETS: PacketsState = {
  connection: null,
  loaded: false,
  filter: ALL_PACKETS,
  total: 0,
  first: 0,
  rows: [],
  searched: 1,
  problem: null,
  top: 0,
  viewRows: 20,
  follow: true,
  active: null,
  activeIndex: null,
  target: null,
  base: null,
};

/** The packet at an index, if it is loaded. */
export function rowOfIndex(
  { first, rows }: Pick<PacketsState, 'first' | 'rows'>,
  index: number | null,
): PacketRow | undefined {
  return index === null ? undefined : rows[index - first];
}

/** Scrolled so that the target is visible, and with it active where it is loaded. */
export function placed(state: PacketsState): PacketsState {
  const { target, viewRows, top } = state;
  if (target === null) return state;
  const row = rowOfIndex(state, target);
  const above = target < top;
  const below = target + 1 > top + viewRows;
  const next = above ? target : below ? target + 1 - viewRows : top;
  const shown = { ...state, top: clampTop(next, state), follow: state.follow && target >= state.total - 1 };
  return row === undefined ? shown : { ...shown, active: row, activeIndex: target, target: null };
}

export function isFiltered(filter: PacketFilter): boolean {
  return JSON.stringify(filter) !== JSON.stringify(ALL_PACKETS);
}
