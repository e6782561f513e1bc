import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** A write takes milliseconds: who holds a lock for longer has crashed, or sleeps. */
const STALE_MS = 10_000;
/** Between making a lock and writing its owner into it: who takes that long was killed there. */
const NAMELESS_MS = 2_000;
/** After this, writing fails and the user sees that nothing was written. */
const GIVE_UP_MS = 5_000;
const RETRY_MS = 15;

/** Somebody else has held the file for as long as we were ready to wait, or took the lock from us. */
export class LockedError extends Error {
  readonly code = 'ELOCKED';
}

/**
 * Does a piece of work that no other program does at the same time, by a lock file next to what it is
 * about. A lock whose owner is gone is taken over. `held` throws a `LockedError` when the lock was lost,
 * which happens to a program that was asleep: ask it right before what cannot be undone.
 * @throws LockedError, and what the file system throws where no lock can be made
 */
export async function withFileLock<T>(
  path: string,
  work: (held: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const token = randomUUID();
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), token });
  const isMine = async (): Promise<boolean> => (await readText(path)) === mine;
  await acquire(path, mine);
  try {
    return await work(async () => {
      if (!(await isMine())) throw new LockedError(`${path} was taken over`);
    });
  } finally {
    if (await isMine()) await rm(path, { force: true });
  }
}

async function acquire(path: string, mine: string): Promise<void> {
  const until = performance.now() + GIVE_UP_MS;
  while (!(await create(path, mine))) {
    if (performance.now() > until) throw new LockedError(`${path} is held by another program`);
    if (!(await removeStale(path))) {
      // Not in step with another that waits.
      await delay(RETRY_MS * (1 + Math.random()));
    }
  }
}

async function create(path: string, mine: string): Promise<boolean> {
  try {
    await writeFile(path, mine, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (meansTaken(codeOf(error), process.platform)) return false;
    throw error;
  }
}

/** Whether a lock could not be made because there is one. Windows says EPERM of a file that is just being removed. */
export function meansTaken(code: unknown, platform: NodeJS.Platform): boolean {
  return code === 'EEXIST' || (platform === 'win32' && code === 'EPERM');
}

/** True: there is no stale lock in the way any more. Removed is under a lock of its own, or two would do it. */
async function removeStale(path: string): Promise<boolean> {
  if (!(await isStale(path))) return false;
  const taking = `${path}.taking`;
  if (!(await create(taking, ''))) {
    if ((await ageOf(taking)) > NAMELESS_MS) await rm(taking, { force: true });
    return false;
  }
  try {
    // Another may have been here since.
    if (!(await isStale(path))) return false;
    await rm(path, { force: true });
    return true;
  } finally {
    await rm(taking, { force: true });
  }
}

async function isStale(path: string): Promise<boolean> {
  const [text, age] = [await readText(path), await ageOf(path)];
  if (text === null) return false;
  const owner = ownerOf(text);
  if (owner === null) return age > NAMELESS_MS;
  // Numbers of processes mean something on one machine only.
  const isGone = owner.host === hostname() && !isRunning(owner.pid);
  return isGone || age > STALE_MS;
}

/** In ms; from the future counts as well, for clocks are set. 0: it is not there. */
async function ageOf(path: string): Promise<number> {
  try {
    return Math.abs(Date.now() - (await stat(path)).mtimeMs);
  } catch {
    return 0;
  }
}

/** Null: it was not written yet, or not to its end. */
function ownerOf(text: string): { readonly pid: number; readonly host: string } | null {
  try {
    const owner = JSON.parse(text) as { readonly pid?: unknown; readonly host?: unknown };
    return typeof owner.pid === 'number' && typeof owner.host === 'string'
      ? { pid: owner.pid, host: owner.host }
      : null;
  } catch {
    return null;
  }
}

/** Whether a process of this number runs on this machine. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function readText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
