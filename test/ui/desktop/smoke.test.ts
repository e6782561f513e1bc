import {
  cpSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { builtRoot } from '../../support/built.ts';
import { desktopHosts, newDataDir, standInHost } from '../hosts.ts';

afterEach(teardown);

const smokeFolders = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('topicscope-smoke-'));

describe.each(desktopHosts)('A smoke run in $name', (host) => {
  const it = host.missing === null ? test : test.skip;

  it('shows the demo, sees a topic, and ends with 0 and a line that says so', async () => {
    const before = smokeFolders();
    const { code, stderr } = await host.run(['--smoke']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^topicscope: smoke run passed: the window showed \S+ after \d+ ms\.$/m),
    ]);
    // Chromium of a real Electron may still hold some of it.
    if (host === standInHost) expect(smokeFolders()).toEqual(before);
  });

  it('uses the data directory that is named, and ends with 1 where it cannot', async () => {
    const dataDir = newDataDir();
    expect(await host.run(['--smoke', '--data-dir', dataDir])).toMatchObject({ code: 0 });
    expect(readdirSync(dataDir)).toContain('window');
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    const failed = await host.run(['--smoke', '--data-dir', join(file, 'below')]);
    expect(failed).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /topicscope: smoke run failed: The data directory .* cannot be used \(ENOTDIR\)\.$/m,
      ),
    });
  });

  it('does not take a program that is open for its own success', async () => {
    const { dataDir } = await host.open();
    expect(await host.run(['--smoke', '--data-dir', dataDir])).toEqual({
      code: 1,
      stderr: expect.stringContaining('smoke run failed: the data directory is in use'),
    });
  });

  it('ends with 1 at its limit when there is nothing to see', async () => {
    const { code, stderr } = await host.run(['--smoke=0']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('no topic was shown within 0 s')]);
    const noWindow = await host.run(['--smoke', '--no-open']);
    expect(noWindow).toEqual({ code: 1, stderr: expect.stringContaining('there is no window') });
  });
});

describe('A smoke run notices', () => {
  test.each([
    {
      what: 'a preload script that needs what a sandbox does not have',
      files: 'preload/preload.cjs',
      from: /^/,
      to: 'const fs = require("node:fs");\n',
      why: /smoke run failed: the preload script failed/,
    },
    {
      what: 'a worker that is not where it is looked for',
      files: 'main/index.js',
      from: /\.\/connection-worker\.js/,
      to: './worker.js',
      why: /smoke run failed: no topic was shown within 8 s; the page showed "/,
    },
    {
      what: 'a fault that nobody caught while the program starts',
      files: 'main/index.js',
      from: /^/,
      to: 'setTimeout(() => { throw new Error("of ours"); }, 50);\n',
      why: /smoke run failed: of ours\.$/m,
    },
    {
      what: 'a fault that nobody caught at the very first moment',
      files: 'main/index.js',
      from: /^/,
      to: 'setTimeout(() => { throw new Error("of ours"); });\n',
      why: /smoke run failed: of ours\.$/m,
    },
    {
      what: 'a window that closes before anything was seen',
      files: 'main/index.js',
      from: /^/,
      to: 'import { app as closing } from "electron"; closing.on("browser-window-created", (_e, w) => setTimeout(() => w.close(), 50));\n',
      why: /^(?!.*passed)/s,
    },
  ])('$what, and leaves nothing behind', async ({ files, from, to, why }) => {
    const before = smokeFolders();
    const built = await builtRoot(undefined);
    const root = mkdtempSync(join(tmpdir(), 'topicscope-broken-'));
    onTeardown(() => rmSync(root, { recursive: true, force: true }));
    cpSync(join(built, 'package.json'), join(root, 'package.json'));
    for (const part of ['main', 'preload'])
      cpSync(join(built, 'out', part), join(root, 'out', part), { recursive: true });
    symlinkSync(join(built, 'out/renderer'), join(root, 'out/renderer'), 'junction');
    for (const file of globSync(files, { cwd: join(root, 'out') })) {
      const path = join(root, 'out', file);
      const text = readFileSync(path, 'utf8');
      expect(text).toMatch(from);
      writeFileSync(path, text.replace(from, to));
    }
    const { code, stderr } = await standInHost.run(['--smoke=8'], { root });
    expect([code, stderr]).toEqual([1, expect.stringMatching(why)]);
    expect(smokeFolders()).toEqual(before);
  });
});
