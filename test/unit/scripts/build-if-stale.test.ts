import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildIfStale } from '../../../scripts/build-if-stale.ts';

/** Stands in for the builder: notes that it ran, fails on request, and writes what a build writes. */
const BUILDER = `
const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync('builds', 'x');
if (existsSync('fail')) process.exit(3);
for (const file of ['main/index.js', 'main/server.js', 'main/connection-worker.js', 'renderer/index.html']) {
  mkdirSync('out/' + file.split('/')[0], { recursive: true });
  writeFileSync('out/' + file, '');
}
`;

let root: string;
const write = async (path: string, text = '') => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const start = () => buildIfStale(root, () => undefined);
const builds = async () => (await readFile(join(root, 'builds'), 'utf8').catch(() => '')).length;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'topicscope-build-'));
  await write('node_modules/electron-vite/bin/electron-vite.js', BUILDER);
  await write('src-main/a/a.ts', '1');
  await write('src-renderer/b.tsx', '2');
  await write('package.json', '{}');
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('building before a start', () => {
  it('builds once and not again while nothing changed', async () => {
    await start();
    await start();
    expect(await builds()).toBe(1);
  });

  it.each([
    ['a changed source', () => write('src-main/a/a.ts', '3')],
    ['a new file', () => write('src-renderer/c.css')],
    ['a file that was removed', () => rm(join(root, 'src-renderer', 'b.tsx'))],
    ['a source set back to an older one', () => utimes(join(root, 'src-main/a/a.ts'), 1, 1)],
    ['other dependencies', () => write('package-lock.json', '{}')],
    ['a missing result', () => rm(join(root, 'out/main/server.js'))],
  ])('builds again after %s', async (_what, change) => {
    await start();
    await change();
    await start();
    expect(await builds()).toBe(2);
  });

  it('does not take a failed build for a good one', async () => {
    await start();
    await write('fail');
    await write('src-main/a/a.ts', 'broken');
    await expect(start()).rejects.toThrow(/build failed/);
    await expect(start()).rejects.toThrow(/build failed/);
    expect(await builds()).toBe(3);
    expect(existsSync(join(root, 'out/building'))).toBe(false);
  });

  it('builds once when two starts come at the same time', async () => {
    await Promise.all([start(), start()]);
    expect(await builds()).toBe(1);
  });

  it('is not held up by a start that was killed while it built', async () => {
    await write('out/building/pid', '999999999');
    await utimes(join(root, 'out/building'), 1, 1);
    await start();
    expect(await builds()).toBe(1);
  });
});
