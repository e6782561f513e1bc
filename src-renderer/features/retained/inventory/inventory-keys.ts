import type { InventoryRow } from '../../../../src-main/contract/session/inventory.ts';
import { parentKey } from '../../../../src-main/core/topics/levels.ts';
import type { InventorySession } from '../../../state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { shortcutKey, type PressedKey } from '../../../ui/base/pressed-key.ts';

/** The part of a keyboard event that decides. */
export interface InventoryPress extends PressedKey {
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

interface Place {
  readonly session: ConnectionSession;
  readonly inventory: InventorySession;
  /** Of the row that keys act on. */
  readonly at: number;
  /** Rows of a page. */
  readonly page: number;
}

const MOVES: Readonly<Record<string, (place: Place) => void>> = {
  ArrowDown: ({ inventory, at }) => inventory.goTo(inventory.store.getState().active === null ? at : at + 1),
  ArrowUp: ({ inventory, at }) => inventory.goTo(at - 1),
  PageDown: ({ inventory, at, page }) => inventory.goTo(at + page),
  PageUp: ({ inventory, at, page }) => inventory.goTo(at - page),
  Home: ({ inventory }) => inventory.goTo(0),
  End: ({ inventory }) => inventory.goTo(inventory.store.getState().total - 1),
};

const ACTS: Readonly<Record<string, (place: Place, row: InventoryRow) => void>> = {
  ArrowRight: ({ inventory, at }, { key, expanded }) => {
    if (expanded === false) inventory.turn(key, true);
    else if (expanded === true) inventory.goTo(at + 1);
  },
  ArrowLeft: ({ session, inventory, at }, { key, expanded }) => {
    if (expanded === true) inventory.turn(key, false);
    else goToParent(inventory, key, at, session.store.getState().separator);
  },
  ' ': ({ inventory }, row) => inventory.toggle(row),
  Enter: ({ session, inventory }, row) => inspectRow(session, inventory, row),
  Delete: ({ inventory }, row) => inventory.clearRow(row),
};

/** The keys of the inventory. Answers whether this was one of them. */
export function pressInventory(
  session: ConnectionSession,
  inventory: InventorySession,
  press: InventoryPress,
): boolean {
  const { key, ctrlKey, metaKey, altKey } = press;
  const { active, top, total, viewRows } = inventory.store.getState();
  if (ctrlKey !== metaKey && !altKey && total > 0 && shortcutKey(press) === 'a') {
    inventory.toggleAll();
    return true;
  }
  if (ctrlKey || metaKey || altKey || total === 0) return false;
  const at = active?.index ?? Math.ceil(top);
  const place = { session, inventory, at, page: Math.max(1, Math.floor(viewRows) - 1) };
  const move = MOVES[key];
  move?.(place);
  const act = ACTS[key];
  const row = inventory.rowAt(at);
  if (act !== undefined && row !== undefined) act(place, row);
  return move !== undefined || act !== undefined;
}

/** Shows a message in the inspector, which takes the place of the summary; a parent has none. */
export function inspectRow(session: ConnectionSession, inventory: InventorySession, row: InventoryRow): void {
  if (row.entry === null) return;
  session.select(row.key);
  inventory.inspect(true);
}

/** The row of the nearest topic above that has one, among the rows that are loaded. */
function goToParent(inventory: InventorySession, key: string, from: number, separator: string): void {
  const { rows, first } = inventory.store.getState();
  for (let above = parentKey(key, separator); above !== null; above = parentKey(above, separator)) {
    const at = rows.findIndex((row) => row.key === above);
    if (at >= 0 && first + at < from) return inventory.goTo(first + at);
  }
}
