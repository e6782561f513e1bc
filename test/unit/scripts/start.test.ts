import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findElectron } from '../../../scripts/find-electron.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'topicscope-start-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('looking for Electron', () => {
  const linux = { platform: 'linux', env: { DISPLAY: ':0' }, isRoot: false } as const;

  it('takes the one that is installed, or the one that is named', async () => {
    const folder = join(root, 'node_modules', 'electron');
    await mkdir(join(folder, 'dist'), { recursive: true });
    await writeFile(join(folder, 'path.txt'), 'electron');
    expect(findElectron({ root, ...linux })).toEqual({ without: expect.stringContaining('not installed') });
    await writeFile(join(folder, 'dist', 'electron'), '');
    expect(findElectron({ root, ...linux })).toEqual({ path: join(folder, 'dist', 'electron') });
    const env = { WAYLAND_DISPLAY: 'w', ELECTRON_EXEC_PATH: join(folder, 'path.txt') };
    expect(findElectron({ root, ...linux, env })).toEqual({ path: join(folder, 'path.txt') });
  });

  it('says in one sentence why it cannot be used', () => {
    expect(findElectron({ root, ...linux, isRoot: true })).toEqual({
      without: expect.stringContaining('root'),
    });
    expect(findElectron({ root, ...linux, env: {} })).toEqual({
      without: expect.stringContaining('display'),
    });
    const mac = { root, platform: 'darwin', env: {}, isRoot: true } as const;
    expect(findElectron(mac)).toEqual({ without: expect.stringContaining('install-electron') });
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

  it('tells its options without building anything', () => {
    const help = start('--help');
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/^Usage: npm start -- \[options\] \[url\]\n/);
  });
});
