import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, chromium, type Browser, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { findElectron } from '../../scripts/find-electron.ts';
import {
  CHROMIUM_ARGS,
  exitCode,
  ending,
  launchStandIn,
  ROOT,
  runStandIn,
  type DesktopApp,
  type Ended,
  type StandInBrowser,
} from '../support/electron-stand-in/launch.ts';
import { builtRoot } from '../support/built.ts';
import { onExit, onTeardown } from '../support/teardown.ts';
import { findPageDrawer } from '../support/tools.ts';
import { reportWhenFailing } from './failing.ts';

/** Time for one step on a busy machine; what takes longer is a failure (ms). A poll has as much. */
export const STEP_MS = 25_000;

export interface OpenOptions {
  /** As on the command line. */
  readonly args?: readonly string[];
  /** Default: a new one, removed by `teardown`. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A folder with package.json and out/ of its own; default: this one, built when stale. */
  readonly root?: string;
  /** For the first window. */
  readonly withinMs?: number;
  /** For the stand-in: default is a new one. */
  readonly browser?: StandInBrowser;
}

export interface Opened {
  readonly page: Page;
  readonly dataDir: string;
  /** In good order: connections are closed, the process ends. `teardown` does it as well. */
  close(): Promise<void>;
}

/** A host of the window. `missing`: why it cannot run here; its tests are then skipped, and say so. */
export interface Host<O extends Opened = Opened> {
  readonly name: string;
  readonly missing: string | null;
  open(options?: OpenOptions): Promise<O>;
}

export interface OpenedDesktop extends Opened {
  readonly app: DesktopApp;
}

export interface OpenedServer extends Opened {
  /** Without a ticket. */
  readonly origin: string;
  /** Enter in its terminal; answers the address that it then prints. */
  pressEnter(): Promise<string>;
}

export interface DesktopHost extends Host<OpenedDesktop> {
  /** Runs the program with these arguments and no others until it ends by itself. */
  run(args: readonly string[], options?: Pick<OpenOptions, 'root' | 'browser'>): Promise<Ended>;
}

/** The page and those that are opened beside it. */
async function patient(opening: Page | Promise<Page>, written?: () => string): Promise<Page> {
  const page = await opening;
  reportWhenFailing(page, written);
  page.context().setDefaultTimeout(STEP_MS);
  return page;
}

/** A new data directory that `teardown` removes. */
export function newDataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-data-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

async function openStandIn(options: OpenOptions = {}): Promise<OpenedDesktop> {
  const dataDir = options.dataDir ?? newDataDir();
  const app = await launchStandIn({
    args: ['--data-dir', dataDir, ...(options.args ?? [])],
    env: options.env ?? {},
    root: await builtRoot(options.root),
    ...(options.withinMs === undefined ? {} : { withinMs: options.withinMs }),
    ...(options.browser === undefined ? {} : { browser: options.browser }),
  });
  return { app, page: await patient(app.firstWindow()), dataDir, close: () => app.close() };
}

/** The binary that Electron's own installer brings; a test downloads none. */
function findBinary(): { readonly path: string } | { readonly missing: string } {
  const { platform, env } = process;
  const found = findElectron({ root: ROOT, platform, env, isRoot: process.getuid?.() === 0 });
  if (found.kind === 'found') return found;
  const missing = found.kind === 'missing' ? 'no Electron binary' : found.why;
  // Where it is there on purpose, tests that are skipped in silence would be worth nothing.
  if (env['TOPICSCOPE_NEEDS_ELECTRON'] === '1')
    throw new Error(`Electron has to run here (TOPICSCOPE_NEEDS_ELECTRON=1): ${missing}.`);
  return { missing };
}

const binary = findBinary();

function binaryPath(): string {
  if ('missing' in binary) throw new Error(binary.missing);
  return binary.path;
}

async function openElectron(options: OpenOptions = {}): Promise<OpenedDesktop> {
  const dataDir = options.dataDir ?? newDataDir();
  const root = await builtRoot(options.root);
  const app = await _electron.launch({
    executablePath: binaryPath(),
    args: [root, '--data-dir', dataDir, ...(options.args ?? [])],
    env: { ...(process.env as Record<string, string>), ...options.env },
  });
  const forget = onTeardown(() => app.close());
  const close = async (): Promise<void> => {
    forget();
    await app.close();
  };
  const desktop: DesktopApp = {
    firstWindow: () => app.firstWindow(),
    // Playwright hands over the same two things, and its type asks for them in other words.
    evaluate: (run, arg) => app.evaluate(run as never, arg),
    process: () => app.process(),
    startAgain: (more) => exitCode(spawn(binaryPath(), [root, ...more], { stdio: 'ignore' })),
    close,
  };
  return { app: desktop, page: await patient(app.firstWindow()), dataDir, close };
}

let shared: Promise<Browser> | null = null;

/** One for the tests of a file: each has a context of its own in it, as another profile would be. */
function sharedBrowser(): Promise<Browser> {
  shared ??= chromium.launch({
    executablePath: findPageDrawer(),
    headless: true,
    chromiumSandbox: false,
    args: CHROMIUM_ARGS,
  });
  return shared;
}

// Of the file that imports this one.
afterAll(async () => (await shared)?.close());

async function openServer(options: OpenOptions = {}): Promise<OpenedServer> {
  const dataDir = options.dataDir ?? newDataDir();
  const root = await builtRoot(options.root);
  const args = ['--serve', '--no-open', '--port', '0', '--data-dir', dataDir, ...(options.args ?? [])];
  const child = spawn(process.execPath, [join(root, 'out/main/server.js'), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  const forgetExit = onExit(() => child.kill('SIGKILL'));
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const endServer = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    forgetExit();
  };
  const forgetServer = onTeardown(endServer);
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (written += piece));
  const address = await readyLine(child, () => written);
  const browser = await sharedBrowser();
  // A context of its own, so that a test can open more pages in it.
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const forgetContext = onTeardown(() => context.close());
  const page = await context.newPage();
  await page.goto(address);
  return {
    page: await patient(page, () => written),
    dataDir,
    origin: new URL(address).origin,
    pressEnter: () => {
      const printed = printedBy(child.stderr, /another window opens once at (\S+)/);
      child.stdin.write('\n');
      return printed;
    },
    close: async () => {
      forgetContext();
      forgetServer();
      await context.close();
      await endServer();
    },
  };
}

/** The first group of what is printed next. */
function printedBy(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const take = (piece: string | Buffer): void => {
      text += piece.toString();
      const found = pattern.exec(text)?.[1];
      if (found === undefined) return;
      stream.off('data', take);
      resolve(found);
    };
    stream.on('data', take);
  });
}

function readyLine(child: ChildProcess, errors: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const address = /^Topicscope is ready at (\S+)$/m.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`The server host ended (${code}):\n${errors()}`)));
  });
}

export const serverHost: Host<OpenedServer> = { name: 'the browser host', missing: null, open: openServer };

export const standInHost: DesktopHost = {
  name: 'the desktop host in the stand-in for Electron',
  missing: null,
  open: openStandIn,
  run: async (args, options = {}) => runStandIn({ ...options, args, root: await builtRoot(options.root) }),
};

const noElectron = 'missing' in binary ? binary.missing : null;

export const electronHost: DesktopHost = {
  name:
    noElectron === null
      ? 'the desktop host in Electron'
      : `the desktop host in Electron (not run: ${noElectron})`,
  missing: noElectron,
  open: openElectron,
  run: async (args, { root } = {}) => {
    const sandbox = process.platform === 'linux' ? ['--no-sandbox'] : [];
    const child = spawn(binaryPath(), [...sandbox, await builtRoot(root), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return ending(child);
  },
};

/**
 * For specs of the window: `describe.each(hosts)`, with `skipIf(host.missing !== null)`. The window is one
 * and the same in each; what differs (pipe, files, clipboard, menus, dialogs) is in the other two lists.
 */
export const hosts: readonly Host[] = [serverHost, electronHost];
/** For specs of what reaches from the window into its host. */
export const everyHost: readonly Host[] = [serverHost, standInHost, electronHost];
/** For specs of the desktop shell. */
export const desktopHosts: readonly DesktopHost[] = [standInHost, electronHost];
