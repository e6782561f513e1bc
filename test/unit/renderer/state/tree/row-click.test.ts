import { describe, expect, test } from 'vitest';
import type { Row } from '../../../../../src-main/contract/model/view.ts';
import { clickRow, type RowClick } from '../../../../../src-renderer/state/tree/row-click.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_STATE, type SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';
import { row } from '../../frames.ts';

const PLAIN: RowClick = { ctrlKey: false, metaKey: false, detail: 1, onTwisty: false };
const BRANCH = { children: 3, own: 0 };

/** What a click on a row does. */
function click(part: Partial<Row>, how: Partial<RowClick> = {}, state: Partial<SessionState> = {}): string[] {
  const done: string[] = [];
  const session = {
    store: { getState: () => ({ ...EMPTY_STATE, ...state }) },
    activate: () => done.push('activate'),
    select: (key: string) => done.push(`select ${key}`),
    expand: (key: string) => done.push(`expand ${key}`),
    collapse: (key: string) => done.push(`collapse ${key}`),
    isOpen: ({ expanded }: Row) => expanded,
  } as unknown as ConnectionSession;
  const view = { row: row(1, 'a', part), cameAt: 0, delta: null, changes: 0 };
  clickRow(session, { view, index: 0 }, { ...PLAIN, ...how });
  expect(done.shift()).toBe('activate');
  return done;
}

const SELECTED: Partial<SessionState> = { selectedKey: 'a' };

describe('a click', () => {
  test('on a topic selects it', () => {
    expect(click({})).toEqual(['select a']);
    expect(click({}, { ctrlKey: true })).toEqual(['select a']);
  });

  test('on a branch selects and opens it; one that is open stays so', () => {
    expect(click(BRANCH)).toEqual(['select a', 'expand a']);
    expect(click({ ...BRANCH, own: 4 })).toEqual(['select a', 'expand a']);
    expect(click({ ...BRANCH, expanded: true })).toEqual(['select a']);
  });

  test('on the branch that is selected closes it, and opens it again', () => {
    expect(click({ ...BRANCH, expanded: true }, {}, SELECTED)).toEqual(['select a', 'collapse a']);
    expect(click(BRANCH, {}, SELECTED)).toEqual(['select a', 'expand a']);
  });

  test('with Ctrl, or Cmd, selects a branch and leaves it as it is', () => {
    expect(click(BRANCH, { ctrlKey: true })).toEqual(['select a']);
    expect(click({ ...BRANCH, expanded: true }, { metaKey: true }, SELECTED)).toEqual(['select a']);
  });

  test('on the arrow turns it and nothing else, each time', () => {
    expect(click(BRANCH, { onTwisty: true })).toEqual(['expand a']);
    expect(click({ ...BRANCH, expanded: true }, { onTwisty: true, detail: 2 })).toEqual(['collapse a']);
  });

  test('that goes on as a double click does not undo the first', () => {
    expect(click({ ...BRANCH, expanded: true }, { detail: 2 }, SELECTED)).toEqual([]);
    expect(click({}, { detail: 2 })).toEqual(['select a']);
  });
});
