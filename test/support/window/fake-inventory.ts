import {
  inventoryOf,
  type InventorySession,
} from '../../../src-renderer/state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../src-renderer/state/tree/tree-session.ts';
import { fakeApp, type FakeApp } from './fake-app.ts';
import { fakeSession } from './fake-session.ts';

export interface FakeInventory {
  readonly fake: FakeApp;
  readonly session: ConnectionSession;
  readonly inventory: InventorySession;
}

/** The retained messages of a connection as a window lists them; `teardown` gives it up. */
export function fakeInventory(): FakeInventory {
  const fake = fakeApp();
  const session = fakeSession(fake);
  return { fake, session, inventory: inventoryOf(session) };
}
