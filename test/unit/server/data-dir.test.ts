import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { defaultDataDir, prepareDataDir } from '../../../src-main/server/data-dir.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';

afterEach(teardown);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'topicscope-data-dir-'));
  onTeardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const HOME = '/home/ann';

test.each([
  ['linux', {}, ['/home/ann', '.local', 'share', 'topicscope']],
  ['linux', { XDG_DATA_HOME: '/data' }, ['/data', 'topicscope']],
  ['darwin', { XDG_DATA_HOME: '/data' }, ['/home/ann', 'Library', 'Application Support', 'Topicscope']],
  ['win32', { APPDATA: '/roaming' }, ['/roaming', 'Topicscope']],
  ['win32', {}, ['/home/ann', 'AppData', 'Roaming', 'Topicscope']],
] as const)('On %s with %j data is kept where programs of that system keep it.', (platform, env, parts) => {
  expect(defaultDataDir(platform, env, HOME)).toBe(join(...parts));
});

test.skipIf(process.platform === 'win32')(
  'Rights of others are taken away, but on Windows, where they are kept elsewhere.',
  async () => {
    const folder = newFolder();
    chmodSync(folder, 0o755);
    await prepareDataDir(folder, 'win32');
    expect(statSync(folder).mode & 0o777).toBe(0o755);
    await prepareDataDir(folder, 'darwin');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  },
);

test('The folder is made with those above it, private to the user, and taken as it is the next time.', async () => {
  const wanted = join(newFolder(), 'a', 'b', 'c');
  expect(await prepareDataDir(wanted, process.platform)).toBe(wanted);
  expect(await prepareDataDir(wanted, process.platform)).toBe(wanted);
  if (process.platform !== 'win32') expect(statSync(wanted).mode & 0o777).toBe(0o700);
});

test('A file where the folder or one above it should be is reported.', async () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  await expect(prepareDataDir(file, process.platform)).rejects.toThrow(/cannot be used \(EEXIST\)/);
  await expect(prepareDataDir(join(file, 'below'), process.platform)).rejects.toThrow(
    /cannot be used \(ENOTDIR\)/,
  );
});

test.runIf(process.platform === 'linux')(
  'A place that takes no folders ends in words, not in waiting.',
  async () => {
    await expect(prepareDataDir('/proc/none/of/this', 'linux')).rejects.toThrow(/cannot be used \(ENOENT\)/);
  },
);
