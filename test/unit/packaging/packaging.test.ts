import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageBin } from '../../../scripts/package-bin.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const require = createRequire(import.meta.url);

interface Manifest {
  readonly build: Record<string, unknown>;
  readonly devDependencies: Record<string, string>;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
}

/** electron-builder's own check of a configuration against its schema. */
async function validate(config: unknown): Promise<void> {
  // The schema check is not part of the package's exports, hence the path.
  const builder = createRequire(require.resolve('electron-builder'));
  const { validateConfiguration } = builder('app-builder-lib/out/util/config/config.js') as {
    validateConfiguration(config: unknown, logger: { isEnabled: boolean; add(): void }): Promise<void>;
  };
  await validateConfiguration(config, { isEnabled: false, add: () => undefined });
}

describe('the packaging configuration', () => {
  test('is valid for electron-builder', async () => {
    await expect(validate(manifest().build)).resolves.toBeUndefined();
  });

  test('is refused by the same check when a word in it is misspelt', async () => {
    await expect(validate({ ...manifest().build, appID: 'x' })).rejects.toThrow(/appID/);
  });

  test('builds what each system expects', () => {
    const targets = (system: string): unknown[] =>
      (manifest().build[system] as { target: { target: string }[] }).target.map(({ target }) => target);
    expect(targets('win')).toEqual(['nsis', 'portable']);
    expect(targets('mac')).toEqual(['dmg', 'zip']);
    expect(targets('linux')).toEqual(['AppImage', 'deb', 'rpm']);
  });
});

/** What marks the fuses in an Electron binary, followed by their version, count and states. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** A stand-in for Electron's distribution: just enough of one to be packed, with real fuses in it. */
function standInDist(dir: string): void {
  const { devDependencies } = manifest();
  mkdirSync(join(dir, 'locales'), { recursive: true });
  mkdirSync(join(dir, 'resources'));
  writeFileSync(join(dir, 'version'), devDependencies['electron'] ?? '');
  writeFileSync(join(dir, 'LICENSE'), 'stand-in');
  writeFileSync(join(dir, 'LICENSES.chromium.html'), 'stand-in');
  const fuses = Buffer.alloc(16, '0'.charCodeAt(0));
  const wire = Buffer.concat([Buffer.from(SENTINEL, 'latin1'), Buffer.from([1, 9]), fuses.subarray(0, 9)]);
  writeFileSync(join(dir, 'electron'), Buffer.concat([Buffer.alloc(4_096), wire, Buffer.alloc(4_096)]));
  chmodSync(join(dir, 'electron'), 0o755);
}

describe('the names of installers', () => {
  test('have no space, which GitHub would replace so that updates find nothing', () => {
    const { build } = manifest() as { build: Record<string, { artifactName?: string }> };
    for (const target of ['nsis', 'portable', 'mac', 'linux']) {
      const name = build[target]?.artifactName ?? '';
      expect(name, target).toMatch(/^topicscope-\$\{version\}-[\w${}.-]+\.\$\{ext\}$/);
    }
  });
});

test('On a Mac whose build is not signed, the program still starts after its fuses were set.', () => {
  // Apple's own processors run nothing whose signature does not fit.
  expect(manifest().build['electronFuses']).toMatchObject({ resetAdHocDarwinSignature: true });
});

describe('the packed Linux application', () => {
  const work = mkdtempSync(join(tmpdir(), 'topicscope-pack-'));
  const app = join(work, 'dist', 'linux-unpacked');

  beforeAll(() => {
    expect(existsSync(join(ROOT, 'out/main/index.js')), 'the build has to be there: npm run build').toBe(
      true,
    );
    standInDist(join(work, 'electron'));
    const result = spawnSync(
      process.execPath,
      [
        packageBin('electron-builder'),
        '--linux',
        'dir',
        '--x64',
        '--publish',
        'never',
        `-c.electronDist=${join(work, 'electron')}`,
        `-c.directories.output=${join(work, 'dist')}`,
        // As the release workflow names where updates come from.
        '-c.publish.provider=github',
        '-c.publish.owner=some-owner',
        '-c.publish.repo=some-repo',
      ],
      { cwd: ROOT, encoding: 'utf8', env: { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: 'false' } },
    );
    expect(result.status, `${result.stdout}\n${result.stderr}`).toBe(0);
  }, 120_000);

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test('holds what was built and nothing else', () => {
    const builder = createRequire(require.resolve('electron-builder'));
    const asar = createRequire(builder.resolve('app-builder-lib/package.json'))('@electron/asar') as {
      listPackage(path: string, options: { isPack: boolean }): string[];
      extractFile(path: string, file: string): Buffer;
    };
    const archive = join(app, 'resources/app.asar');
    const files = asar.listPackage(archive, { isPack: false }).map((file) => file.replaceAll('\\', '/'));
    for (const file of [
      'out/main/index.js',
      'out/main/connection-worker.js',
      'out/preload/preload.cjs',
      'out/renderer/index.html',
    ]) {
      expect(files, file).toContain(`/${file}`);
    }
    expect(files.filter((file) => !/^\/(out(\/|$)|package\.json$)/.test(file))).toEqual([]);
    expect(files.filter((file) => /\.(map|ts|tsx)$|node_modules/.test(file))).toEqual([]);
    expect(
      asar.extractFile(archive, 'out/main/index.js').equals(readFileSync(join(ROOT, 'out/main/index.js'))),
    ).toBe(true);
  });

  test('knows where its updates come from', () => {
    const text = readFileSync(join(app, 'resources/app-update.yml'), 'utf8');
    expect(text).toMatch(/^owner: some-owner$/m);
    expect(text).toMatch(/^repo: some-repo$/m);
    expect(text).toMatch(/^provider: github$/m);
  });

  test('has the fuses set as the configuration says', async () => {
    const wire = await getCurrentFuseWire(join(app, 'topicscope'));
    const expected: [FuseV1Options, FuseState][] = [
      [FuseV1Options.RunAsNode, FuseState.DISABLE],
      [FuseV1Options.EnableCookieEncryption, FuseState.ENABLE],
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable, FuseState.DISABLE],
      [FuseV1Options.EnableNodeCliInspectArguments, FuseState.DISABLE],
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, FuseState.ENABLE],
      [FuseV1Options.OnlyLoadAppFromAsar, FuseState.ENABLE],
      [FuseV1Options.GrantFileProtocolExtraPrivileges, FuseState.DISABLE],
    ];
    for (const [fuse, state] of expected) expect(wire[fuse], FuseV1Options[fuse]).toBe(state);
  });
});
