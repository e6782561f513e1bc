import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LockedError, meansTaken, withFileLock } from '../../../../src-main/engine/files/file-lock.ts';

let dir: string;
let lock: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-lock-'));
  lock = join(dir, 'x.lock');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Number of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;
const owner = (pid: number, host = hostname()): string => JSON.stringify({ pid, host, token: 'theirs' });

test('Work under one lock is done one after the other, and the lock is gone afterwards.', async () => {
  let inside = 0;
  let most = 0;
  const work = () =>
    withFileLock(lock, async (held) => {
      most = Math.max(most, ++inside);
      await held();
      inside--;
    });
  await Promise.all(Array.from({ length: 12 }, work));
  expect(most).toBe(1);
  expect(await readdir(dir)).toEqual([]);
});

test('A fault in the work gives the lock back.', async () => {
  await expect(withFileLock(lock, () => Promise.reject(new Error('fault')))).rejects.toThrow('fault');
  expect(existsSync(lock)).toBe(false);
});

test('The lock of a process that is gone is taken over, by several at once without a clash.', async () => {
  await writeFile(lock, owner(deadPid()));
  let inside = 0;
  const work = () =>
    withFileLock(lock, async (held) => {
      expect(++inside).toBe(1);
      await held();
      inside--;
    });
  await Promise.all([work(), work(), work()]);
  expect(await readdir(dir)).toEqual([]);
});

test('An old lock is taken over even if its process seems to run, or runs elsewhere.', async () => {
  for (const text of [owner(process.pid), owner(1, 'another-machine'), 'half a fi']) {
    await writeFile(lock, text);
    const old = (Date.now() - 60_000) / 1_000;
    await utimes(lock, old, old);
    expect(await withFileLock(lock, () => Promise.resolve('done'))).toBe('done');
  }
});

test('A lock whose owner was killed before it wrote its name is taken over in time.', async () => {
  await writeFile(lock, '');
  const old = (Date.now() - 3_000) / 1_000;
  await utimes(lock, old, old);
  expect(await withFileLock(lock, () => Promise.resolve('done'))).toBe('done');
});

test('A fresh lock of a process that runs is waited for; so is one of another machine.', async () => {
  for (const text of [owner(process.pid), owner(deadPid(), 'another-machine'), '']) {
    await writeFile(lock, text);
    const waiting = withFileLock(lock, () => Promise.resolve('mine now'));
    // Who would not wait needs a look or two at the files; this many come after them.
    for (let looks = 0; looks < 50; looks++) expect(await readFile(lock, 'utf8')).toBe(text);
    await rm(lock);
    expect(await waiting).toBe('mine now');
  }
});

test('An owner that slept while its lock was taken over fails before it writes, and leaves the new lock alone.', async () => {
  const asleep = withFileLock(lock, async (held) => {
    await writeFile(lock, owner(process.pid));
    await held();
  });
  await expect(asleep).rejects.toBeInstanceOf(LockedError);
  expect(await readFile(lock, 'utf8')).toBe(owner(process.pid));
});

test('Where no lock can be made the reason is reported at once.', async () => {
  await expect(withFileLock(join(dir, 'missing', 'x'), () => Promise.resolve())).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('A lock is taken for held on Windows also while its file is being removed; elsewhere that is a fault', () => {
  expect(meansTaken('EPERM', 'win32')).toBe(true);
  expect(meansTaken('EPERM', 'linux')).toBe(false);
  expect(meansTaken('EPERM', 'darwin')).toBe(false);
  for (const platform of ['win32', 'linux', 'darwin'] as const) {
    expect(meansTaken('EEXIST', platform)).toBe(true);
    expect(meansTaken('ENOSPC', platform)).toBe(false);
    expect(meansTaken(undefined, platform)).toBe(false);
  }
});
