// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { InventoryEntry, InventoryRow } from '../../../../../../src-main/contract/session/inventory.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { displayTopic, topicKey } from '../../../../../../src-main/core/topics/names.ts';
import { InventoryRowView } from '../../../../../../src-renderer/features/retained/inventory/inventory-row.tsx';
import {
  inventoryOf,
  type InventorySession,
} from '../../../../../../src-renderer/state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession, SESSION_NOW } from '../../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { isChecked, isDisabled, live } from '../../../../../support/window/live.ts';
import { storedEntry, storedRow } from '../../../../../support/window/inventory-answers.ts';

let session: ConnectionSession;
let inventory: InventorySession;

beforeEach(() => {
  session = fakeSession(fakeApp());
  inventory = inventoryOf(session);
});
afterEach(teardown);

const DAY = 86_400_000;

function drawn(row: InventoryRow, active = false) {
  const page = live(<InventoryRowView {...{ row, index: 3, y: 72, active, session, inventory }} />);
  const cells = () => page.getAllByRole('gridcell').map(({ textContent }) => textContent.trim());
  return { ...page, row: page.getByRole('row'), cells, tick: page.getByRole<HTMLInputElement>('checkbox') };
}
const entry = (more: Partial<InventoryEntry>, row: Partial<InventoryRow> = {}) =>
  drawn(storedRow('plant/a', { entry: storedEntry(more), ...row }));

describe('A row of the retained messages', () => {
  test('shows value, size, QoS, age with its source, state and type in the places of their columns', () => {
    const { cells, row, getAllByRole } = entry({
      ...{ age: { at: SESSION_NOW - 3 * DAY, source: 'payload' }, contentType: 'text/plain', size: 2_000 },
      ...{ state: 'stale', qos: 2 },
    });
    expect(cells()).toEqual(['', 'plant/a', '71', '2.0 kB', '2', '3 d, payload', 'stale', 'text/plain']);
    expect(getAllByRole('gridcell').map((cell) => cell.getAttribute('aria-colindex'))).toEqual([
      ...'12345678',
    ]);
    expect(['aria-rowindex', 'aria-level', 'aria-expanded', 'data-topic'].map((name) => row.getAttribute(name)))
      .toEqual(['5', '1', null, 'plant/a']); // prettier-ignore
  });

  test('counts the age on where nothing else changes', () => {
    vi.useFakeTimers();
    onTeardown(() => void vi.useRealTimers());
    const one = entry({ age: { at: SESSION_NOW - 8_000, source: 'stored' } });
    expect(one.cells()[5]).toBe('at least 8 s');
    vi.spyOn(session, 'now').mockReturnValue(SESSION_NOW + 2_000);
    act(() => void vi.advanceTimersByTime(1_000));
    expect(one.cells()[5]).toBe('at least 10 s');
  });

  test('invents nothing: what is not known stays empty', () => {
    expect(entry({ size: null, qos: null, age: null }).cells()).toEqual([
      ...['', 'plant/a', '71', '', '', '', 'retained', ''],
    ]);
  });

  test('says what was learnt before the connection was lost, and why one cannot be cleared', () => {
    const before = entry({ asOf: true, contentType: 'text/plain' });
    expect(before.cells()[6]).toBe('retained, as of before');
    // The columns are narrow.
    const [, , value, , , , state] = before.getAllByRole('gridcell').map(({ title }) => title);
    expect([value, state]).toEqual(['71, text/plain', 'retained, as of before']);
    const locked = entry(
      { state: 'protected', excluded: 'The broker writes this topic itself.' },
      { chosen: 'never' },
    );
    expect(locked.getAllByRole('gridcell')[6]?.title).toBe('The broker writes this topic itself.');
    expect(isDisabled(locked.tick)).toBe(true);
  });

  test('of a parent adds up what lies below it, and says that it has no QoS, state or type of its own', () => {
    const parent = storedRow('plant', {
      ...{ entry: null, expanded: false, count: 402, bytes: 9_000, chosen: 'some' },
      oldest: { at: SESSION_NOW - 41 * DAY, source: 'stored' },
    });
    const { cells, row, tick, getAllByRole } = drawn(parent);
    expect(cells()).toEqual(['', 'plant', '402 messages', '9.0 kB', '', 'at least 41 d', '', '']);
    expect(row.getAttribute('aria-expanded')).toBe('false');
    expect([isChecked(tick), tick.indeterminate]).toEqual([true, true]);
    expect([4, 6, 7].map((at) => getAllByRole('gridcell')[at]?.getAttribute('aria-label'))).toEqual([
      ...['No QoS of its own', 'No state of its own', 'No type of its own'],
    ]);
  });

  test('of a message that others lie below counts them beside its value', () => {
    const both = storedRow('plant', { expanded: true, count: 3, bytes: 600 });
    expect(drawn(both).cells().slice(2, 4)).toEqual(['71 2 below', '600 B']);
  });

  test('is chosen by its box, which is named by its topic', async () => {
    const { user, tick } = entry({}, { chosen: 'none' });
    expect([tick.getAttribute('aria-label'), isChecked(tick)]).toEqual(['Select plant/a', false]);
    await user.click(tick);
    expect(inventory.store.getState().choice.rules).toEqual([{ key: 'plant/a', on: true }]);
  });

  test('is the one tab stop where keys act, and its message is inspected by a double click', async () => {
    expect(drawn(storedRow('a'), true).row.tabIndex).toBe(0);
    const { row, user } = drawn(storedRow('plant/a'));
    expect(row.tabIndex).toBe(-1);
    await user.dblClick(row);
    expect(inventory.store.getState().inspecting).toBe(true);
    expect(session.store.getState().selectedKey).toBe('plant/a');
  });

  test('shows an empty level in words, and no name as anything but text', () => {
    expect(drawn(storedRow('/', { name: '' })).cells()[1]).toBe('(empty level)');
    for (const text of HOSTILE_TEXTS) {
      const key = topicKey(new TextEncoder().encode(text));
      const { row, tick } = drawn(storedRow(key, { name: displayTopic(key) }));
      const shown = [
        row.textContent,
        tick.getAttribute('aria-label') ?? '',
        row.children[1]?.getAttribute('title'),
      ];
      for (const one of shown) expect(isSafeText(one ?? ''), JSON.stringify(one)).toBe(true);
    }
  });
});
