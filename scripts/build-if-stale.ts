import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Everything the built program is made of. */
const SOURCES = [
  'src-main',
  'src-renderer',
  'assets',
  'electron.vite.config.ts',
  'tsconfig.base.json',
  'package.json',
  'package-lock.json',
];
const RESULTS = [
  'out/main/index.js',
  'out/main/server.js',
  'out/main/connection-worker.js',
  'out/renderer/index.html',
];
const STAMP = 'out/built-from';
const LOCK = 'out/building';

/**
 * Builds unless the output is of exactly these sources. What the builder says goes to stderr.
 * @throws Error with a sentence for the user
 */
export async function buildIfStale(root: string, say: (line: string) => void): Promise<void> {
  if (isFresh(root)) return;
  await withLock(join(root, LOCK), async () => {
    // Another start may have built while this one waited.
    if (isFresh(root)) return;
    say('building, which takes some seconds after a change.');
    // Before building: what changes meanwhile is not in the output.
    const from = fingerprint(root);
    rmSync(join(root, STAMP), { force: true });
    const code = await build(root);
    if (code !== 0) throw new Error('The build failed; the reason is above.');
    writeFileSync(join(root, STAMP), from);
  });
}

/** The output is of exactly these sources. */
export function isFresh(root: string): boolean {
  if (!RESULTS.every((file) => existsSync(join(root, file)))) return false;
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root);
}

/** Of names, sizes and times, so that a file that was deleted or is older than before counts too. */
function fingerprint(root: string): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (!stats.isDirectory()) {
      hash.update(`${path}\0${stats.size}\0${stats.mtimeMs}\0`);
      return;
    }
    for (const name of readdirSync(join(root, path)).sort()) add(join(path, name));
  };
  for (const source of SOURCES) add(source);
  return hash.digest('hex');
}

function build(root: string): Promise<number> {
  const builder = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [builder, 'build', '--logLevel', 'warn'], {
      cwd: root,
      // Our stdout belongs to the ready line.
      stdio: ['ignore', process.stderr, process.stderr],
    });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Two builds into one folder would spoil each other. */
async function withLock(folder: string, work: () => Promise<void>): Promise<void> {
  while (!takeLock(folder)) await wait(200);
  try {
    await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function takeLock(folder: string): boolean {
  mkdirSync(join(folder, '..'), { recursive: true });
  try {
    mkdirSync(folder);
  } catch {
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(folder, 'pid'), String(process.pid));
  return true;
}

function isAbandoned(folder: string): boolean {
  const stats = statSync(folder, { throwIfNoEntry: false });
  // Its owner may be about to write its number.
  if (stats === undefined || Date.now() - stats.mtimeMs < 2_000) return false;
  try {
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM');
  }
}
