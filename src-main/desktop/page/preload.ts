import { ipcRenderer } from 'electron';
import { COMMAND_CHANNEL, LISTENING_CHANNEL, PORT_CHANNEL } from './channels.ts';

// All that the sandboxed page gets: a port to the engine, and the ids of commands of the menu. A port
// cannot be handed over a context bridge, so both travel as messages of the window to itself.

window.addEventListener('message', ({ source, origin, data }: MessageEvent<unknown>) => {
  if (source !== window || origin !== location.origin || data !== LISTENING_CHANNEL) return;
  ipcRenderer.send(LISTENING_CHANNEL);
});

ipcRenderer.on(PORT_CHANNEL, ({ ports }) => {
  window.postMessage(PORT_CHANNEL, location.origin, [...ports]);
});

ipcRenderer.on(COMMAND_CHANNEL, (_event, id: unknown) => {
  window.postMessage({ type: COMMAND_CHANNEL, id }, location.origin);
});
