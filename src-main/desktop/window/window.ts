import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { PAGE_URL } from '../page/channels.ts';
import { fitBounds, type WindowState } from './window-state.ts';

/** What this file needs of Electron's window. */
export type AppWindow = Pick<
  BrowserWindow,
  | 'loadURL'
  | 'show'
  | 'maximize'
  | 'isMaximized'
  | 'isFullScreen'
  | 'isDestroyed'
  | 'isVisible'
  | 'getNormalBounds'
  | 'on'
  | 'once'
  | 'webContents'
>;

export interface WindowPorts<W extends AppWindow> {
  open(options: BrowserWindowConstructorOptions): W;
  readonly preload: string;
  readonly icon: string | null;
  readonly workAreas: readonly Rectangle[];
  readonly dark: boolean;
  readonly state: WindowState;
  /** The place changed; called at most twice a second, and when the window closes. */
  keep(place: Pick<WindowState, 'bounds' | 'maximized'>): void;
  log(line: string): void;
}

const SIZE = { width: 1440, height: 900 };
const MIN_SIZE = { minWidth: 900, minHeight: 560 };
/** `--chrome` of the page's tokens, so that nothing flashes before it is painted. */
const BACKGROUND = { light: '#f5f6f8', dark: '#12151a' };
/** A page that does not paint is shown all the same: a window that does not come is worse. */
const SHOW_AFTER_MS = 2_500;
const KEEP_AFTER_MS = 500;
/** A page that crashes is loaded again so often within a minute; a page that always crashes is left. */
const RELOADS_A_MINUTE = 3;

/** Opens the window and loads its page; it shows itself when it has been painted. */
export function openWindow<W extends AppWindow>(ports: WindowPorts<W>): W {
  const { state, dark, icon } = ports;
  const bounds = fitBounds(state.bounds, ports.workAreas);
  const window = ports.open({
    ...SIZE,
    ...MIN_SIZE,
    ...bounds,
    show: false,
    title: 'Topicscope',
    backgroundColor: dark ? BACKGROUND.dark : BACKGROUND.light,
    ...(icon === null ? {} : { icon }),
    webPreferences: {
      preload: ports.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // Its dictionaries would be fetched from the network, and payloads are no prose.
      spellcheck: false,
    },
  });
  showWhenPainted(window, state.maximized);
  keepPlace(window, ports);
  reloadAfterCrash(window, ports);
  load(window, ports);
  return window;
}

function load(window: AppWindow, { log }: Pick<WindowPorts<AppWindow>, 'log'>): void {
  window.loadURL(PAGE_URL).catch((error: unknown) => {
    // Closing it while it loads is one way to get here.
    if (!window.isDestroyed()) log(`the window could not be loaded: ${String(error)}`);
  });
}

function showWhenPainted(window: AppWindow, maximized: boolean): void {
  const show = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed() || window.isVisible()) return;
    if (maximized) window.maximize();
    window.show();
  };
  const timer = setTimeout(show, SHOW_AFTER_MS);
  window.once('ready-to-show', show);
  window.once('closed', () => clearTimeout(timer));
}

function keepPlace(window: AppWindow, { keep }: WindowPorts<AppWindow>): void {
  let timer: NodeJS.Timeout | undefined;
  const now = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (window.isDestroyed() || window.isFullScreen()) return;
    keep({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const later = (): void => {
    timer ??= setTimeout(now, KEEP_AFTER_MS);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', now);
  window.on('closed', () => clearTimeout(timer));
}

function reloadAfterCrash(window: AppWindow, ports: WindowPorts<AppWindow>): void {
  const reloads: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = Date.now();
    while (now - (reloads[0] ?? now) > 60_000) reloads.shift();
    ports.log(`the page ended (${reason}).`);
    if (reloads.length >= RELOADS_A_MINUTE) return;
    reloads.push(now);
    load(window, ports);
  });
}
