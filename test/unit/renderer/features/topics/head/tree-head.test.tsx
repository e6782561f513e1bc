// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ShownSorting } from '../../../../../../src-main/contract/model/sorting.ts';
import { TreeHead } from '../../../../../../src-renderer/features/topics/head/tree-head.tsx';
import {
  DEFAULT_COLUMNS,
  fieldColumn,
  TreeColumns,
  type ColumnId,
} from '../../../../../../src-renderer/state/tree/tree-columns.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../../support/window/fake-session.ts';
import { answer, live, type Live } from '../../../../../support/window/live.ts';
import type { ViewAction } from '../../../../../../src-main/contract/model/view.ts';

let fake: FakeApp;
let session: ConnectionSession;
let chosen: TreeColumns;
let actions: ViewAction[];

beforeEach(async () => {
  fake = fakeApp();
  actions = [];
  answer(fake.engine, 'updateView', ({ action }) => {
    if (action.kind !== 'look' && action.kind !== 'open-small') actions.push(action);
    return { kind: 'done' };
  });
  session = fakeSession(fake);
  chosen = new TreeColumns(null, 'p');
  await expect.poll(() => session.store.getState().revision).toBe(1);
});
afterEach(teardown);

const BY_NAME: ShownSorting = { by: 'name', descending: false, stale: false };
const head = (sorting = BY_NAME, offered: readonly ColumnId[] = [], above: string | null = null) => (
  <div role="treegrid" aria-label="Topics">
    <TreeHead {...{ session, above, sorting, offered, chosen }} columns={chosen.columns} />
  </div>
);
const heads = (page: Live) => page.getAllByRole('columnheader');
const sorts = (page: Live) => heads(page).map((one) => one.getAttribute('aria-sort'));
const shown = () => chosen.columns.map(({ id }) => id);
/** What the keys of a menu are at. */
const at = () => document.activeElement?.textContent ?? '';
async function walkTo(page: Live, name: string): Promise<void> {
  for (let steps = 0; steps < 30 && !at().startsWith(name); steps++) await page.user.keyboard('{ArrowDown}');
  expect(at()).toContain(name);
}
/** By the keyboard to an entry of the menu of the columns, which may lie in the menu of one of them. */
async function goTo(page: Live, ...names: readonly string[]): Promise<void> {
  act(() => page.getByRole('button', { name: 'Columns…' }).focus());
  await page.user.keyboard('{Enter}');
  await expect.poll(() => document.activeElement?.getAttribute('role')).toBe('menuitem');
  for (const [place, name] of names.entries()) {
    await walkTo(page, name);
    if (place === names.length - 1) return;
    await page.user.keyboard('{ArrowRight}');
    await expect.poll(at).toMatch(/^Hide/);
  }
}
async function choose(page: Live, ...names: readonly string[]): Promise<void> {
  await goTo(page, ...names);
  await page.user.keyboard('{Enter}');
  await expect.poll(() => page.queryByRole('menu')).toBeNull();
}

describe('The heads of the tree', () => {
  test('sort by a press on their name, the way that is of use first, and turn round by another', async () => {
    const page = live(head());
    await page.user.click(page.getByRole('button', { name: 'Rate' }));
    await expect.poll(() => actions).toEqual([{ kind: 'sort', sorting: { by: 'rate', descending: true } }]);
    act(() => session.store.setState({ sorting: { by: 'rate', descending: true, stale: false } }));
    await page.user.click(page.getByRole('button', { name: 'Rate' }));
    await expect
      .poll(() => actions.at(-1))
      .toEqual({ kind: 'sort', sorting: { by: 'rate', descending: false } });
  });

  test('say which one sorts and how, and of the order by name nothing is drawn', () => {
    const page = live(head());
    expect(sorts(page)).toEqual(['ascending', null, 'none', 'none', 'none']);
    expect(page.getByRole('button', { name: 'Topic' }).querySelector('svg')).toBeNull();
    page.again(head({ by: 'messages', descending: true, stale: false }));
    expect(sorts(page)).toEqual(['none', null, 'descending', 'none', 'none']);
    expect(page.getByRole('button', { name: 'Messages' }).querySelector('svg')).not.toBeNull();
  });

  test('offer to sort again only where figures changed, and do that', async () => {
    const page = live(head());
    expect(page.queryByRole('button', { name: 'Order changed' })).toBeNull();
    page.again(head({ by: 'rate', descending: true, stale: true }));
    await page.user.click(page.getByRole('button', { name: 'Order changed' }));
    await expect.poll(() => actions.map(({ kind }) => kind)).toEqual(['sort']);
  });

  test('expand and collapse all', async () => {
    const page = live(head());
    await page.user.click(page.getByRole('button', { name: 'Expand all' }));
    await page.user.click(page.getByRole('button', { name: 'Collapse all' }));
    await expect.poll(() => actions.map(({ kind }) => kind)).toEqual(['expand-all', 'collapse-all']);
  });

  test('show where the first row lies whose parents are scrolled away', () => {
    const page = live(head(BY_NAME, [], 'plant/hall/'));
    expect(page.getByText('plant/hall/')).toBeTruthy();
    page.again(head());
    expect(page.queryByText('plant/hall/')).toBeNull();
  });
});

describe('The menu of the columns', () => {
  test('hides a column and shows it again, as the last one', async () => {
    const page = live(head());
    await choose(page, 'Messages', 'Hide Messages');
    expect(shown()).toEqual(['value', 'rate', 'seen']);
    page.again(head());
    await choose(page, 'Show Messages');
    expect(shown()).toEqual(['value', 'rate', 'seen', 'messages']);
    page.again(head());
    await choose(page, 'Reset columns');
    expect(chosen.columns).toEqual(DEFAULT_COLUMNS);
  });

  test('moves a column, but not beyond the ends', async () => {
    const page = live(head());
    await choose(page, 'Rate', 'Move Rate left');
    expect(shown()).toEqual(['value', 'rate', 'messages', 'seen']);
    page.again(head());
    await goTo(page, 'Value', 'Move Value left');
    expect(at()).toContain('it is the first');
    await page.user.keyboard('{Enter}');
    expect(shown()).toEqual(['value', 'rate', 'messages', 'seen']);
  });

  test('offers fields that are watched as columns, which do not sort', async () => {
    const field = fieldColumn(['sensor', 'temperature']);
    const page = live(head(BY_NAME, [field]));
    await choose(page, 'Show temperature');
    page.again(head(BY_NAME, [field]));
    expect(shown().at(-1)).toBe(field);
    const last = heads(page).at(-1);
    expect([last?.textContent, last?.getAttribute('aria-sort')]).toEqual(['temperature', null]);
  });

  test('sorts by late topics, which have no column', async () => {
    const page = live(head());
    await choose(page, 'Sort by late topics');
    await expect.poll(() => actions).toEqual([{ kind: 'sort', sorting: { by: 'late', descending: true } }]);
  });
});

describe('A head under the pointer', () => {
  /** Columns are drawn one beside the other, 100 px each, behind a topic of 300 px. */
  function laidOut(): Live {
    vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockImplementation(function (this: HTMLElement) {
      const at = shown().findIndex((id) => id === this.dataset['column']);
      return at < 0 ? new DOMRect(0, 0, 300, 20) : new DOMRect(300 + 100 * at, 0, 100, 20);
    });
    vi.spyOn(HTMLElement.prototype, 'setPointerCapture').mockImplementation(() => undefined);
    onTestFinished(() => void vi.restoreAllMocks());
    return live(head());
  }
  const columnHead = (page: Live, id: ColumnId) => {
    const found = heads(page).find(({ dataset }) => dataset['column'] === id);
    if (found === undefined) throw new Error(`no column ${id}`);
    return found;
  };
  const down = (clientX: number) => ({ clientX, button: 0, buttons: 1, pointerId: 1 });

  test('is dragged to another place, shows where it would go, and sorts nothing by that', async () => {
    const page = laidOut();
    const seen = columnHead(page, 'seen');
    fireEvent.pointerDown(seen, down(650));
    fireEvent.pointerMove(seen, down(410));
    expect(columnHead(page, 'messages').dataset['drop']).toBe('before');
    fireEvent.pointerUp(seen, down(410));
    fireEvent.click(page.getByRole('button', { name: 'Last seen' }));
    expect(shown()).toEqual(['value', 'seen', 'messages', 'rate']);
    expect(actions).toEqual([]);
  });

  test('goes back by Escape, and is only pressed where it was hardly moved', async () => {
    const page = laidOut();
    const seen = columnHead(page, 'seen');
    fireEvent.pointerDown(seen, down(650));
    fireEvent.pointerMove(seen, down(410));
    await page.user.keyboard('{Escape}');
    fireEvent.pointerUp(seen, down(410));
    expect(shown()).toEqual(DEFAULT_COLUMNS.map(({ id }) => id));
    fireEvent.pointerDown(seen, down(650));
    fireEvent.pointerMove(seen, down(648));
    fireEvent.pointerUp(seen, down(648));
    await page.user.click(page.getByRole('button', { name: 'Last seen' }));
    await expect.poll(() => actions.map(({ kind }) => kind)).toEqual(['sort']);
    expect(shown()).toEqual(DEFAULT_COLUMNS.map(({ id }) => id));
  });

  test('is made wider by its line, which does not drag the head', () => {
    const page = laidOut();
    const grip = columnHead(page, 'rate').querySelector('.tt-grip');
    if (grip === null) throw new Error('no grip');
    fireEvent.pointerDown(grip, down(500));
    fireEvent.pointerMove(grip, down(460));
    fireEvent.pointerUp(grip, down(460));
    fireEvent.pointerMove(grip, down(300));
    expect(chosen.columns.map(({ width }) => width)).toEqual([100, 100, 140, 100]);
    expect(shown()).toEqual(DEFAULT_COLUMNS.map(({ id }) => id));
    fireEvent.pointerDown(grip, { ...down(500), button: 2 });
    fireEvent.pointerMove(grip, down(400));
    expect(chosen.columns.map(({ width }) => width)).toEqual([100, 100, 140, 100]);
  });
});
