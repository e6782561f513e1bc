// The module `electron` as the program's main process sees it. What is missing here is missing on purpose:
// an import of it fails as it would with a misspelt name.
export { app } from './app.ts';
export { MessageChannelMain } from './ports.ts';
export { protocol } from './protocol.ts';
export { safeStorage } from './safe-storage.ts';
export { dialog, ipcMain, Menu, nativeTheme, powerMonitor, screen, session, shell } from './small.ts';
export { BrowserWindow } from './window.ts';
