import { createStore } from 'zustand/vanilla';
import { expect, test } from 'vitest';
import type { InventoryRow } from '../../../../../../src-main/contract/session/inventory.ts';
import { pressInventory } from '../../../../../../src-renderer/features/retained/inventory/inventory-keys.ts';
import type { InventorySession } from '../../../../../../src-renderer/state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';

const row = (key: string, expanded: boolean | null = null): InventoryRow =>
  ({ key, topic: key, expanded, entry: expanded === null ? {} : null }) as unknown as InventoryRow;

const ROWS = [
  row('plant', true),
  row('plant/a', true),
  row('plant/a/x'),
  row('plant/a/y'),
  row('yard', false),
];

interface At {
  /** Null: nothing has been chosen yet. */
  readonly active?: number | null;
  readonly top?: number;
  readonly total?: number;
  /** Index of the first loaded row. */
  readonly first?: number;
}

/** The inventory with keys on a row of it, and what a key did. */
function press(
  key: string,
  { active = 0, top = 0, total = ROWS.length, first = 0 }: At = {},
  held: object = {},
) {
  const did: string[] = [];
  const state = {
    active: active === null ? null : { index: active },
    top,
    total,
    viewRows: 3.5,
    rows: ROWS,
    first,
  };
  const inventory = {
    store: createStore(() => state),
    rowAt: (at: number) => ROWS[at - first],
    goTo: (at: number) => did.push(`go ${at}`),
    turn: (of: string, open: boolean) => did.push(`${open ? 'open' : 'close'} ${of}`),
    toggle: (of: InventoryRow) => did.push(`toggle ${of.key}`),
    clearRow: (of: InventoryRow) => did.push(`clear ${of.key}`),
    toggleAll: () => did.push('toggle all'),
    inspect: (on: boolean) => did.push(`inspect ${String(on)}`),
  } as unknown as InventorySession;
  const session = {
    select: (of: string) => did.push(`select ${of}`),
    store: createStore(() => ({ separator: '/' })),
  } as unknown as ConnectionSession;
  const pressed = { key, ctrlKey: false, metaKey: false, altKey: false, ...held };
  return { taken: pressInventory(session, inventory, pressed), did };
}

test.each([
  ['ArrowDown', { active: 1 }, ['go 2']],
  ['ArrowUp', { active: 1 }, ['go 0']],
  ['PageDown', { active: 1 }, ['go 3']],
  ['PageUp', { active: 3 }, ['go 1']],
  ['Home', { active: 3 }, ['go 0']],
  ['End', { active: 1, total: 900 }, ['go 899']],
  // The first press shows where the keys are, and moves nothing.
  ['ArrowDown', { active: null, top: 1.5 }, ['go 2']],
  ['ArrowRight', { active: 4 }, ['open yard']],
  ['ArrowRight', { active: 0 }, ['go 1']],
  ['ArrowRight', { active: 2 }, []],
  ['ArrowLeft', { active: 0 }, ['close plant']],
  ['ArrowLeft', { active: 3 }, ['go 1']],
  [' ', { active: 2 }, ['toggle plant/a/x']],
  ['Enter', { active: 2 }, ['select plant/a/x', 'inspect true']],
  // A parent has no message to inspect.
  ['Enter', { active: 0 }, []],
  ['Delete', { active: 2 }, ['clear plant/a/x']],
] as const)('%j at %j does %j.', (key, at, did) => {
  expect(press(key, at)).toEqual({ taken: true, did });
});

test('Keys that are not its own go on to others, and so do all of them with a modifier or an empty list.', () => {
  expect(press('x')).toEqual({ taken: false, did: [] });
  for (const held of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }])
    expect(press('ArrowDown', {}, held)).toEqual({ taken: false, did: [] });
  expect(press('Delete', { total: 0 })).toEqual({ taken: false, did: [] });
});

test('Where the row is not loaded yet a key moves, but acts on nothing.', () => {
  expect(press('Delete', { active: 100, total: 900 })).toEqual({ taken: true, did: [] });
  expect(press('ArrowDown', { active: 100, total: 900 })).toEqual({ taken: true, did: ['go 101'] });
});

test('A parent that is above what is loaded is not taken for one below it.', () => {
  expect(press('ArrowLeft', { active: 13, first: 10 }).did).toEqual(['go 11']);
});

test('Ctrl+A, or Cmd+A, chooses all of it or nothing, also on a keyboard without Latin letters.', () => {
  for (const held of [{ ctrlKey: true }, { metaKey: true }, { ctrlKey: true, code: 'KeyA' }])
    expect(press('code' in held ? 'ф' : 'a', {}, held)).toEqual({ taken: true, did: ['toggle all'] });
  for (const held of [{}, { altKey: true, ctrlKey: true }, { ctrlKey: true, metaKey: true }])
    expect(press('a', {}, held)).toEqual({ taken: false, did: [] });
  expect(press('a', { total: 0 }, { ctrlKey: true })).toEqual({ taken: false, did: [] });
});
