import { EventEmitter } from 'node:events';
import type { BrowserWindow as Real, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { app, devTools, windows } from './app.ts';
import { StandInPage } from './page.ts';
import { ipcMain } from './small.ts';
import { StandInContents, StandInEvent } from './web-contents.ts';

/** A window that is a page of Chromium; its place on the screen is a number only. */
export class BrowserWindow extends EventEmitter {
  readonly webContents: StandInContents;
  readonly #options: BrowserWindowConstructorOptions;
  readonly #page: Promise<StandInPage>;
  #bounds: Rectangle;
  #visible: boolean;
  #maximized = false;
  #minimized = false;
  #destroyed = false;
  #painted = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    this.#options = options;
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.#bounds = { x, y, width, height };
    this.#visible = options.show !== false;
    this.webContents = new StandInContents(options.webPreferences ?? {});
    windows.add(this);
    this.#page = this.#open();
    this.#page.catch((error: unknown) => process.stderr.write(`stand-in: ${String(error)}\n`));
    app.emit('browser-window-created', new StandInEvent(), this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows] as BrowserWindow[];
  }

  async loadURL(address: string): Promise<void> {
    const page = await this.#page;
    await page.load(address);
  }

  show(): void {
    if (this.#visible) return;
    this.#visible = true;
    this.emit('show');
  }

  hide(): void {
    this.#visible = false;
    this.emit('hide');
  }

  focus(): void {
    this.emit('focus');
  }

  maximize(): void {
    this.#maximized = true;
    this.emit('maximize');
    this.emit('resize');
  }

  minimize(): void {
    this.#minimized = true;
    this.emit('minimize');
  }

  restore(): void {
    this.#minimized = false;
    this.emit('restore');
  }

  close(): void {
    if (this.#destroyed) return;
    const event = new StandInEvent();
    this.emit('close', event);
    if (event.defaultPrevented) return;
    this.destroy();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    void this.#page.then((page) => page.close()).catch(() => undefined);
    windows.delete(this);
    this.emit('closed');
    if (windows.size === 0) app.allWindowsClosed();
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    this.emit('move');
    this.emit('resize');
  }

  getBounds(): Rectangle {
    return this.#bounds;
  }

  getNormalBounds(): Rectangle {
    return this.#bounds;
  }

  isVisible(): boolean {
    return this.#visible;
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  isFullScreen(): boolean {
    return false;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  async #open(): Promise<StandInPage> {
    const { webPreferences = {} } = this.#options;
    const preload = webPreferences.preload;
    if (preload !== undefined && !preload.startsWith('/'))
      throw new Error('preload must be an absolute path');
    const contents = this.webContents;
    const page = await StandInPage.open(await devTools(), this.#bounds, preload, {
      ipc: (channel, args, url) => {
        const frame = { url, parent: null };
        ipcMain.emit(channel, { sender: contents, senderFrame: frame, ports: [] }, ...args);
      },
      navigates: (url) => contents.guards('will-navigate', url),
      redirects: (url) => contents.guards('will-redirect', url),
      opens: (url) => contents.opens(url),
      painted: () => {
        if (this.#painted) return;
        this.#painted = true;
        this.emit('ready-to-show');
      },
      loaded: () => contents.emit('did-finish-load'),
      preloadFailed: (why) => {
        // Electron logs it in the page's console, where a test would have to wait for its time-out.
        process.stderr.write(`stand-in: Unable to load preload script: ${why}\n`);
        contents.emit('preload-error', new StandInEvent(), preload, new Error(why));
      },
      gone: () =>
        contents.emit('render-process-gone', new StandInEvent(), { reason: 'crashed', exitCode: 1 }),
    });
    contents.attach(page);
    return page;
  }
}

// What the program uses has the shape of the real one; `on`, `once` and `webContents` are Node's emitters.
type Checked = Pick<
  Real,
  | 'loadURL'
  | 'show'
  | 'hide'
  | 'focus'
  | 'maximize'
  | 'minimize'
  | 'restore'
  | 'close'
  | 'destroy'
  | 'setBounds'
  | 'getBounds'
  | 'getNormalBounds'
  | 'isVisible'
  | 'isMaximized'
  | 'isMinimized'
  | 'isFullScreen'
  | 'isDestroyed'
>;
null as unknown as BrowserWindow satisfies Checked;
