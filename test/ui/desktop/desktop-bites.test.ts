import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStandInBrowser, type StandInBrowser } from '../../support/electron-stand-in/launch.ts';
import { teardown } from '../../support/teardown.ts';
import { probes, type Probe, type ProbeName } from './desktop-probes.ts';
import { builtRoot, standInHost } from '../hosts.ts';

// A stand-in is worth what it catches: each of these breaks the built program in one place, and the
// named probe has to fail for it. None of them is caught by the compiler.

interface Break {
  readonly what: string;
  /** Below out/. */
  readonly files: string;
  readonly from: RegExp;
  readonly to: string;
  /** Null: the program does not even open its window. */
  readonly fails: ProbeName | null;
}

const BREAKS: readonly Break[] = [
  {
    what: 'a preload that is no CommonJS',
    files: 'preload/preload.cjs',
    from: /let electron = require\("electron"\);/,
    to: 'import * as electron from "electron";',
    fails: 'answers',
  },
  {
    what: 'a preload that needs the file system',
    files: 'preload/preload.cjs',
    from: /^/,
    to: 'const fs = require("node:fs");\n',
    fails: 'answers',
  },
  {
    what: 'a port that the preload does not pass on',
    files: 'preload/preload.cjs',
    from: /\[\.\.\.ports\]/,
    to: '[]',
    fails: 'answers',
  },
  {
    what: 'another name of the channel on one side',
    files: 'main/chunks/*.js',
    from: /ipcMain\.on\(LISTENING_CHANNEL/,
    to: 'ipcMain.on("topicscope:hello"',
    fails: 'answers',
  },
  {
    what: 'a worker that is not where it is looked for',
    files: 'main/index.js',
    from: /\.\/connection-worker\.js/,
    to: './worker.js',
    fails: 'answers',
  },
  {
    what: 'a page without its policy',
    files: 'main/chunks/*.js',
    from: /"Content-Security-Policy"/,
    to: '"X-Policy"',
    fails: 'policy',
  },
  {
    what: 'no guard against navigation',
    files: 'main/chunks/*.js',
    from: /contents\.on\("will-navigate"/,
    to: 'contents.on("will-not-navigate"',
    fails: 'staysOnItsPage',
  },
  {
    what: 'links of any scheme handed to the system',
    files: 'main/chunks/*.js',
    from: /url\.protocol !== "https:"/,
    to: 'url.protocol === "nothing:"',
    fails: 'opensNoWindow',
  },
  {
    what: 'a menu that is never set',
    files: 'main/chunks/*.js',
    from: /Menu\.setApplicationMenu\(Menu\.buildFromTemplate/,
    to: 'void (Menu.buildFromTemplate',
    fails: 'runsMenuCommands',
  },
  {
    what: 'the scheme registered too late',
    files: 'main/index.js',
    from: /protocol\.registerSchemesAsPrivileged\((.*?)\);/,
    to: 'app.whenReady().then(() => protocol.registerSchemesAsPrivileged($1));',
    fails: null,
  },
  {
    what: 'a name that Electron does not have',
    files: 'main/chunks/*.js',
    from: /import \{ ([^}]*\bipcMain\b[^}]*) \} from "electron";/,
    to: 'import { $1, safeStore } from "electron"; globalThis.x = safeStore;',
    fails: null,
  },
];

/** A copy of the built program with one thing replaced; what is not replaced is no break. */
async function broken({ files, from, to }: Break): Promise<string> {
  const built = await builtRoot(undefined);
  const root = mkdtempSync(join(tmpdir(), 'topicscope-broken-'));
  cpSync(join(built, 'package.json'), join(root, 'package.json'));
  for (const part of ['main', 'preload'])
    cpSync(join(built, 'out', part), join(root, 'out', part), { recursive: true });
  symlinkSync(join(built, 'out/renderer'), join(root, 'out/renderer'));
  let places = 0;
  for (const file of globSync(files, { cwd: join(root, 'out') })) {
    const path = join(root, 'out', file);
    const text = readFileSync(path, 'utf8');
    if (!from.test(text)) continue;
    places++;
    writeFileSync(path, text.replace(from, to));
  }
  expect(places, 'places to break').toBeGreaterThan(0);
  return root;
}

describe('The stand-in notices', () => {
  let browser: StandInBrowser;
  const folders: string[] = [];

  beforeAll(async () => {
    browser = await startStandInBrowser();
  });
  afterAll(async () => {
    await teardown();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  test.each(BREAKS)('$what', async (one) => {
    const root = await broken(one);
    folders.push(root);
    if (one.fails === null) {
      await expect(standInHost.open({ root, browser, withinMs: 5_000 })).rejects.toThrow(
        /did not open|ended without/,
      );
      return;
    }
    const opened = await standInHost.open({ root, browser });
    await expect((probes[one.fails] as Probe)(opened, 2_500)).rejects.toThrow();
    await opened.close();
  });
});
