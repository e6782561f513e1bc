import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { prepareDataDir } from '../../../src-main/server/data-dir.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';

afterEach(teardown);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'topicscope-data-dir-'));
  onTeardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('The folder is made with those above it, private to the user, and taken as it is the next time.', async () => {
  const wanted = join(newFolder(), 'a', 'b', 'c');
  expect(await prepareDataDir(wanted, process.platform)).toBe(wanted);
  expect(await prepareDataDir(wanted, process.platform)).toBe(wanted);
  if (process.platform !== 'win32') expect(statSync(wanted).mode & 0o777).toBe(0o700);
});

test('A file where the folder or one above it should be is told.', async () => {
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
