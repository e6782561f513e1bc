import { BY_NAME, type SortColumn, type Sorting } from '../../../src-main/contract/model/sorting.ts';
import { heldRow } from './view-hold.ts';
import type { SessionState } from './view-state.ts';

/** Trees of up to this many rows are sorted again by themselves: it takes the worker some milliseconds. */
const MOST_BY_ITSELF = 5_000;

/** What a click on a head asks for: names from the first on, figures from the largest; the same one again turns it. */
export function sortingAfter(now: Sorting, by: SortColumn): Sorting {
  const descending = now.by === by ? !now.descending : by !== 'name';
  return { by, descending };
}

export function isByName({ by, descending }: Sorting): boolean {
  return by === BY_NAME.by && descending === BY_NAME.descending;
}

/** As `aria-sort` has it, of a column's head. */
export function ariaSort(now: Sorting, by: SortColumn): 'ascending' | 'descending' | 'none' {
  if (now.by !== by) return 'none';
  return now.descending ? 'descending' : 'ascending';
}

/**
 * Whether rows may be sorted again without being asked for: nobody points at one or has the focus on one,
 * and what is looked at is the top, to which the news would come.
 */
export function sortsByItself(state: SessionState): boolean {
  if (!state.sorting.stale || state.paused !== null || state.building !== null) return false;
  return state.home && state.total <= MOST_BY_ITSELF && heldRow(state) === null;
}
