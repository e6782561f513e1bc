// @vitest-environment happy-dom
import { act, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { InventoryView } from '../../../../../../src-renderer/features/retained/inventory/inventory-view.tsx';
import type { InventorySession } from '../../../../../../src-renderer/state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../../support/teardown.ts';
import type { FakeApp } from '../../../../../support/window/fake-app.ts';
import { answer, isDisabled, live, press, put, valueOf } from '../../../../../support/window/live.ts';
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

const ROWS = [storedRow('plant/a'), storedRow('plant/b')];

/** The view on the page, once it has read what the engine sends. */
async function open(more: Parameters<typeof inventoryWith>[1] = {}) {
  const asked = answerInventory(fake.engine, () => inventoryWith(ROWS, more));
  const page = live(<InventoryView session={session} production={null} />);
  await expect.poll(() => inventory.store.getState().inventory).not.toBeNull();
  return { page, asked, last: () => asked.at(-1) };
}

describe('The view of what is retained', () => {
  test('reads while it is on the page, and no more after that', async () => {
    const { page, asked } = await open();
    const { length } = asked;
    page.unmount();
    act(() => inventory.setState('stale'));
    await Promise.resolve();
    expect(asked).toHaveLength(length);
  });

  test('lists what has the state that is chosen, and asks for that', async () => {
    const { page, last } = await open();
    const state = page.getByRole('combobox', { name: 'State' });
    expect(
      within(state)
        .getAllByRole('option')
        .map(({ textContent }) => textContent),
    ).toEqual([...['All', 'Retained', 'Stale', 'Will return', 'Unknown']]);
    await page.user.selectOptions(state, 'Stale');
    await expect.poll(() => last()?.query).toEqual({ filter: '', state: 'stale' });
  });

  test('writes a size and an age into the filter, and shows what stands there', async () => {
    const { page } = await open();
    const larger = page.getByRole('textbox', { name: 'Larger than' });
    const older = page.getByRole('textbox', { name: 'Older than' });
    await put(page, larger, '1 KB');
    await page.user.keyboard('{Enter}');
    expect(session.store.getState().filter).toBe('size>1k');
    await put(page, older, '30d');
    // Leaving the field takes it as well.
    await page.user.tab();
    expect(session.store.getState().filter).toBe('size>1k seen>30d');
    act(() => session.setFilter('plant size>2m'));
    expect([valueOf(larger), valueOf(older)]).toEqual(['2m', '']);
    await page.user.clear(larger);
    await page.user.keyboard('{Enter}');
    expect(session.store.getState().filter).toBe('plant');
  });

  test('takes back what is no size, and leaves the filter alone', async () => {
    const { page } = await open();
    act(() => session.setFilter('size>5'));
    const larger = page.getByRole('textbox', { name: 'Larger than' });
    await put(page, larger, 'large');
    await page.user.keyboard('{Enter}');
    expect([valueOf(larger), session.store.getState().filter]).toEqual(['5', 'size>5']);
  });

  test('has the broker asked again, and says why that was refused until it is tried once more', async () => {
    const refusals = [failed('offline', 'There is no connection.', 'Connect first.')];
    const asked = answer(fake.engine, 'probeRetained', () => refusals.pop() ?? { kind: 'started' });
    const { page } = await open();
    await press(page, 'Probe');
    expect((await page.findByRole('alert')).textContent.trim()).toBe(
      'There is no connection. Connect first.',
    );
    await press(page, 'Probe');
    await expect.poll(() => page.queryByRole('alert')).toBeNull();
    expect(asked.map(({ query }) => query.state)).toEqual(['all', 'all']);
  });

  test('can have the probe stopped while it runs, once', async () => {
    const asked = answer(fake.engine, 'stopProbe', () => ({ kind: 'ok' }));
    const running = {
      kind: 'running',
      where: '#',
      found: 1,
      done: 1,
      total: 50_000,
      stopping: false,
    } as const;
    const { page } = await open({ probe: running });
    await press(page, 'Stop probing');
    await expect.poll(() => asked.length).toBe(1);
    const stopping = inventoryWith(ROWS, { probe: { ...running, stopping: true } });
    act(() => inventory.store.setState({ inventory: stopping }));
    expect(isDisabled(page.getByRole('button', { name: 'Stop probing' }))).toBe(true);
    // It is gone with the probe, and the keys stay where it was.
    act(() => inventory.store.setState({ inventory: inventoryWith(ROWS) }));
    expect(document.activeElement?.textContent).toBe('Probe');
  });

  test('keeps the focus on the button that began the probe while it runs', async () => {
    const asked = answer(fake.engine, 'probeRetained', () => ({ kind: 'started' }));
    const { page } = await open();
    await press(page, 'Probe');
    await expect.poll(() => asked.length).toBe(1);
    const probe = { kind: 'running', where: '#', found: 1, done: 1, total: 2, stopping: false } as const;
    act(() => inventory.store.setState({ inventory: inventoryWith(ROWS, { probe }) }));
    const button = page.getByRole('button', { name: 'Probe' });
    expect([button.matches(':disabled'), document.activeElement]).toEqual([false, button]);
    await page.user.keyboard('{Enter}');
    expect(asked).toHaveLength(1);
  });

  test('cannot be asked to probe while it does, and shows what is wrong with the filter', async () => {
    const { page } = await open({
      probe: { kind: 'running', where: '#', found: 1, done: 1, total: 2, stopping: false },
      problem: 'The bracket is not closed.',
    });
    await expect.poll(() => isDisabled(page.getByRole('button', { name: 'Probe' }))).toBe(true);
    expect((await page.findByRole('alert')).textContent).toContain('The bracket is not closed.');
  });

  test('counts what is chosen, and opens the preview of clearing exactly that', async () => {
    const summary = summaryOf(2, { chosen: { count: 1, bytes: 1_500, returning: 0 } });
    const { page } = await open({ summary });
    expect(
      await page.findByText((_, one) => one?.textContent === '1 selected 1.5 kB' && one.role === 'status'),
    ).toBeTruthy();
    act(() => inventory.toggle(storedRow('plant/b')));
    await press(page, 'Clear 1…');
    expect(session.store.getState().clearing).toMatchObject({
      part: 'clear',
      about: 'What is ticked in Retained.',
      scope: { kind: 'inventory', choice: { all: true, rules: [{ key: 'plant/b', on: false }] } },
    });
  });

  test('clears nothing where nothing is chosen, and the trash can be opened all the same', async () => {
    const { page } = await open({ summary: summaryOf(2, { chosen: { count: 0, bytes: 0, returning: 0 } }) });
    expect(isDisabled(page.getByRole('button', { name: 'Clear 0…' }))).toBe(true);
    await press(page, 'Open trash');
    expect(session.store.getState().clearing).toMatchObject({ keys: [], part: 'trash' });
  });
});
