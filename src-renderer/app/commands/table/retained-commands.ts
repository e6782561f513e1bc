import { ArrowDownUp, ListChecks, RefreshCw, Square } from 'lucide-react';
import type { InventorySort } from '../../../../src-main/contract/session/inventory.ts';
import { RETAINED_VIEW } from '../../../state/app/shell.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { inventoryOf, type InventorySession } from '../../../state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { NO_CONNECTION, type Command } from './command.ts';

const SORTS: readonly (readonly [InventorySort['by'], string])[] = [
  ['topic', 'topic'],
  ['size', 'size'],
  ['qos', 'QoS'],
  ['age', 'age'],
  ['state', 'state'],
];

/** What the heads of the list of retained messages do, which is no place for the keys. */
export function retainedCommands(app: AppState, session: ConnectionSession | null): readonly Command[] {
  const off = session === null ? NO_CONNECTION : null;
  const acting = (act: (inventory: InventorySession) => void) => () => {
    if (session === null) return;
    app.shell.showView(RETAINED_VIEW);
    act(inventoryOf(session));
  };
  return [
    ...SORTS.map(([by, name]) => ({
      id: `retained.sort-${by}`,
      label: `Sort retained messages by ${name}`,
      group: 'Topics' as const,
      icon: ArrowDownUp,
      off,
      run: acting((inventory) => inventory.sortBy(by)),
    })),
    {
      id: 'retained.select-all',
      label: 'Select all retained messages, or none',
      group: 'Topics',
      icon: ListChecks,
      off,
      run: acting((inventory) => inventory.toggleAll()),
    },
    {
      id: 'retained.probe',
      label: 'Probe retained messages',
      group: 'Topics',
      icon: RefreshCw,
      off,
      run: acting((inventory) => void inventory.probe()),
    },
    {
      id: 'retained.stop-probe',
      label: 'Stop probing retained messages',
      group: 'Topics',
      icon: Square,
      off: off ?? (isProbing(session) ? null : 'the broker is not being probed'),
      run: acting((inventory) => void inventory.stopProbe()),
    },
  ];
}

function isProbing(session: ConnectionSession | null): boolean {
  return session !== null && inventoryOf(session).store.getState().inventory?.probe.kind === 'running';
}
