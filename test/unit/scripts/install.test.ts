import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

let folder: string;

const json = (path: string, value: unknown): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify(value));
};

/** npm passes to its scripts the settings of the project they run in: here they are those of this one. */
const settings = /^npm_config_/i;
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.test(name)));

const npm = (...args: string[]) =>
  // npm is a script on Windows, and so needs a shell there; none of these arguments needs quotes.
  spawnSync('npm', args, { cwd: folder, encoding: 'utf8', env, shell: process.platform === 'win32' });

/** A project whose one dependency asks for a Node that nobody has. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topicscope-install-'));
  json('package.json', {
    name: 'x',
    version: '1.0.0',
    scripts: { bad: 'node -e "process.exit(3)"' },
    dependencies: { needy: 'file:needy' },
  });
  json('needy/package.json', { name: 'needy', version: '1.0.0', engines: { node: '>=999' } });
  writeFileSync(join(folder, '.npmrc'), '');
  expect(npm('install', '--package-lock-only', '--offline').status).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('npm ci with the settings of this project', () => {
  test('does not warn of the Node it runs on; without them it does', () => {
    const before = npm('ci', '--offline');
    expect(before.stderr).toContain('EBADENGINE');
    cpSync(join(ROOT, '.npmrc'), join(folder, '.npmrc'));
    const after = npm('ci', '--offline');
    expect([after.status, after.stderr]).toEqual([0, '']);
  });

  test('says what is wrong all the same', () => {
    cpSync(join(ROOT, '.npmrc'), join(folder, '.npmrc'));
    rmSync(join(folder, 'package-lock.json'));
    const broken = npm('ci', '--offline');
    expect(broken.status).not.toBe(0);
    expect(broken.stderr).toContain(
      'The `npm ci` command can only install with an existing package-lock.json',
    );
    const none = npm('run', 'none');
    expect(none.stderr).toContain('Missing script: "none"');
  });
});

test('What npm ci installs to run everything else is a Node that the tools accept.', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
    allowScripts: Record<string, boolean>;
  };
  const program = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const version = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim();
  expect(version).toBe(`v${manifest.devDependencies['node']}`);
  // The least that Electron's own tools and Vitest ask for.
  expect(Number(version.slice(1).split('.')[0])).toBeGreaterThanOrEqual(22);
  // Its own install script fetches the binary; npm asks before it runs scripts that nobody allowed.
  expect(manifest.allowScripts['node']).toBe(true);
});
