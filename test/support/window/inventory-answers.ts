import type {
  Inventory,
  InventoryEntry,
  InventoryRow,
  InventorySummary,
} from '../../../src-main/contract/session/inventory.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import { answer } from './live.ts';
import type { FakeEngine } from '../engine/fake-engine.ts';

export const storedEntry = (more: Partial<InventoryEntry> = {}): InventoryEntry => ({
  ...{ preview: { kind: 'number', text: '71' }, size: 2, qos: 1, age: null, contentType: '' },
  ...{ state: 'retained', excluded: null, asOf: false },
  ...more,
});

/** A message, or with `expanded` and no entry a parent. */
export const storedRow = (key: string, more: Partial<InventoryRow> = {}): InventoryRow => ({
  ...{ key, topic: displayTopic(key), name: displayTopic(key), level: 1, expanded: null, count: 1 },
  ...{ bytes: 2, oldest: null, chosen: 'all', entry: storedEntry() },
  ...more,
});

export const summaryOf = (count: number, more: Partial<InventorySummary> = {}): InventorySummary => ({
  ...{ count, bytes: 2 * count, chosen: { count, bytes: 2 * count, returning: 0 } },
  ...{ unchosen: { unknown: 0, protected: 0 }, stale: 0, ages: [0, 0, 0, 0, 0], subtrees: [] },
  more: { subtrees: 0, count: 0, bytes: 0 },
  ...more,
});

export const inventoryWith = (rows: readonly InventoryRow[], more: Partial<Inventory> = {}): Inventory => ({
  ...{ kind: 'inventory', version: 1, rows: rows.length, from: 0, window: [...rows] },
  ...{
    summary: summaryOf(rows.length),
    probe: { kind: 'never' },
    shortfall: null,
    problem: null,
    cut: false,
  },
  ...more,
});

/** The engine answers with these, whatever is asked; returns what it was asked, in order. */
export function answerInventory(engine: FakeEngine, reported: () => Inventory) {
  let version = 0;
  return answer(engine, 'readInventory', () => ({ ...reported(), version: ++version }));
}
