import type { AppState } from '../../state/app/app-state.ts';
import { commands } from './table/commands.ts';
import { runCommand } from './keys.ts';
import { currentSession } from '../base/sessions.ts';

/** What the desktop's menu sends, through the preload, with the id of a command. */
const COMMAND_MESSAGE = 'topicscope:command';

/** The menu of the desktop runs the same commands as the palette. */
export function listenToHost(app: AppState): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window || event.origin !== location.origin) return;
    const { data } = event;
    if (typeof data !== 'object' || data === null || !('type' in data) || !('id' in data)) return;
    if (data.type !== COMMAND_MESSAGE) return;
    const command = commands(app, currentSession()).find(({ id }) => id === data.id);
    if (command !== undefined) runCommand(command);
  });
}
