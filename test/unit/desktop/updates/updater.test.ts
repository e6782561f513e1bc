import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Updates from 'electron-updater';
import { afterEach, describe, expect, test } from 'vitest';
import { quietUpdater, type Library } from '../../../../src-main/desktop/updates/updater.ts';
import { listen } from '../../../support/net/listen.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const require = createRequire(import.meta.url);
/** Of the library, which takes an Electron only where it is given none of its parts. */
const library = require('electron-updater') as typeof Updates;
const builder = createRequire(require.resolve('electron-builder'));
const { httpExecutor } = builder('builder-util') as { httpExecutor: object };

interface Release {
  readonly tag: string;
  /** Names of update files that it has, e.g. `latest-linux.yml`. */
  readonly files: readonly string[];
}

const PROGRAM = 'the newer program';

/** What electron-updater asks of GitHub, answered for these releases, the newest first. */
async function startReleases(releases: readonly Release[]) {
  const asked: IncomingMessage[] = [];
  const isStable = ({ tag }: Release): boolean => !tag.includes('-');
  const answer = (path: string): string | null => {
    if (path === '/o/r/releases.atom') {
      const entries = releases.map(
        ({ tag }) =>
          `<entry><title>${tag}</title><link href="http://x/o/r/releases/tag/${tag}"/><content>n</content></entry>`,
      );
      return `<?xml version="1.0"?><feed>${entries.join('')}</feed>`;
    }
    if (path === '/api/v3/repos/o/r/releases/latest') {
      const latest = releases.find(isStable);
      return latest === undefined ? null : JSON.stringify({ tag_name: latest.tag });
    }
    const [, tag, file = ''] = /^\/o\/r\/releases\/download\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const release = releases.find((one) => one.tag === tag);
    if (release === undefined) return null;
    if (file.endsWith('.AppImage')) return PROGRAM;
    if (!release.files.includes(file)) return null;
    const sha512 = createHash('sha512').update(PROGRAM).digest('base64');
    return `version: ${release.tag.slice(1)}\nfiles:\n  - url: x.AppImage\n    sha512: ${sha512}\n    size: ${PROGRAM.length}\npath: x.AppImage\nsha512: ${sha512}\n`;
  };
  const server = createServer((request, response) => {
    asked.push(request);
    const body = answer(new URL(request.url ?? '', 'http://x').pathname);
    response.writeHead(body === null ? 404 : 200).end(body ?? 'not found');
  });
  const port = await listen(server);
  return { port, asked, paths: () => asked.map(({ url }) => url ?? '') };
}

/** The library as it is in an AppImage of this version, built for the channel of its own name. */
function install(
  version: string,
  port: number,
): { updater: ReturnType<typeof quietUpdater>; used: Updates.AppImageUpdater } {
  const folder = mkdtempSync(join(tmpdir(), 'topicscope-updater-'));
  onTeardown(() => rmSync(folder, { recursive: true, force: true }));
  const channel = version.includes('-beta') ? 'channel: beta\n' : '';
  writeFileSync(
    join(folder, 'app-update.yml'),
    `provider: github\nowner: o\nrepo: r\nhost: 127.0.0.1:${port}\nprotocol: http\n${channel}`,
  );
  const before = process.env['APPIMAGE'];
  process.env['APPIMAGE'] = join(folder, 'x.AppImage');
  onTeardown(() => {
    if (before === undefined) delete process.env['APPIMAGE'];
    else process.env['APPIMAGE'] = before;
  });
  const used = new library.AppImageUpdater(null, {
    version,
    name: 'Topicscope',
    isPackaged: true,
    appUpdateConfigPath: join(folder, 'app-update.yml'),
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: () => Promise.resolve(),
    relaunch: () => undefined,
    quit: () => undefined,
    onQuit: () => undefined,
  });
  Object.assign(used, { httpExecutor, _testOnlyOptions: { platform: 'linux' } });
  return { updater: quietUpdater(used, () => undefined), used };
}

const BOTH = ['latest-linux.yml', 'beta-linux.yml'];

describe('the updater, with the real library against releases like those of GitHub', () => {
  test('finds a newer release, downloads nothing, and sends no identifying data', async () => {
    const releases = await startReleases([{ tag: 'v0.2.0', files: BOTH }]);
    const { updater } = install('0.1.0', releases.port);
    expect(await updater.look('stable')).toEqual({ kind: 'newer', version: '0.2.0' });
    expect(releases.paths().filter((path) => path.endsWith('.AppImage'))).toEqual([]);
    const ids = releases.asked.flatMap(({ headers }) => headers['x-user-staging-id'] ?? []);
    expect(new Set(ids)).toEqual(new Set(['0']));
  });

  test('stays with what it is where nothing is newer', async () => {
    const releases = await startReleases([{ tag: 'v0.1.0', files: BOTH }]);
    expect(await install('0.1.0', releases.port).updater.look('stable')).toEqual({ kind: 'none' });
    expect(await install('0.3.0', releases.port).updater.look('stable')).toEqual({ kind: 'none' });
  });

  const withBeta = [
    { tag: 'v0.3.0-beta.2', files: ['beta-linux.yml'] },
    { tag: 'v0.2.0', files: ['latest-linux.yml'] },
  ];

  test('offers a beta on its channel only, and never an older version in its place', async () => {
    const { port } = await startReleases(withBeta);
    expect(await install('0.1.0', port).updater.look('stable')).toEqual({ kind: 'newer', version: '0.2.0' });
    expect(await install('0.1.0', port).updater.look('beta')).toEqual({
      kind: 'newer',
      version: '0.3.0-beta.2',
    });
    // Who goes back to stable keeps the beta until a stable release is newer.
    expect(await install('0.3.0-beta.1', port).updater.look('stable')).toEqual({ kind: 'none' });
    expect(await install('0.3.0-beta.1', port).updater.look('beta')).toEqual({
      kind: 'newer',
      version: '0.3.0-beta.2',
    });
  });

  test('offers on the beta channel also what is newer and stable', async () => {
    const { port } = await startReleases([{ tag: 'v0.3.0', files: ['latest-linux.yml'] }, ...withBeta]);
    expect(await install('0.3.0-beta.2', port).updater.look('beta')).toEqual({
      kind: 'newer',
      version: '0.3.0',
    });
  });

  test('changes its channel without a new start', async () => {
    const { port } = await startReleases(withBeta);
    const { updater } = install('0.2.0', port);
    expect(await updater.look('stable')).toEqual({ kind: 'none' });
    expect(await updater.look('beta')).toMatchObject({ kind: 'newer' });
    expect(await updater.look('stable')).toEqual({ kind: 'none' });
  });

  test('fails where no release has anything for this system', async () => {
    const { port } = await startReleases([{ tag: 'v0.2.0', files: ['latest.yml'] }]);
    await expect(install('0.1.0', port).updater.look('stable')).rejects.toMatchObject({
      code: 'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND',
    });
    const none = await startReleases([]);
    await expect(install('0.1.0', none.port).updater.look('stable')).rejects.toThrow(/No published versions/);
  });

  test('says of a copy that was not installed that it cannot look', async () => {
    const { port } = await startReleases([]);
    const { updater } = install('0.1.0', port);
    delete process.env['APPIMAGE'];
    expect(await updater.look('stable')).toMatchObject({ kind: 'cannot' });
  });
});

test('The library is set to do nothing by itself, and each step is passed on once.', async () => {
  const did: string[] = [];
  const listeners = new Set<(info: { percent: number }) => void>();
  const fake = {
    checkForUpdates: () => Promise.resolve(null),
    downloadUpdate: () => {
      for (const listener of listeners) listener({ percent: 25 });
      return Promise.resolve([]);
    },
    quitAndInstall: (silent: boolean, run: boolean) => did.push(`install ${silent} ${run}`),
    on: (_name: string, listener: (info: { percent: number }) => void) => listeners.add(listener),
    off: (_name: string, listener: (info: { percent: number }) => void) => listeners.delete(listener),
  };
  const used = fake as unknown as Library;
  const updater = quietUpdater(used, () => undefined);
  expect(used).toMatchObject({ autoDownload: false, autoInstallOnAppQuit: false });
  await updater.look('beta');
  expect(used).toMatchObject({ channel: 'beta', allowPrerelease: true, allowDowngrade: false });
  await updater.download((done) => did.push(`progress ${done}`));
  expect(listeners.size).toBe(0);
  updater.install();
  expect(did).toEqual(['progress 0.25', 'install false true']);
});
