import { describe, expect, it } from 'vitest';
import { goToNextMatch } from '../../../../../src-renderer/state/tree/go-to.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_STATE, type SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';
import { row } from '../../frames.ts';

/** Where the next match leads from a state, of whose rows those in `matching` match. */
function next(part: {
  active?: number;
  first?: number;
  total?: number;
  known?: number;
  matching: readonly number[];
  filter?: string;
}) {
  const { active, first = 0, known = 10, total = known, matching, filter = 'x' } = part;
  const ids = Array.from({ length: known }, (_, at) => first + at);
  const rows = new Map(
    ids.map((id) => [
      id,
      {
        row: row(id, `t${String(id)}`, { match: matching.includes(id) }),
        delta: null,
        changes: 0,
        toldAt: 0,
      },
    ]),
  );
  const view = active === undefined ? undefined : rows.get(active);
  const state: SessionState = {
    ...EMPTY_STATE,
    filter,
    total,
    first,
    ids,
    rows,
    active: view === undefined || active === undefined ? null : { view, index: active },
  };
  const gone: number[] = [];
  const session = {
    store: { getState: () => state },
    goToIndex: (index: number) => void gone.push(index),
  } as unknown as ConnectionSession;
  goToNextMatch(session);
  return gone;
}

describe('goToNextMatch', () => {
  it('goes to the next row that matches for itself', () => {
    expect(next({ matching: [2, 5] })).toEqual([2]);
    expect(next({ active: 2, matching: [2, 5] })).toEqual([5]);
  });

  it('begins again after the last one', () => {
    expect(next({ active: 5, matching: [2, 5] })).toEqual([2]);
  });

  it('goes on to rows that are not known yet', () => {
    expect(next({ active: 5, matching: [2, 5], total: 50 })).toEqual([10]);
  });

  it('goes to the top where the first rows are not known', () => {
    expect(next({ active: 45, first: 40, total: 50, matching: [45] })).toEqual([0]);
  });

  it('stays where nothing is filtered', () => {
    expect(next({ matching: [2], filter: '' })).toEqual([]);
  });
});
