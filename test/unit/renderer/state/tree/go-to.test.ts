import { describe, expect, it } from 'vitest';
import {
  activeBranch,
  goToBusiest,
  goToNextMatch,
  goUp,
  levelsAbove,
} from '../../../../../src-renderer/state/tree/go-to.ts';
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
        cameAt: 0,
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

describe('the levels above a topic', () => {
  it('are listed from the top, each with its own key and name', () => {
    expect(levelsAbove('a', '/')).toEqual({ before: '', levels: [] });
    expect(levelsAbove('a//b', '/')).toEqual({
      before: '',
      levels: [
        { key: 'a', name: 'a' },
        { key: 'a/', name: '' },
      ],
    });
    expect(levelsAbove('\0a\\xff/b/c', '/')).toEqual({
      before: '',
      levels: [
        { key: '\0a\\xff', name: 'a\\xff' },
        { key: '\0a\\xff/b', name: 'b' },
      ],
    });
  });

  it('are those of the tree, where dots divide it', () => {
    expect(levelsAbove('a/b..c', '.')).toEqual({
      before: '',
      levels: [
        { key: 'a/b', name: 'a/b' },
        { key: 'a/b.', name: '' },
      ],
    });
    expect(levelsAbove('$a/b.c', '.').levels).toEqual([{ key: '$a', name: '$a' }]);
    const { before } = levelsAbove(Array.from({ length: 20 }, () => 'x').join('.'), '.');
    expect(before).toBe('x.x.x.x.x.x.x.');
  });

  it('are the nearest twelve, and a text before them', () => {
    const deep = Array.from({ length: 300 }, (_, n) => `l${String(n)}`);
    const { before, levels } = levelsAbove(deep.join('/'), '/');
    expect(levels.map(({ name }) => name)).toEqual(deep.slice(287, 299));
    expect(before).toBe(`${deep.slice(0, 287).join('/')}/`);
  });
});

/** What is done with a session in some state, of which the engine answers with a busiest topic. */
function withSession(part: Partial<SessionState>, key: string | null = null) {
  const state: SessionState = { ...EMPTY_STATE, ...part };
  const done: string[] = [];
  const session = {
    connectionId: 'c',
    client: {
      call: (name: string, { below }: { below: string | null }) => {
        done.push(`${name} ${String(below)}`);
        return Promise.resolve({ key });
      },
    },
    store: { getState: () => state },
    setFilter: (text: string) => void done.push(`filter "${text}"`),
    select: (to: string) => void done.push(`select ${to}`),
    reveal: (to: string) => void done.push(`reveal ${to}`),
  } as unknown as ConnectionSession;
  return { session, done };
}

describe('the ways through branches', () => {
  const active = (key: string, children: number) => ({
    active: { view: { row: row(1, key, { children }), cameAt: 0, delta: null, changes: 0 }, index: 0 },
  });

  it('lead up from what is selected, and no further than the top', () => {
    const { session, done } = withSession({ selectedKey: 'a/b/c' });
    goUp(session);
    expect(done).toEqual(['select a/b', 'reveal a/b']);
    for (const selectedKey of ['a', null]) {
      const top = withSession({ selectedKey });
      goUp(top.session);
      expect(top.done).toEqual([]);
    }
  });

  it('begin at the active branch, or at the one that the active topic lies in', () => {
    expect(activeBranch(withSession(active('a/b', 2)).session)).toBe('a/b');
    expect(activeBranch(withSession(active('a/b', 0)).session)).toBe('a');
    expect(activeBranch(withSession(active('b', 0)).session)).toBe(null);
    expect(activeBranch(withSession({}).session)).toBe(null);
  });

  it('lead down to the busiest topic, whatever the filter hides', async () => {
    const { session, done } = withSession({ filter: 'x' }, 'a/b/c');
    expect(await goToBusiest(session, 'a')).toBe('Went to the busiest topic');
    expect(done).toEqual(['busiestTopic a', 'filter ""', 'select a/b/c', 'reveal a/b/c']);
    const nothing = withSession({});
    expect(await goToBusiest(nothing.session, null)).toBe('Nothing is below it');
    expect(nothing.done).toEqual(['busiestTopic null']);
  });
});
