// @vitest-environment happy-dom
import { act, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Inventory } from '../../../../../../src-main/contract/session/inventory.ts';
import { InventoryGrid } from '../../../../../../src-renderer/features/retained/inventory/inventory-grid.tsx';
import type { InventorySession } from '../../../../../../src-renderer/state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import type { FakeApp } from '../../../../../support/window/fake-app.ts';
import { isChecked, live, type Live } from '../../../../../support/window/live.ts';
import {
  inventoryWith,
  storedRow,
  summaryOf,
  answerInventory,
} from '../../../../../support/window/inventory-answers.ts';
import { fakeInventory } from '../../../../../support/window/fake-inventory.ts';

let fake: FakeApp;
let session: ConnectionSession;
let inventory: InventorySession;

beforeEach(() => {
  ({ fake, session, inventory } = fakeInventory());
});
afterEach(teardown);

const ROWS = [
  storedRow('plant', { entry: null, expanded: true, count: 2 }),
  storedRow('plant/a', { level: 2 }),
  storedRow('plant/b', { level: 2, chosen: 'none' }),
  storedRow('yard/gate'),
];

/** The list on the page, of what the engine sends; read once. */
async function drawn(reported: () => Inventory = () => inventoryWith(ROWS)) {
  const asked = answerInventory(fake.engine, reported);
  // As many rows as fit in a window that has a size.
  act(() => inventory.resize(10));
  onTeardown(inventory.watch());
  const page = live(<InventoryGrid session={session} inventory={inventory} />);
  await expect.poll(() => inventory.store.getState().inventory).not.toBeNull();
  act(() => inventory.resize(10));
  return { page, asked, last: () => asked.at(-1) };
}
const topics = (page: Live) =>
  page
    .getAllByRole('row')
    .flatMap((one) => (one.dataset['topic'] === undefined ? [] : [one.dataset['topic']]));
const focused = () => (document.activeElement as HTMLElement | null)?.dataset['topic'];
const all = (page: Live) => page.getByRole<HTMLInputElement>('checkbox', { name: 'Select all' });

describe('The list of retained messages', () => {
  test('has its rows in their order, and says how many there are beside its heads', async () => {
    const { page } = await drawn();
    expect(topics(page)).toEqual(['plant', 'plant/a', 'plant/b', 'yard/gate']);
    const grid = page.getByRole('treegrid', { name: 'Retained messages' });
    expect(grid.getAttribute('aria-rowcount')).toBe('5');
    expect(
      page.getAllByRole('columnheader').map((one) => one.getAttribute('aria-label') ?? one.textContent),
    ).toEqual([...['Selected', 'Topic', 'Value', 'Size', 'QoS', 'Age', 'State', 'Type']]);
  });

  test('has room for a content type once there is one, and goes on having it', async () => {
    const typed = storedRow('typed');
    const entry = typed.entry && { ...typed.entry, contentType: 'application/json' };
    let rows = ROWS;
    const { page } = await drawn(() => inventoryWith(rows));
    const hasRoom = () => page.getByRole('treegrid').classList.contains('inv-typed');
    expect(hasRoom()).toBe(false);
    rows = [...ROWS, { ...typed, entry }];
    act(() => inventory.expandAll(true));
    await expect.poll(hasRoom).toBe(true);
    rows = ROWS;
    act(() => inventory.expandAll(false));
    await expect.poll(() => inventory.store.getState().rows.length).toBe(4);
    expect(hasRoom()).toBe(true);
  });

  test('is sorted by the head that is pressed: sizes and ages from the largest, and again turned round', async () => {
    const { page, last } = await drawn();
    const sort = (name: string) => page.getByRole('columnheader', { name }).getAttribute('aria-sort');
    expect([sort('Topic'), sort('Size')]).toEqual(['ascending', 'none']);
    const press = (name: string) =>
      page.user.click(within(page.getByRole('columnheader', { name })).getByRole('button', { name }));
    await press('Size');
    expect([sort('Topic'), sort('Size')]).toEqual(['none', 'descending']);
    await expect.poll(() => last()?.sort).toEqual({ by: 'size', descending: true });
    await press('Size');
    expect(sort('Size')).toBe('ascending');
    await press('QoS');
    await expect.poll(() => last()?.sort).toEqual({ by: 'qos', descending: false });
  });

  test('is walked, closed, chosen and cleared by keys, and the focus goes along', async () => {
    const { page, last } = await drawn();
    act(() => page.getAllByRole('row')[1]?.focus());
    await page.user.keyboard('{ArrowDown}');
    await expect.poll(focused).toBe('plant/a');
    await page.user.keyboard('{End}');
    await expect.poll(focused).toBe('yard/gate');
    await page.user.keyboard('{Home}');
    await expect.poll(focused).toBe('plant');
    await page.user.keyboard('{ArrowLeft}');
    await expect.poll(() => last()?.expansion).toEqual({ open: true, except: ['plant'] });
    await page.user.keyboard(' ');
    await expect.poll(() => last()?.choice.rules).toEqual([{ key: 'plant', on: false }]);
    await page.user.keyboard('{Delete}');
    expect(session.store.getState().clearing).toMatchObject({
      scope: { kind: 'inventory', choice: { all: false, rules: [{ key: 'plant', on: true }] } },
    });
  });

  test('is chosen as a whole by Ctrl+A, and not at all by the next, also where some cannot be chosen', async () => {
    let chosen = 1;
    const summary = () =>
      summaryOf(4, {
        chosen: { count: chosen, bytes: 1, returning: 0 },
        unchosen: { unknown: 0, protected: 1 },
      });
    const { page, last } = await drawn(() => inventoryWith(ROWS, { summary: summary() }));
    expect([isChecked(all(page)), all(page).indeterminate]).toEqual([true, true]);
    act(() => page.getAllByRole('row')[1]?.focus());
    chosen = 3;
    await page.user.keyboard('{Control>}a{/Control}');
    await expect.poll(() => last()?.choice).toEqual({ all: true, rules: [] });
    await expect.poll(() => inventory.store.getState().inventory?.summary.chosen.count).toBe(3);
    // The one that cannot be chosen is no less below it.
    expect([isChecked(all(page)), all(page).indeterminate]).toEqual([true, true]);
    chosen = 4;
    await expect.poll(() => all(page).indeterminate).toBe(false);
    await page.user.keyboard('{Control>}a{/Control}');
    await expect.poll(() => last()?.choice).toEqual({ all: false, rules: [] });
  });

  test('is chosen as a whole by the box of its head, or not at all where some of it is', async () => {
    let chosen = 0;
    const { page, last } = await drawn(() =>
      inventoryWith(ROWS, { summary: summaryOf(4, { chosen: { count: chosen, bytes: 0, returning: 0 } }) }),
    );
    expect([isChecked(all(page)), all(page).indeterminate]).toEqual([false, false]);
    chosen = 2;
    await page.user.click(all(page));
    await expect.poll(() => last()?.choice).toEqual({ all: true, rules: [] });
    await expect.poll(() => all(page).indeterminate).toBe(true);
    await page.user.click(all(page));
    await expect.poll(() => last()?.choice).toEqual({ all: false, rules: [] });
  });

  test('opens and closes a parent by its arrow, and does nothing where there is none', async () => {
    const { page, last, asked } = await drawn();
    const twisty = page.getAllByRole('row')[1]?.querySelector('[data-twisty]');
    await page.user.click(twisty as Element);
    await expect.poll(() => last()?.expansion).toEqual({ open: true, except: ['plant'] });
    const { length } = asked;
    await page.user.click(page.getByText('plant/a'));
    expect(asked.slice(length).every(({ expansion }) => expansion.except.length === 1)).toBe(true);
  });

  test('keeps the focus while the row that a key goes to is read, and can be reached where it is out of sight', async () => {
    const many = Array.from({ length: 500 }, (_, at) => storedRow(`plant/${at}`));
    let readsFrom = 0;
    const reads = () => inventoryWith(many.slice(readsFrom, readsFrom + 90), { from: readsFrom, rows: 500 });
    const { page } = await drawn(reads);
    const grid = page.getByRole('treegrid');
    await page.user.tab();
    await page.user.keyboard('{ArrowDown}');
    await expect.poll(focused).toBe('plant/1');
    await page.user.keyboard('{End}');
    await expect.poll(() => document.activeElement).toBe(grid);
    readsFrom = 410;
    act(() => inventory.resize(11));
    await expect.poll(focused).toBe('plant/499');
    await page.user.keyboard('{ArrowUp}');
    await expect.poll(focused).toBe('plant/498');
    // Another row is the stop of Tab while the active one is out of sight.
    act(() => inventory.scrollTo(430));
    await expect.poll(() => document.activeElement).toBe(grid);
    expect(
      [...grid.querySelectorAll<HTMLElement>('[tabindex="0"]')].map(({ dataset }) => dataset['topic']),
    ).toEqual(['plant/430']);
    await page.user.keyboard('{ArrowUp}');
    await expect.poll(focused).toBe('plant/497');
  });

  test('that is empty says so, takes the focus, and gives it to its first row once there is one', async () => {
    let rows: Inventory['window'] = [];
    const { page } = await drawn(() => inventoryWith(rows));
    expect(page.getByText('No retained messages.')).toBeTruthy();
    const grid = page.getByRole('treegrid');
    expect(grid.tabIndex).toBe(0);
    act(() => grid.focus());
    rows = [storedRow('plant/a')];
    act(() => inventory.setState('retained'));
    await expect.poll(focused).toBe('plant/a');
    expect(grid.tabIndex).toBe(-1);
  });
});
