import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import type * as Electron from 'electron';
import { onExit, onTeardown } from '../teardown.ts';
import { findPageDrawer } from '../tools.ts';

/** What a spec may use: the part of Playwright's ElectronApplication that the stand-in has as well. */
export interface DesktopApp {
  firstWindow(): Promise<Page>;
  /** Runs in the main process; the function must not use anything from around it. */
  evaluate<R, A>(run: (electron: typeof Electron, arg: A) => R | Promise<R>, arg: A): Promise<R>;
  process(): ChildProcess;
  /** Starts the program once more beside this one; its exit code. */
  startAgain(args: readonly string[]): Promise<number>;
  /** Quits in good order. */
  close(): Promise<void>;
}

export interface LaunchOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The folder with package.json and out/. */
  readonly root?: string;
  /** For its first window. */
  readonly withinMs?: number;
  /** Default: one of its own, which ends with it. */
  readonly browser?: StandInBrowser;
}

export const ROOT = resolve(import.meta.dirname, '../../..');
const REGISTER = join(import.meta.dirname, 'register.ts');
const WAIT_MS = 20_000;

/** For headless Chromium beside other tests: no GPU, and no errands of its own. */
export const CHROMIUM_ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A Chromium for the windows of a program; several may use it one after the other. */
export interface StandInBrowser {
  readonly context: BrowserContext;
  /** Where the program comes in. */
  readonly endpoint: string;
  close(): Promise<void>;
}

export async function startStandInBrowser(): Promise<StandInBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'topicscope-stand-in-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findPageDrawer(),
    headless: true,
    chromiumSandbox: false,
    viewport: null,
    // Playwright's own end is a pipe; the program comes in by a port of loopback.
    args: [...CHROMIUM_ARGS, '--remote-debugging-port=0', '--window-size=1440,900'],
  });
  const close = async (): Promise<void> => {
    forgetTeardown();
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  const forgetTeardown = onTeardown(close);
  return { context, endpoint: await endpoint(profile), close };
}

/** Where a program without --data-dir puts what it keeps: not into the home of who runs the tests. */
function homesIn(home: string): Record<string, string> {
  return { XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home };
}

function startProgram(
  { env = {}, root = ROOT }: LaunchOptions,
  browser: StandInBrowser,
  home: string,
  args: readonly string[],
): ChildProcess {
  return fork(join(root, 'out/main/index.js'), args, {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', REGISTER],
    env: {
      ...process.env,
      ...homesIn(home),
      ...env,
      STAND_IN_CHROMIUM: browser.endpoint,
      STAND_IN_ROOT: root,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

export interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** Runs a program that ends by itself. */
export async function runStandIn(options: LaunchOptions = {}): Promise<Ended> {
  const browser = options.browser ?? (await startStandInBrowser());
  const home = mkdtempSync(join(tmpdir(), 'topicscope-home-'));
  try {
    return await ending(startProgram(options, browser, home, options.args ?? []));
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    if (options.browser === undefined) await browser.close();
  }
}

/** The end of a program, with what it wrote. */
export async function ending(child: ChildProcess): Promise<Ended> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout?.resume();
  return { code: await exitCode(child), stderr };
}

export async function launchStandIn(options: LaunchOptions = {}): Promise<DesktopApp> {
  const { args = [], withinMs = WAIT_MS } = options;
  const browser = options.browser ?? (await startStandInBrowser());
  const { context } = browser;
  const home = mkdtempSync(join(tmpdir(), 'topicscope-home-'));
  const start = (more: readonly string[]): ChildProcess => startProgram(options, browser, home, more);
  const child = start(args);
  const forgetExit = onExit(() => child.kill('SIGKILL'));
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout?.resume();
  const close = async (): Promise<void> => {
    forgetTeardown();
    if (child.connected) child.send('quit');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
    forgetExit();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    if (options.browser === undefined) await browser.close();
    // Its windows may not have been quick enough to close.
    else
      await Promise.all(
        context
          .pages()
          .filter(isWindow)
          .map((page) => page.close()),
      );
  };
  const forgetTeardown = onTeardown(close);
  return {
    firstWindow: () => firstWindow(context, ended, () => stderr, withinMs),
    evaluate: questions(child),
    process: () => child,
    startAgain: (more) => exitCode(start(more)),
    close,
  };
}

async function endpoint(profile: string): Promise<string> {
  const file = join(profile, 'DevToolsActivePort');
  for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline; await delay(20)) {
    if (!existsSync(file)) continue;
    const [port, path] = readFileSync(file, 'utf8').split('\n');
    if (port !== undefined && path !== undefined) return `ws://127.0.0.1:${port}${path}`;
  }
  throw new Error('Chromium did not say where it listens.');
}

function isWindow(page: Page): boolean {
  return page.url().includes('.stand-in.invalid');
}

async function firstWindow(
  context: BrowserContext,
  ended: Promise<void>,
  stderr: () => string,
  withinMs: number,
): Promise<Page> {
  let over = false;
  void ended.then(() => (over = true));
  for (const deadline = Date.now() + withinMs; Date.now() < deadline && !over; await delay(20)) {
    const page = context.pages().find(isWindow);
    if (page !== undefined) return page;
  }
  throw new Error(`The program ${over ? 'ended without' : 'did not open'} a window:\n${stderr()}`);
}

/** Of a process that ends by itself. */
export async function exitCode(child: ChildProcess): Promise<number> {
  const timer = setTimeout(() => child.kill('SIGKILL'), WAIT_MS);
  const forgetExit = onExit(() => child.kill('SIGKILL'));
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(timer);
  forgetExit();
  return code ?? -1;
}

function questions(child: ChildProcess): DesktopApp['evaluate'] {
  let lastId = 0;
  return (run, arg) =>
    new Promise((resolveAnswer, reject) => {
      const id = ++lastId;
      const listen = (answer: { id: number; result?: unknown; error?: string }): void => {
        if (answer.id !== id) return;
        child.off('message', listen);
        if (answer.error === undefined) resolveAnswer(answer.result as never);
        else reject(new Error(answer.error));
      };
      child.on('message', listen);
      child.send({ id, source: run.toString(), arg });
    });
}
