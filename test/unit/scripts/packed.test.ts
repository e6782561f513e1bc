import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPacked, passed, runWithin, smokeArguments } from '../../../scripts/packed.ts';

let dist: string;
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'topicscope-dist-'));
});
afterEach(() => rmSync(dist, { recursive: true, force: true }));

describe('the packed program', () => {
  test.each([
    ['linux', 'x64', 'linux-unpacked/topicscope'],
    ['linux', 'arm64', 'linux-arm64-unpacked/topicscope'],
    ['win32', 'x64', 'win-unpacked/Topicscope.exe'],
    ['win32', 'arm64', 'win-arm64-unpacked/Topicscope.exe'],
    ['darwin', 'x64', 'mac/Topicscope.app/Contents/MacOS/Topicscope'],
    ['darwin', 'arm64', 'mac-arm64/Topicscope.app/Contents/MacOS/Topicscope'],
    ['darwin', 'arm64', 'mac-universal/Topicscope.app/Contents/MacOS/Topicscope'],
  ] as const)('is found on %s %s as %s', (platform, arch, place) => {
    const path = join(dist, place);
    expect(findPacked({ dist, platform, arch })).toMatchObject({ tried: expect.arrayContaining([path]) });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    expect(findPacked({ dist, platform, arch })).toEqual({ path });
  });

  test('is started so that no keychain asks, and with its sandbox', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(smokeArguments(platform)).toContain('--smoke');
      expect(smokeArguments(platform).join(' ')).not.toContain('sandbox');
    }
    expect(smokeArguments('darwin')).toContain('--use-mock-keychain');
  });
});

describe('running it', () => {
  const run = (source: string, withinMs = 20_000) => {
    let shown = '';
    const ended = runWithin(process.execPath, ['-e', source], withinMs, (text) => (shown += text));
    return ended.then((result) => ({ ...result, shown }));
  };

  test('passes on what it writes, and is a success only if it says so and ends with 0', async () => {
    const good = await run('console.error("topicscope: smoke run passed: …"); console.log("x")');
    expect(good.code).toBe(0);
    expect(good.shown).toBe(good.output);
    expect(good.output).toContain('x\n');
    expect(passed(good)).toBe(true);
    expect(passed(await run('console.error("smoke run passed"); process.exit(1)'))).toBe(false);
    // A second program that hands over to the first ends like this.
    expect(passed(await run(''))).toBe(false);
  });

  test('ends one that does not end, also when a child of it holds on to its output', async () => {
    const stuck = await run(
      `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 4000)'], { stdio: 'inherit' });
       setInterval(() => {}, 1000);`,
      700,
    );
    expect(stuck.code).toBeNull();
    expect(stuck.output).toContain('It did not end within 1 s');
    expect(passed(stuck)).toBe(false);
  });

  test('says so when it cannot be started', async () => {
    const none = await runWithin(join(dist, 'none'), [], 1_000, () => undefined);
    expect(none).toEqual({ code: null, output: expect.stringContaining('It could not be started: ') });
  });
});
