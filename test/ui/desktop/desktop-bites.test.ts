import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStandInBrowser, type StandInBrowser } from '../../support/electron-stand-in/launch.ts';
import { teardown } from '../../support/teardown.ts';
import { probes, type Probe, type ProbeName } from './desktop-probes.ts';
import { copyBuilt, type Change } from '../built-copy.ts';
import { standInHost } from '../hosts.ts';

// A stand-in is worth what it catches: each of these breaks the built program in one place, and the
// named probe has to fail for it. None of them is caught by the compiler.

interface Break extends Change {
  readonly what: string;
  /** Null: the program does not even open its window. */
  readonly fails: ProbeName | null;
}

const BREAKS: readonly Break[] = [
  {
    what: 'a preload that is no CommonJS',
    files: 'out/preload/preload.cjs',
    from: /let electron = require\("electron"\);/,
    to: 'import * as electron from "electron";',
    fails: 'answers',
  },
  {
    what: 'a preload that needs the file system',
    files: 'out/preload/preload.cjs',
    from: /^/,
    to: 'const fs = require("node:fs");\n',
    fails: 'answers',
  },
  {
    what: 'a port that the preload does not pass on',
    files: 'out/preload/preload.cjs',
    from: /\[\.\.\.ports\]/,
    to: '[]',
    fails: 'answers',
  },
  {
    what: 'another name of the channel on one side',
    files: 'out/main/chunks/*.js',
    from: /ipcMain\.on\(LISTENING_CHANNEL/,
    to: 'ipcMain.on("topicscope:hello"',
    fails: 'answers',
  },
  {
    what: 'a worker that is not where it is looked for',
    files: 'out/main/index.js',
    from: /\.\/connection-worker\.js/,
    to: './worker.js',
    fails: 'answers',
  },
  {
    what: 'a page without its policy',
    files: 'out/main/chunks/*.js',
    from: /"Content-Security-Policy"/,
    to: '"X-Policy"',
    fails: 'policy',
  },
  {
    what: 'no guard against navigation',
    files: 'out/main/chunks/*.js',
    from: /contents\.on\("will-navigate"/,
    to: 'contents.on("will-not-navigate"',
    fails: 'staysOnItsPage',
  },
  {
    what: 'links of any scheme handed to the system',
    files: 'out/main/chunks/*.js',
    from: /url\.protocol !== "https:"/,
    to: 'url.protocol === "nothing:"',
    fails: 'opensNoWindow',
  },
  {
    what: 'a menu that is never set',
    files: 'out/main/chunks/*.js',
    from: /Menu\.setApplicationMenu\(Menu\.buildFromTemplate/,
    to: 'void (Menu.buildFromTemplate',
    fails: 'runsMenuCommands',
  },
  {
    what: 'the scheme registered too late',
    files: 'out/main/index.js',
    from: /protocol\.registerSchemesAsPrivileged\((.*?)\);/,
    to: 'app.whenReady().then(() => protocol.registerSchemesAsPrivileged($1));',
    fails: null,
  },
  {
    what: 'a name that Electron does not have',
    files: 'out/main/chunks/*.js',
    from: /import \{ ([^}]*\bipcMain\b[^}]*) \} from "electron";/,
    to: 'import { $1, safeStore } from "electron"; globalThis.x = safeStore;',
    fails: null,
  },
];

describe('The stand-in notices', () => {
  let browser: StandInBrowser;

  beforeAll(async () => {
    browser = await startStandInBrowser();
  });
  afterAll(teardown);

  test.each(BREAKS)('$what', async (one) => {
    const root = await copyBuilt(one);
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
