import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { DevTools } from './devtools.ts';
import { closeSchemes } from './protocol.ts';

/** Windows that are open; here, so that the app and its windows do not import each other. */
export const windows = new Set<{ close(): void; isDestroyed(): boolean }>();

let connection: Promise<DevTools> | null = null;

/** The Chromium that the test started for us. */
export function devTools(): Promise<DevTools> {
  const endpoint = process.env['STAND_IN_CHROMIUM'];
  if (endpoint === undefined) throw new Error('The stand-in has no Chromium: start it by launch.ts.');
  connection ??= DevTools.connect(endpoint);
  return connection;
}

class StandInApp extends EventEmitter {
  readonly isPackaged = false;
  readonly dock = undefined;
  readonly #paths = new Map<string, string>();
  #ready = false;
  #quitting = false;
  readonly #whenReady: Promise<void>;

  constructor() {
    super();
    // As in Electron: not before the program's first module has been evaluated, awaits included.
    this.#whenReady = new Promise((resolve) => {
      this.once('stand-in-evaluated', () => {
        this.#ready = true;
        closeSchemes();
        this.emit('ready');
        resolve();
      });
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.quit());
  }

  isReady(): boolean {
    return this.#ready;
  }

  whenReady(): Promise<void> {
    return this.#whenReady;
  }

  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox() can only be called before app is ready');
  }

  getName(): string {
    return 'Topicscope';
  }

  getVersion(): string {
    const path = join(process.env['STAND_IN_ROOT'] ?? '.', 'package.json');
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  }

  getPath(name: string): string {
    if (name === 'temp') return tmpdir();
    if (name !== 'userData') throw new Error(`The stand-in has no path '${name}'.`);
    return (
      this.#paths.get(name) ??
      join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Topicscope')
    );
  }

  setPath(name: string, path: string): void {
    if (this.#ready) throw new Error('The stand-in takes paths before ready only.');
    if (!existsSync(path)) throw new Error(`Failed to set path '${name}': ${path} does not exist`);
    this.#paths.set(name, path);
  }

  /** One folder, one process: the first learns of the others by files that they leave there. */
  requestSingleInstanceLock(additionalData?: object): boolean {
    const folder = join(this.getPath('userData'), 'stand-in-lock');
    const owner = join(folder, 'pid');
    if (existsSync(owner) && isRunning(Number(readFileSync(owner, 'utf8')))) {
      const note = { argv: process.argv, cwd: process.cwd(), additionalData: additionalData ?? null };
      writeFileSync(join(folder, `second-${process.pid}.json`), JSON.stringify(note));
      return false;
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(owner, String(process.pid));
    const watcher = watch(folder, () => this.#readNotes(folder));
    this.once('quit', () => {
      watcher.close();
      rmSync(folder, { recursive: true, force: true });
    });
    return true;
  }

  getApplicationNameForProtocol(): string {
    return '';
  }

  setAsDefaultProtocolClient(): boolean {
    throw new Error('The stand-in is not packaged: it must not claim links.');
  }

  quit(): void {
    if (this.#quitting || !this.#allowed('before-quit')) return;
    this.#quitting = true;
    for (const window of [...windows]) window.close();
    if (windows.size > 0 || !this.#allowed('will-quit')) {
      this.#quitting = false;
      return;
    }
    this.exit(0);
  }

  exit(code = 0): void {
    this.emit('quit', {}, code);
    process.exit(code);
  }

  allWindowsClosed(): void {
    if (this.#quitting) return;
    // Without a listener Electron quits.
    if (!this.emit('window-all-closed')) this.quit();
  }

  #allowed(name: 'before-quit' | 'will-quit'): boolean {
    let prevented = false;
    this.emit(name, { preventDefault: () => (prevented = true) });
    return !prevented;
  }

  #readNotes(folder: string): void {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (!name.startsWith('second-')) continue;
      let note: { argv: string[]; cwd: string; additionalData: unknown };
      try {
        note = JSON.parse(readFileSync(join(folder, name), 'utf8')) as typeof note;
      } catch {
        // Half written, or read and removed by the event before.
        continue;
      }
      rmSync(join(folder, name), { force: true });
      this.emit('second-instance', {}, note.argv, note.cwd, note.additionalData);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const app = new StandInApp();

// What the program uses has the shape of the real one; `on` and `once` are those of Node's emitters.
type Checked = Pick<
  App,
  | 'isReady'
  | 'whenReady'
  | 'enableSandbox'
  | 'getName'
  | 'getVersion'
  | 'getPath'
  | 'setPath'
  | 'requestSingleInstanceLock'
  | 'getApplicationNameForProtocol'
  | 'setAsDefaultProtocolClient'
  | 'quit'
  | 'exit'
>;
app satisfies Checked;
