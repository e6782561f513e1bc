import type { AppState } from '../../state/app/app-state.ts';
import type { Command } from './table/command.ts';
import { commands } from './table/commands.ts';
import { isPressed } from './is-pressed.ts';
import { isSelectAll, selectAll } from './select-all.ts';
import { focusNextPane } from '../base/panes.ts';
import { isOverlaid } from '../../ui/feedback/overlaid.ts';
import { currentSession } from '../base/sessions.ts';

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** One listener for the whole window; a pane that took a key keeps it. */
export function listenToKeys(app: AppState): void {
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === 'F6') {
      event.preventDefault();
      if (!isDialogOpen()) focusNextPane(event.shiftKey ? -1 : 1);
      return;
    }
    if (event.key === 'Escape' && app.shell.store.getState().enlarged !== null && !isOverlaid()) {
      event.preventDefault();
      app.shell.enlarge(null);
      return;
    }
    if (isSelectAll(event, MAC)) {
      event.preventDefault();
      selectAll(event.target);
      return;
    }
    const command = commands(app, currentSession()).find(
      ({ keys }) => keys !== undefined && isPressed(event, keys, MAC),
    );
    if (command === undefined) return;
    // Also where it cannot be done now: the browser's own meaning of the key would surprise.
    event.preventDefault();
    if (event.repeat && command.repeats !== true) return;
    if (!isDialogOpen() || command.overDialogs === true) runCommand(command);
  });
}

export function runCommand(command: Command): void {
  if (command.off === null) command.run();
}

function isDialogOpen(): boolean {
  return document.querySelector('[role=dialog], [role=alertdialog]') !== null;
}
