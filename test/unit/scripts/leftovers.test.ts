import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enclose, type Enclosure } from '../../../scripts/leftovers.ts';

let root: string;
let enclosure: Enclosure;

const git = (...args: string[]) => {
  const options = ['-c', 'user.name=x', '-c', 'user.email=x@example.invalid'];
  const result = spawnSync('git', [...options, ...args], { cwd: root, encoding: 'utf8' });
  expect(result.status, result.stderr).toBe(0);
};

const start = (changes: Partial<Parameters<typeof enclose>[0]> = {}): void => {
  enclosure = enclose({ root, platform: 'linux', env: {}, patienceMs: 0, processes: root, ...changes });
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'topicscope-leftovers-'));
});
afterEach(() => {
  enclosure.close();
  rmSync(root, { recursive: true, force: true });
});

test('A run that removes what it makes leaves nothing, and its own folder goes with it.', async () => {
  start();
  const folder = enclosure.env['TMPDIR'] ?? '';
  const made = mkdtempSync(join(folder, 'topicscope-x-'));
  rmSync(made, { recursive: true });
  // What a program keeps for its user goes into a home of the run's own.
  writeFileSync(join(enclosure.env['XDG_CACHE_HOME'] ?? '', 'compiled'), '');
  mkdirSync(join(folder, 'node-compile-cache'));
  expect(await enclosure.leftovers()).toEqual([]);
  enclosure.close();
  expect(existsSync(folder)).toBe(false);
});

test('Temporary files that were forgotten are named.', async () => {
  start();
  mkdirSync(join(enclosure.env['TMPDIR'] ?? '', 'topicscope-mosquitto-x'));
  expect(await enclosure.leftovers()).toEqual(['the temporary file topicscope-mosquitto-x']);
});

test('Each system finds the folder in the variable it looks at.', () => {
  start();
  const { TMPDIR, TMP, TEMP } = enclosure.env;
  expect([TMP, TEMP]).toEqual([TMPDIR, TMPDIR]);
});

test('Changes of the project are named; those that were there before are not.', async () => {
  git('init', '-q');
  writeFileSync(join(root, 'kept'), '1');
  git('add', '.');
  git('commit', '-qm', 'x');
  writeFileSync(join(root, 'mine'), '');
  start();
  expect(await enclosure.leftovers()).toEqual([]);
  writeFileSync(join(root, 'kept'), '2');
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'folder/new'), '');
  expect(await enclosure.leftovers()).toEqual([
    'a change in the project:  M kept',
    'a change in the project: ?? folder/new',
  ]);
});

test('A data directory of the user that only the run can have made is named.', async () => {
  const home = join(root, 'data');
  start({ env: { XDG_DATA_HOME: home } });
  mkdirSync(join(home, 'topicscope'), { recursive: true });
  expect(await enclosure.leftovers()).toEqual([`the data directory of a user: ${join(home, 'topicscope')}`]);
  enclosure.close();
  // One that was there before is somebody's.
  start({ env: { XDG_DATA_HOME: home } });
  expect(await enclosure.leftovers()).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'Processes of the run that still run are named; one that is about to end gets its time.',
  async () => {
    start({ processes: '/proc', patienceMs: 5_000 });
    const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
      env: { ...process.env, ...enclosure.env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      await once(child.stdout, 'data');
      const [found] = await Promise.all([
        enclosure.leftovers(),
        once(child, 'exit'),
        Promise.resolve(child.kill()),
      ]);
      expect(found).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
    enclosure.close();
    start({ processes: '/proc' });
    const stubborn = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
      env: { ...process.env, ...enclosure.env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      await once(stubborn.stdout, 'data');
      const [line = ''] = await enclosure.leftovers();
      expect(line).toContain(`process ${stubborn.pid}: ${process.execPath} -e`);
    } finally {
      stubborn.kill('SIGKILL');
      await once(stubborn, 'exit');
    }
  },
);
