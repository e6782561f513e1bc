import { describe, expect, it } from 'vitest';
import type { TopicsToForget } from '../../../../../src-main/contract/session/found-topics.ts';
import {
  besideForgotten,
  forgetTopics,
  goesWith,
} from '../../../../../src-renderer/state/forgetting/forget-topics.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_STATE, type SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';
import { row } from '../../frames.ts';

const KEYS = ['a', 'a/b', 'a/b/c', 'a/d', 'e', 'e/f'];

function stateOf(keys: readonly string[], part: Partial<SessionState> = {}): SessionState {
  const views = keys.map((key, id) => {
    const children = keys.filter((other) => other.startsWith(`${key}/`)).length;
    return {
      row: row(id, key, { children, topics: children + 1, usual: key === 'a/d' ? 5_000 : null }),
      delta: null,
      changes: 0,
      cameAt: 0,
    };
  });
  return {
    ...EMPTY_STATE,
    total: keys.length,
    ids: keys.map((_, id) => id),
    rows: new Map(views.map((view, id) => [id, view])),
    ...part,
  };
}

/** What is selected after a wish, and where the active row is sent. */
async function selectedAfter(what: TopicsToForget, selectedKey: string | null, during?: string) {
  let state = stateOf(KEYS, { selectedKey });
  const at = selectedKey === null ? -1 : KEYS.indexOf(selectedKey);
  const view = state.rows.get(at);
  if (view !== undefined) state = { ...state, active: { view, index: at } };
  const sent: string[] = [];
  const session = {
    connectionId: 'c',
    store: { getState: () => state },
    client: {
      call: (_name: string, params: unknown) => {
        expect(params).toEqual({ connection: 'c', what });
        if (during !== undefined) state = { ...state, selectedKey: during };
        return Promise.resolve({ topics: 1, messages: 2, retained: 0 });
      },
    },
    select: (key: string | null) => (state = { ...state, selectedKey: key }),
    goToKey: (key: string) => sent.push(key),
  } as unknown as ConnectionSession;
  expect(await forgetTopics(session, what)).toMatchObject({ topics: 1 });
  return [state.selectedKey, ...sent];
}

const topic = (key: string) => ({ kind: 'topic', key }) as const;
const subtree = (key: string) => ({ kind: 'subtree', key }) as const;

describe('the row that takes the place of what is forgotten', () => {
  it('is the next on its level, else the one before, else the branch above', () => {
    const state = stateOf(KEYS);
    expect(besideForgotten(state, subtree('a'))).toBe('e');
    expect(besideForgotten(state, subtree('a/b'))).toBe('a/d');
    expect(besideForgotten(state, topic('a/d'))).toBe('a/b');
    expect(besideForgotten(state, topic('a/b/c'))).toBe('a/b');
    expect(besideForgotten(state, subtree('e'))).toBe('a');
    expect(besideForgotten(stateOf(['a']), topic('a'))).toBeNull();
  });

  it('is beside the levels that only led to it, which go with it', () => {
    const before = stateOf(['a', 'a/b', 'a/b/c', 'd']);
    const topics = new Map([
      ['a', 2],
      ['a/b', 1],
      ['a/b/c', 1],
      ['d', 1],
    ]);
    const rows = new Map(
      [...before.rows].map(([id, view]) => {
        const count = topics.get(view.row.key) ?? 1;
        return [id, { ...view, row: { ...view.row, topics: count } }] as const;
      }),
    );
    expect(besideForgotten({ ...before, rows }, topic('a/b/c'))).toBe('a');
    const all = new Map([...rows].map(([id, view]) => [id, { ...view, row: { ...view.row, topics: 1 } }]));
    expect(besideForgotten({ ...before, rows: all }, topic('a/b/c'))).toBe('d');
  });

  it('is the branch above where the window does not hold its row', () => {
    expect(besideForgotten(stateOf(['z']), topic('x/y'))).toBe('x');
  });
});

describe('the selection', () => {
  it('moves off what is forgotten with all that lies on it', async () => {
    expect(await selectedAfter(topic('a/d'), 'a/d')).toEqual(['a/b', 'a/b']);
    expect(await selectedAfter(subtree('a'), 'a/b/c')).toEqual(['e', 'e']);
  });

  it('stays on another topic, on a branch that stays, and where a person went meanwhile', async () => {
    expect(await selectedAfter(topic('a/d'), 'e')).toEqual(['e']);
    expect(await selectedAfter(topic('a/b'), 'a/b')).toEqual(['a/b']);
    expect(await selectedAfter(topic('a/d'), 'a/d', 'e/f')).toEqual(['e/f']);
    expect(await selectedAfter(topic('a/d'), null)).toEqual([null]);
  });

  it('goes up from a late topic when all that are late are forgotten', async () => {
    expect(await selectedAfter({ kind: 'late' }, 'a/d')).toEqual(['a', 'a']);
    expect(await selectedAfter({ kind: 'late' }, 'e')).toEqual(['e']);
  });

  it('knows by name what goes with a branch', () => {
    expect(['a', 'a/b', 'ab'].map((key) => goesWith(subtree('a'), key, '/'))).toEqual([true, true, false]);
    expect(['a', 'a/b'].map((key) => goesWith(topic('a'), key, '/'))).toEqual([true, false]);
    expect(goesWith({ kind: 'late' }, 'a', '/')).toBe(false);
    expect(['a.b', 'a/b'].map((key) => goesWith(subtree('a'), key, '.'))).toEqual([true, false]);
    // A name that is no text may lie below one that is.
    expect(goesWith(subtree('a'), '\0a/\\xff', '/')).toBe(true);
  });
});
