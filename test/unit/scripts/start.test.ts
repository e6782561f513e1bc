import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { electronVersion, findElectron } from '../../../scripts/find-electron.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'topicscope-start-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('looking for Electron', () => {
  const linux = { platform: 'linux', env: { DISPLAY: ':0' }, isRoot: false } as const;

  const put = async (path: string, text = ''): Promise<string> => {
    const full = join(root, 'node_modules', 'electron', path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, text);
    return full;
  };

  it('takes the one that is installed, when it is whole and of the version that is wanted', async () => {
    expect(findElectron({ root, ...linux })).toEqual({
      kind: 'unusable',
      why: 'the package "electron" is not installed ("npm ci" installs it)',
    });
    await put('package.json', '{"version":"45.3.4"}');
    await put('install.js');
    expect(findElectron({ root, ...linux })).toEqual({ kind: 'missing' });
    await put('dist/version', 'v45.3.4');
    const path = await put('dist/electron');
    // As it is while the installer unpacks.
    expect(findElectron({ root, ...linux })).toEqual({ kind: 'missing' });
    await put('path.txt', 'electron');
    expect(findElectron({ root, ...linux })).toEqual({ kind: 'found', path });
    await put('dist/version', '44.0.0');
    expect(findElectron({ root, ...linux })).toEqual({ kind: 'missing' });
    expect(electronVersion(root)).toBe('45.3.4');
  });

  it('takes the one that is named, and no other', async () => {
    const path = await put('elsewhere');
    const named = (ELECTRON_EXEC_PATH: string) =>
      findElectron({ root, ...linux, env: { WAYLAND_DISPLAY: 'w', ELECTRON_EXEC_PATH } });
    expect(named(path)).toEqual({ kind: 'found', path });
    expect(named(`${path}-not`)).toEqual({
      kind: 'unusable',
      why: `ELECTRON_EXEC_PATH names ${path}-not, which is not there`,
    });
  });

  it('needs a display and a user who is not root on Linux only', async () => {
    await put('install.js');
    expect(findElectron({ root, ...linux, isRoot: true })).toMatchObject({ kind: 'unusable' });
    expect(findElectron({ root, ...linux, env: {} })).toMatchObject({ kind: 'unusable' });
    for (const platform of ['darwin', 'win32'] as const)
      expect(findElectron({ root, platform, env: {}, isRoot: true })).toEqual({ kind: 'missing' });
  });
});

describe('npm start', () => {
  const script = fileURLToPath(new URL('../../../scripts/start.ts', import.meta.url));
  const start = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

  it('refuses a bad option before it builds anything', () => {
    expect(start('--bogus')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'topicscope: Unknown option --bogus. See --help.\n',
    });
  });

  it('prints its options without building anything', () => {
    const help = start('--help');
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/^Usage: npm start -- \[options\] \[url\]\n/);
  });
});
