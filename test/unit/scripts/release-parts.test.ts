import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  belongsToRelease,
  CHECKSUMS,
  checksums,
  finishRelease,
  githubEnv,
  missingFrom,
  releaseNotes,
  signingFor,
  tagFault,
  updateFaults,
} from '../../../scripts/release-parts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'topicscope-release-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);

test('A tag is the version with a v, and nothing else.', () => {
  expect(tagFault('v0.1.0', '0.1.0')).toBeNull();
  for (const tag of ['0.1.0', 'v0.1.1', 'v0.1.0-beta.1', ''])
    expect(tagFault(tag, '0.1.0')).toContain('should be v0.1.0');
});

describe('signing', () => {
  const windows = { WIN_CSC_LINK: 'base64', WIN_CSC_KEY_PASSWORD: 'w' };
  const mac = { MAC_CSC_LINK: 'base64', MAC_CSC_KEY_PASSWORD: 'm' };
  const notary = { APPLE_API_KEY: '-----BEGIN\nKEY', APPLE_API_KEY_ID: 'id', APPLE_API_ISSUER: 'issuer' };
  /** As GitHub hands over secrets that nobody set. */
  const empty = Object.fromEntries(Object.keys({ ...windows, ...mac, ...notary }).map((name) => [name, '']));

  test('uses the certificates that are there, under the names that electron-builder reads', () => {
    expect(signingFor('win32', { ...empty, ...windows })).toEqual({
      env: windows,
      appleKey: null,
      note: 'Windows: signed.',
    });
    expect(signingFor('darwin', { ...empty, ...mac, ...notary })).toEqual({
      env: { CSC_LINK: 'base64', CSC_KEY_PASSWORD: 'm', APPLE_API_KEY_ID: 'id', APPLE_API_ISSUER: 'issuer' },
      appleKey: notary.APPLE_API_KEY,
      note: 'macOS: signed and notarised.',
    });
  });

  test('says plainly what is not signed, and sets nothing empty, which would be read as a path', () => {
    const unsigned = signingFor('win32', empty);
    expect(unsigned.env).toEqual({});
    expect(unsigned.note).toMatch(/^Windows: \*\*not signed\*\*/);
    const unsignedMac = signingFor('darwin', empty);
    expect(unsignedMac.env).toEqual({ CSC_IDENTITY_AUTO_DISCOVERY: 'false' });
    expect(unsignedMac.note).toMatch(/^macOS: \*\*not signed and not notarised\*\*/);
    expect(signingFor('darwin', { ...empty, ...mac }).note).toContain('**not notarised**');
    expect(signingFor('linux', { ...empty, ...mac, ...windows })).toMatchObject({ env: {} });
  });

  test.each([
    [
      'win32',
      { ...windows, WIN_CSC_KEY_PASSWORD: '' },
      'WIN_CSC_LINK is set and WIN_CSC_KEY_PASSWORD is not',
    ],
    ['darwin', { ...mac, APPLE_API_KEY_ID: 'id' }, 'APPLE_API_KEY, APPLE_API_ISSUER is not'],
    ['darwin', notary, 'Only what is signed can be notarised'],
  ] as const)('is refused on %s where it is set by half: %j', (platform, secrets, why) => {
    expect(() => signingFor(platform, { ...empty, ...secrets })).toThrow(why);
  });

  test('hands values of several lines to the next step, and nothing that could end them early', () => {
    expect(githubEnv({ A: '1', B: 'x\ny' }, 'MARK')).toBe('A<<MARK\n1\nMARK\nB<<MARK\nx\ny\nMARK\n');
    expect(() => githubEnv({ A: 'x\nMARK\nC=1' }, 'MARK')).toThrow('The value of A holds the mark');
  });
});

describe('what belongs to a release', () => {
  const whole = [
    'topicscope-0.1.0-windows-setup.exe',
    'topicscope-0.1.0-windows-setup.exe.blockmap',
    'topicscope-0.1.0-windows-x64-portable.exe',
    'topicscope-0.1.0-macos-universal.dmg',
    'topicscope-0.1.0-macos-universal.zip',
    'topicscope-0.1.0-linux-x86_64.AppImage',
    'topicscope-0.1.0-linux-amd64.deb',
    'topicscope-0.1.0-linux-x86_64.rpm',
    'latest.yml',
    'latest-mac.yml',
    'latest-linux.yml',
    'latest-linux-arm64.yml',
  ];

  test('is what people download and programs look for, not what the builder wrote for itself', () => {
    const others = ['builder-debug.yml', 'builder-effective-config.yaml', 'linux-unpacked', '.icon-ico'];
    expect([...whole, ...others].filter(belongsToRelease)).toEqual(whole);
  });

  test('is whole, or what is missing is named', () => {
    expect(missingFrom(whole)).toEqual([]);
    expect(missingFrom(whole.map((name) => name.replace('latest', 'beta')))).toEqual([]);
    expect(missingFrom(whole.filter((name) => !/mac|setup/.test(name)))).toEqual([
      'an installer for Windows',
      'a disk image for macOS',
      'an archive for macOS, which updates need',
      'the update file of macOS',
    ]);
    expect(missingFrom(whole.filter((name) => name !== 'latest.yml'))).toEqual([
      'the update file of Windows',
    ]);
  });

  test('has names that GitHub leaves as they are', () => {
    for (const name of whole) expect(name).toMatch(/^[\w.-]+$/);
  });
});

describe('what programs look for updates in', () => {
  const sha512 = (text: string): string => createHash('sha512').update(text).digest('base64');

  /** As electron-builder writes it. */
  function updateFile(files: readonly { url: string; sha512: string }[]): string {
    const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
    const { serializeToYaml } = builder('builder-util') as { serializeToYaml(value: object): string };
    const [first] = files;
    return serializeToYaml({
      version: '0.1.0',
      files: files.map((file) => ({ ...file, size: 5 })),
      path: first?.url,
      sha512: first?.sha512,
      releaseDate: '2026-11-28T00:00:00.000Z',
    });
  }

  test('names files that are there, with their checksums', async () => {
    put('a.exe', 'setup');
    put('b.zip', 'bundle');
    put('latest.yml', updateFile([{ url: 'a.exe', sha512: sha512('setup') }]));
    put('latest-mac.yml', updateFile([{ url: 'b.zip', sha512: sha512('bundle') }]));
    expect(await updateFaults(folder)).toEqual([]);
  });

  test('is refused where a running program could not follow it', async () => {
    put('a.exe', 'setup, changed after it was packed');
    put('latest.yml', updateFile([{ url: 'a.exe', sha512: sha512('setup') }]));
    put('latest-mac.yml', updateFile([{ url: 'Topicscope 0.1.0.zip', sha512: sha512('x') }]));
    put('latest-linux.yml', updateFile([{ url: '../a.exe', sha512: sha512('x') }]));
    put('beta.yml', 'version: 0.1.0\n');
    expect((await updateFaults(folder)).toSorted()).toEqual([
      'beta.yml names no file',
      'latest-linux.yml names ../a.exe, which is not there',
      'latest-mac.yml names Topicscope 0.1.0.zip, which is not there',
      'latest.yml has another checksum for a.exe',
    ]);
  });
});

test('Checksums are those of the files, in the form that sha256sum reads.', async () => {
  put('b', 'two');
  put('a', 'one');
  const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
  expect(await checksums(folder)).toBe(`${hex('one')}  a\n${hex('two')}  b\n`);
});

test('The notes say how each system is signed, and how to compare checksums.', () => {
  const notes = releaseNotes('0.1.0', ['Windows: **not signed**.', 'macOS: signed and notarised.']);
  expect(notes).toContain('- Windows: **not signed**.\n- macOS: signed and notarised.\n');
  expect(notes).toContain('sha256sum --ignore-missing --check SHA256SUMS.txt');
});

test('The step that publishes needs no packages, because none are installed there.', () => {
  for (const name of ['release.ts', 'release-parts.ts']) {
    const text = readFileSync(new URL(`../../../scripts/${name}`, import.meta.url), 'utf8');
    const foreign = [...text.matchAll(/from '([^']+)'/g)].map(([, from = '']) => from);
    expect(foreign.filter((from) => !/^(node:|\.)/.test(from))).toEqual([]);
  }
});

describe('the last step of a release', () => {
  let built: string;
  let aside: string;
  beforeEach(() => {
    built = join(folder, 'release');
    aside = join(folder, 'signing');
    mkdirSync(built);
  });
  const add = (name: string, text = name): void => writeFileSync(join(built, name), text);
  const finish = () => finishRelease(built, aside, '1.2.3');
  const update = (file: string, of: string): void => {
    const sha512 = createHash('sha512').update(of).digest('base64');
    add(file, `version: 1.2.3\nfiles:\n  - url: ${of}\n    sha512: ${sha512}\n    size: 1\n`);
  };
  const whole = (): void => {
    for (const system of ['darwin', 'linux', 'win32']) add(`signing-${system}.txt`, `${system}: signed.`);
    for (const name of ['a-setup.exe', 'a.dmg', 'a.zip', 'a.AppImage', 'a.deb', 'a.rpm']) add(name);
    update('latest.yml', 'a-setup.exe');
    update('latest-mac.yml', 'a.zip');
    update('latest-linux.yml', 'a.AppImage');
  };

  test('makes one text of what the builds say, and publishes none of their notes', async () => {
    whole();
    const finished = await finish();
    expect(finished).toMatchObject({ kind: 'notes' });
    expect(finished.kind === 'notes' && finished.text).toContain(
      '- darwin: signed.\n- linux: signed.\n- win32: signed.',
    );
    expect(readdirSync(built).filter((name) => name.startsWith('signing-'))).toEqual([]);
    expect(readFileSync(join(built, CHECKSUMS), 'utf8').trim().split('\n')).toHaveLength(9);
  });

  test('says the same when it is run again, of the same files', async () => {
    whole();
    const first = await finish();
    const sums = readFileSync(join(built, CHECKSUMS), 'utf8');
    expect(sums).not.toContain(CHECKSUMS);
    expect(await finish()).toEqual(first);
    expect(readFileSync(join(built, CHECKSUMS), 'utf8')).toBe(sums);
  });

  test('can be run again once what was missing is there, and leaves no old checksums until then', async () => {
    whole();
    await finish();
    rmSync(join(built, 'a.deb'));
    add('a.zip', 'another');
    expect(await finish()).toEqual({
      kind: 'faults',
      faults: ['The release has no deb package for Linux.', 'latest-mac.yml has another checksum for a.zip.'],
    });
    expect(existsSync(join(built, CHECKSUMS))).toBe(false);
    whole();
    expect((await finish()).kind).toBe('notes');
  });

  test('is none where a system was not built', async () => {
    whole();
    rmSync(join(built, 'signing-win32.txt'));
    expect(await finish()).toEqual({
      kind: 'faults',
      faults: ['Three systems were built, and 2 say how they are signed.'],
    });
  });
});
