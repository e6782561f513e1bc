import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, Menu, protocol } from 'electron';
import { escapeLines } from '../core/payload/visible.ts';
import { defaultDataDir, prepareDataDir } from '../server/data-dir.ts';
import type { StartOptions } from '../server/options.ts';
import { nativeText } from './window/native-text.ts';
import { namedDataDir, readInvocation } from './start/invocation.ts';
import { SCHEME_PRIVILEGES } from './page/protocol.ts';

// Small on purpose: all of this happens before anything can be seen. What has to be settled before
// `ready` is settled here; the rest is loaded while the window is on its way.

/** For an engine to start before, and to end after, the time a smoke run has to see something; ms. */
const SMOKE_GRACE_MS = 5_000;

const here = import.meta.url;
const at = (path: string): URL => new URL(path, here);

function log(line: string): void {
  process.stderr.write(`topicscope: ${escapeLines(line)}\n`);
}

// The platform is read only here and passed on, so that the rest can be tested as on any system.
const { platform } = process;

const { args, link, smokeMs } = readInvocation(process.argv, {
  defaultApp: process.defaultApp === true,
  platform,
  terminal: [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY),
});

/** A box, because a program started by double-click has no terminal; none in a smoke run, where it could not be closed. */
function fail(error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  log(smokeMs === null ? why : `smoke run failed: ${why.replace(/\.$/, '')}.`);
  if (smokeMs === null) dialog.showErrorBox('Topicscope could not be started', nativeText(why));
  app.exit(1);
}

if (smokeMs !== null) {
  process.on('uncaughtException', fail);
  // For what hangs before there is a window to watch, or holds up its end.
  setTimeout(() => fail('the program did not end in time'), smokeMs + SMOKE_GRACE_MS).unref();
}

app.enableSandbox();
protocol.registerSchemesAsPrivileged([SCHEME_PRIVILEGES]);
// The default menu costs time, and reloads by a key.
Menu.setApplicationMenu(null);

// For rejected promises that were not awaited. Uncaught exceptions keep Electron's own dialog, which is visible.
process.on('unhandledRejection', (reason) => {
  log(`a fault of the program: ${reason instanceof Error ? reason.stack : String(reason)}`);
});

const earlyLinks: string[] = [];
let takeLink = (address: string): void => void earlyLinks.push(address);
app.on('open-url', (event, address) => {
  event.preventDefault();
  takeLink(address);
});

try {
  const dataDir = await ownDataDir(namedDataDir(args));
  if (dataDir !== null) useDataDir(dataDir);
  // Not in an AppImage: it is mounted elsewhere at each start, so that nothing would ever be found again.
  if (process.env['APPIMAGE'] === undefined) enableCompileCache(join(app.getPath('userData'), 'compiled'));
  const options = args.length === 0 ? null : await readOptions();
  if (options !== 'ended') start(dataDir, options);
} catch (error) {
  fail(error);
}

/** Null: the usual one. An empty name is refused with the other options. */
async function ownDataDir(named: string | null): Promise<string | null> {
  if (named === null) return smokeMs === null ? null : temporaryDataDir();
  return named === '' ? null : await prepareDataDir(named, platform);
}

/** What Electron itself keeps goes with the rest, and there is one program a data directory. */
function useDataDir(dataDir: string): void {
  const folder = join(dataDir, 'window');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('userData', folder);
}

/**
 * A smoke run neither sees nor changes what is the user's, and runs beside a program that is open.
 * All at once: a fault while the folder is on its way would leave it behind.
 */
function temporaryDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'topicscope-smoke-'));
  // Chromium may still hold files of it, which the system's own cleaning then takes.
  app.on('quit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function start(dataDir: string | null, options: StartOptions | null): void {
  if (!app.requestSingleInstanceLock({ args, link })) {
    if (smokeMs === null) app.exit(0);
    else fail('the data directory is in use by a program that is open');
    return;
  }
  run(dataDir, options).catch(fail);
}

async function run(dataDir: string | null, options: StartOptions | null): Promise<void> {
  const { Shell } = await import('./shell.ts');
  await Shell.run({
    platform,
    dataDir: dataDir ?? (await prepareDataDir(defaultDataDir(platform, process.env, homedir()), platform)),
    workerUrl: at('./connection-worker.js'),
    decoderUrl: at('./decoder-worker.js'),
    rendererDir: fileURLToPath(at('../renderer')),
    preload: fileURLToPath(at('../preload/preload.cjs')),
    icon: null,
    options,
    link,
    smokeMs,
    followLinks: (take) => {
      takeLink = take;
      for (const address of earlyLinks.splice(0)) take(address);
    },
    log,
    fail,
  });
}

/** `ended`: there is nothing more for a window to do. */
async function readOptions(): Promise<StartOptions | 'ended'> {
  const { HELP, readStart } = await import('../server/options.ts');
  const read = readStart(args, process.env);
  switch (read.kind) {
    case 'help':
      process.stdout.write(HELP, () => app.exit(0));
      return 'ended';
    case 'version':
      process.stdout.write(`${app.getVersion()}\n`, () => app.exit(0));
      return 'ended';
    case 'retained':
      await runWithoutWindow();
      return 'ended';
    case 'bad':
      process.stderr.write(`topicscope: ${read.line}\n`, () => app.exit(2));
      return 'ended';
    case 'run':
      if (!read.options.serve) return read.options;
      await runWithoutWindow();
      return 'ended';
  }
}

/** The browser host, or a command that needs none, in this very program. */
async function runWithoutWindow(): Promise<void> {
  app.dock?.hide();
  const { main } = await import('../server/main.ts');
  await main(args, {
    workerUrl: at('./connection-worker.js'),
    decoderUrl: at('./decoder-worker.js'),
    rendererDir: fileURLToPath(at('../renderer')),
    packageJson: at('../../package.json'),
  });
}
