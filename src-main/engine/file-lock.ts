import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** A write takes milliseconds: who holds a lock for longer has crashed, or sleeps. */
const STALE_MS = 10_000;
/** Beyond it the user is told that nothing was written. */
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
    const text = await readText(path);
    if (text !== null && (await isStale(path, text))) await removeStale(path, text);
    // Not in step with another that waits.
    else await delay(RETRY_MS * (1 + Math.random()));
  }
}

async function create(path: string, mine: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(mine);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    const code = codeOf(error);
    // Windows says so of a file that is just being removed.
    if (code === 'EEXIST' || (process.platform === 'win32' && code === 'EPERM')) return false;
    throw error;
  }
}

async function isStale(path: string, text: string): Promise<boolean> {
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (Math.abs(age) > STALE_MS) return true;
  try {
    const owner = JSON.parse(text) as { readonly pid?: unknown; readonly host?: unknown };
    // Numbers of processes mean something on one machine only.
    return owner.host === hostname() && typeof owner.pid === 'number' && !isRunning(owner.pid);
  } catch {
    // Not written yet.
    return false;
  }
}

/** Renaming is what only one of two can do; who got a fresh lock by mistake puts it back. */
async function removeStale(path: string, seen: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readText(aside)) !== seen) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function isRunning(pid: number): boolean {
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
