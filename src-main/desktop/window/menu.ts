import type { MenuItemConstructorOptions } from 'electron';

export interface MenuPorts {
  readonly platform: NodeJS.Platform;
  /** Developer tools are for who builds the program. */
  readonly packaged: boolean;
  /** Runs a command of the page by its id; the ids are those of its palette. */
  run(id: string): void;
  checkForUpdates(): void;
}

type Item = MenuItemConstructorOptions;

const SEPARATOR: Item = { type: 'separator' };

/**
 * The application menu. Its commands are the page's own, which also handles their keys: they are shown
 * here, and not registered a second time. There is no reload, whose key people press by mistake.
 */
export function menuTemplate(ports: MenuPorts): Item[] {
  const mac = ports.platform === 'darwin';
  const item = (id: string, label: string, keys?: string): Item => ({
    label,
    click: () => ports.run(id),
    ...(keys === undefined ? {} : { accelerator: keys, registerAccelerator: false }),
  });
  // The host's own, so that it is there when the page is not.
  const updates: Item = { label: 'Check for updates…', click: () => ports.checkForUpdates() };
  const settings = item('view.settings', 'Settings…', 'CmdOrCtrl+,');
  return [
    ...(mac ? [appMenu(settings, updates)] : []),
    {
      label: '&File',
      submenu: [
        item('connection.new', 'New connection…', 'CmdOrCtrl+N'),
        item('connection.import', 'Import connections…'),
        item('connection.export', 'Export connections…'),
        item('connection.demo', 'Try the demo broker'),
        SEPARATOR,
        ...(mac ? [{ role: 'close' } as const] : [settings, SEPARATOR, { role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        item('view.palette', 'All commands…', 'CmdOrCtrl+K'),
        item('view.theme', 'Switch between light and dark'),
        SEPARATOR,
        item('view.enlarge-diagnostics', 'Enlarge or Reduce Diagnostics'),
        item('view.diagnostics-verdicts', 'Diagnostics: Verdicts'),
        item('view.diagnostics-session', 'Diagnostics: Session'),
        item('view.diagnostics-keep-alive', 'Diagnostics: Keep-alive', 'CmdOrCtrl+Shift+D'),
        item('view.diagnostics-packets', 'Diagnostics: Packets'),
        item('view.diagnostics-history', 'Diagnostics: Timeline'),
        item('view.diagnostics-log', 'Diagnostics: Log'),
        SEPARATOR,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(ports.packaged ? [] : [SEPARATOR, { role: 'toggleDevTools' } as const]),
      ],
    },
    {
      label: '&Connection',
      submenu: [
        item('connection.connect', 'Connect'),
        item('connection.disconnect', 'Disconnect'),
        item('connection.retry', 'Retry now'),
        item('connection.subscribe', 'Subscribe…', 'CmdOrCtrl+Shift+S'),
      ],
    },
    {
      label: '&Topics',
      submenu: [
        item('topics.filter', 'Filter topics', 'CmdOrCtrl+Shift+F'),
        item('view.go-to-topic', 'Go to topic…', 'CmdOrCtrl+P'),
        item('topics.pause', 'Pause or resume the view'),
        item('topics.expand-all', 'Expand all'),
        item('topics.collapse-all', 'Collapse all'),
        SEPARATOR,
        item('topics.publish', 'Publish a message', 'CmdOrCtrl+Shift+P'),
        item('topics.clear-retained', 'Clear retained…'),
      ],
    },
    ...(mac ? [{ role: 'windowMenu' } as const] : []),
    {
      role: 'help',
      submenu: [
        item('view.shortcuts', 'Keyboard shortcuts', 'CmdOrCtrl+/'),
        ...(mac ? [] : [SEPARATOR, updates, { role: 'about' } as const]),
      ],
    },
  ];
}

function appMenu(settings: Item, updates: Item): Item {
  return {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      updates,
      SEPARATOR,
      settings,
      SEPARATOR,
      { role: 'services' },
      SEPARATOR,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      SEPARATOR,
      { role: 'quit' },
    ],
  };
}
