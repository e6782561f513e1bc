import { setTimeout as delay } from 'node:timers/promises';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  powerMonitor,
  protocol,
  screen,
  session,
  shell,
} from 'electron';
import type { IpcMainEvent } from 'electron';
import type { StartOptions } from '../server/options.ts';
import { COMMAND_CHANNEL, LISTENING_CHANNEL, PAGE_URL, PORT_CHANNEL } from './page/channels.ts';
import type { EngineHost } from './engine-host.ts';
import { denyPermissions, guardContents } from './page/hardening.ts';
import { claimLinks } from './start/claim-links.ts';
import { readHandover, type Invocation } from './start/invocation.ts';
import { watchFirstRow } from './start/smoke.ts';
import { menuTemplate } from './window/menu.ts';
import { portMainPipe } from './page/port-pipe.ts';
import { servePage } from './page/protocol.ts';
import type { UpdateCheck } from './updates/check-updates.ts';
import { openWindow } from './window/window.ts';
import { loadWindowState, saveWindowState, type WindowState } from './window/window-state.ts';

export interface ShellStart {
  readonly platform: NodeJS.Platform;
  readonly dataDir: string;
  readonly workerUrl: URL;
  readonly decoderUrl: URL;
  readonly rendererDir: string;
  readonly preload: string;
  readonly icon: string | null;
  /** Null: none were given. */
  readonly options: StartOptions | null;
  readonly link: string | null;
  /** See a topic in the window within so many ms, and end; null: no smoke run. */
  readonly smokeMs: number | null;
  /** Links that the system handed over before there was a shell; later ones come in here as well. */
  followLinks(take: (link: string) => void): void;
  log(line: string): void;
  /** Shows the user why, and ends the program. */
  fail(error: unknown): void;
}

/** For DISCONNECT to be sent and the threads to end, in ms. */
const SHUTDOWN_WITHIN = 1_500;
/** From the wish to quit to the end of the process at the latest, in ms; what is promised is 2 s. */
const END_WITHIN = 1_900;
/** The program is about to be ended by an installer: after that it was not, ms. */
const INSTALL_BEGINS_WITHIN = 10_000;

/** The desktop program from `ready` to its end: one window, one engine. */
export class Shell {
  readonly #start: ShellStart;
  #state: WindowState;
  #window: BrowserWindow | null = null;
  #engine: Promise<EngineHost> | null = null;
  #updates: Promise<UpdateCheck> | null = null;
  #closePipe: (() => void) | null = null;
  #saving: Promise<void> = Promise.resolve();
  #end: 'not yet' | 'going on' | 'over' = 'not yet';
  #exitCode: 0 | 1;

  private constructor(start: ShellStart, state: WindowState) {
    this.#start = start;
    // Whatever ends a smoke run before something was seen.
    this.#exitCode = start.smokeMs === null ? 0 : 1;
    this.#state = state;
  }

  static async run(start: ShellStart): Promise<void> {
    const [state] = await Promise.all([loadWindowState(start.dataDir), app.whenReady()]);
    new Shell(start, state).#run();
  }

  #run(): void {
    const { options, link, platform, rendererDir, log } = this.#start;
    denyPermissions(session.defaultSession);
    guardContents(app, shell, log);
    servePage(protocol, rendererDir);
    nativeTheme.themeSource = this.#state.theme;
    ipcMain.on(LISTENING_CHANNEL, (event) => void this.#listening(event));
    app.on('second-instance', (_event, _argv, _folder, data) => void this.#secondStart(readHandover(data)));
    app.on('activate', () => this.#showWindow());
    app.on('window-all-closed', () => {
      // On macOS a program, and so its connections, keeps running without windows.
      if (platform !== 'darwin') app.quit();
    });
    app.on('before-quit', (event) => {
      if (this.#end === 'over') return;
      event.preventDefault();
      if (this.#end === 'not yet') void this.#finish();
    });
    powerMonitor.on('suspend', () => void this.#lockVault());
    powerMonitor.on('lock-screen', () => void this.#lockVault());
    if (options?.open !== false) this.#showWindow();
    if (this.#start.smokeMs !== null) void this.#smoke(this.#start.smokeMs);
    // The page is on its way in its own process: now the heavy part.
    void this.#withEngine(({ engine }) => {
      if (options?.connection) engine.open(options.connection);
      if (options?.demo === true) void this.#startDemo();
      void engine.connectProfiles();
    });
    this.#start.followLinks((address) => void this.#openLink(address));
    if (link !== null) void this.#openLink(link);
  }

  /** Whatever became of it, the program ends with it. */
  async #smoke(withinMs: number): Promise<void> {
    const contents = this.#window?.webContents;
    if (contents === undefined) return this.#start.fail('there is no window (--no-open)');
    const now = (): number => performance.now();
    const result = await watchFirstRow({
      contents,
      withinMs,
      now,
      wait: (ms) => delay(ms, undefined, { ref: false }),
    });
    if (result.kind === 'failed') return this.#start.fail(result.why);
    this.#start.log(
      `smoke run passed: the window showed ${result.topic} after ${result.afterMs.toFixed(0)} ms.`,
    );
    this.#exitCode = 0;
    app.quit();
  }

  #showWindow(): void {
    const window = this.#window;
    if (window !== null) {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      return;
    }
    const { preload, icon, log } = this.#start;
    const opened = openWindow({
      open: (options) => new BrowserWindow(options),
      preload,
      icon,
      workAreas: screen.getAllDisplays().map(({ workArea }) => workArea),
      dark: nativeTheme.shouldUseDarkColors,
      state: this.#state,
      keep: (place) => this.#keep(place),
      log,
    });
    this.#window = opened;
    opened.once('show', () => this.#afterFirstPaint());
    opened.on('closed', () => {
      this.#closePipe?.();
      this.#closePipe = null;
      this.#window = null;
    });
  }

  /** Starts what takes time and is not needed by a new window. */
  #afterFirstPaint(): void {
    const { platform } = this.#start;
    const run = (id: string): void => this.#window?.webContents.send(COMMAND_CHANNEL, id);
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate({
          platform,
          packaged: app.isPackaged,
          run,
          checkForUpdates: () => void this.#checkForUpdates(),
        }),
      ),
    );
    claimLinks(app, platform, process.execPath);
  }

  /** The page is there: it gets a port of its own. A reload ends the one before. */
  async #listening({ senderFrame, sender }: IpcMainEvent): Promise<void> {
    // The frame may have been removed by now, and only the page itself may ask.
    if (senderFrame === null || senderFrame.parent !== null || senderFrame.url !== PAGE_URL) return;
    if (sender !== this.#window?.webContents) return;
    this.#closePipe?.();
    const { port1, port2 } = new MessageChannelMain();
    const pipe = portMainPipe(port1);
    this.#closePipe = () => pipe.close('the window was closed');
    sender.postMessage(PORT_CHANNEL, null, [port2]);
    // Until the engine is there the page's questions wait in the port.
    await this.#withEngine((host) => host.serve(pipe));
  }

  async #withEngine(use: (host: EngineHost) => void): Promise<void> {
    this.#engine ??= this.#loadEngine();
    try {
      use(await this.#engine);
    } catch (error) {
      this.#end = 'over';
      this.#start.fail(error);
    }
  }

  async #loadEngine(): Promise<EngineHost> {
    const [{ startEngine }, { nativePrompt }] = await Promise.all([
      import('./engine-host.ts'),
      import('./prompt.ts'),
    ]);
    const { dataDir, platform, workerUrl, decoderUrl, log } = this.#start;
    return startEngine({
      version: app.getVersion(),
      platform,
      dataDir,
      workerUrl,
      decoderUrl,
      prompt: nativePrompt({ dialog, window: () => this.#window }),
      opener: { tempDir: app.getPath('temp'), open: (path) => shell.openPath(path) },
      log,
      themeChanged: (theme) => {
        nativeTheme.themeSource = theme;
        if (theme !== this.#state.theme) this.#keep({ theme });
      },
      checkForUpdates: () => void this.#checkForUpdates(),
    });
  }

  async #checkForUpdates(): Promise<void> {
    const { platform, log } = this.#start;
    this.#updates ??= import('./updates/desktop-updates.ts').then(({ desktopUpdates }) =>
      desktopUpdates({
        platform,
        window: () => this.#window,
        channel: async () => {
          const { engine } = await this.#loadedEngine();
          return (await engine.handlers.readSettings({})).updateChannel ?? 'stable';
        },
        whenClosed: (install) => this.#installUpdate(install),
        log,
      }),
    );
    try {
      await (await this.#updates).run();
    } catch (error) {
      log(`looking for updates failed: ${String(error)}`);
    }
  }

  /** Should the installation be refused, the program comes back as it was. */
  async #installUpdate(install: () => void): Promise<void> {
    await this.#close();
    install();
    setTimeout(() => {
      app.relaunch();
      app.exit(0);
    }, INSTALL_BEGINS_WITHIN);
  }

  async #secondStart({ args, link }: Invocation): Promise<void> {
    this.#showWindow();
    if (link !== null) await this.#openLink(link);
    if (args.length === 0) return;
    const { readStart } = await import('../server/options.ts');
    const start = readStart(args, {});
    // The other process has said what is wrong with its arguments, and ended.
    if (start.kind !== 'run') return;
    const { connection, demo } = start.options;
    if (connection !== null) await this.#withEngine(({ engine }) => void engine.open(connection));
    if (demo) await this.#startDemo();
  }

  async #openLink(link: string): Promise<void> {
    this.#showWindow();
    const { openLink } = await import('./start/links.ts');
    await this.#withEngine(({ engine }) => openLink(link, engine));
  }

  /** While the computer sleeps or its screen is locked, no key is kept in memory. */
  async #lockVault(): Promise<void> {
    if (this.#engine !== null) await (await this.#engine).engine.lockVault();
  }

  async #startDemo(): Promise<void> {
    const { engine } = await this.#loadedEngine();
    const started = await engine.startDemo();
    if (typeof started !== 'string') engine.reportProblem(started);
  }

  #loadedEngine(): Promise<EngineHost> {
    return (this.#engine ??= this.#loadEngine());
  }

  #keep(change: Partial<WindowState>): void {
    this.#state = { ...this.#state, ...change };
    const state = this.#state;
    this.#saving = this.#saving
      .then(() => saveWindowState(this.#start.dataDir, state))
      .catch((error: unknown) => this.#start.log(`the window's place could not be kept: ${String(error)}`));
  }

  /** DISCONNECT to every broker, then the end; by force when it takes too long. */
  async #finish(): Promise<void> {
    setTimeout(() => app.exit(this.#exitCode), END_WITHIN).unref();
    await this.#close();
    if (this.#exitCode === 0) app.quit();
    else app.exit(this.#exitCode);
  }

  /** After it there is nothing left that has to end in good order. */
  async #close(): Promise<void> {
    this.#end = 'going on';
    this.#window?.hide();
    try {
      if (this.#engine !== null) await (await this.#engine).engine.shutdown(SHUTDOWN_WITHIN);
      this.#window?.close();
      await this.#saving;
    } catch (error) {
      this.#start.log(`a fault while ending: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#end = 'over';
  }
}
