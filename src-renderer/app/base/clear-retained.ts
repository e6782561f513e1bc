import { RETAINED_VIEW } from '../../state/app/shell.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { inventoryOf } from '../../state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';

export function isInventoryShown(app: Pick<AppState, 'shell'>): boolean {
  return app.shell.store.getState().view === RETAINED_VIEW;
}

/** Opens the preview of clearing: of what the inventory has ticked where it is shown, else of the selected topic. */
export function clearRetained(app: Pick<AppState, 'shell'>, session: ConnectionSession): void {
  if (isInventoryShown(app)) inventoryOf(session).clearShown();
  else session.openClear();
}
