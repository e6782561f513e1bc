// What `.github/workflows/release.yml` does between its steps. Without packages of npm: the last job has none.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** Null: the tag is the version with a `v`; else what is wrong. */
export function tagFault(tag: string, version: string): string | null {
  if (tag === `v${version}`) return null;
  return `The tag is ${tag}, and package.json says ${version}: the tag should be v${version}.`;
}

export interface Signing {
  /** For the steps after this one. */
  readonly env: Readonly<Record<string, string>>;
  /** The text of the key that Apple's notary wants as a file; null: none. */
  readonly appleKey: string | null;
  /** For the notes of the release, plainly. */
  readonly note: string;
}

/**
 * What to sign with, from the secrets that are set; those that are not are empty.
 * @throws Error when some of what belongs together is set and some is not
 */
export function signingFor(platform: NodeJS.Platform, secrets: Env): Signing {
  switch (platform) {
    case 'win32':
      return windowsSigning(secrets);
    case 'darwin':
      return macSigning(secrets);
    default:
      return {
        env: {},
        appleKey: null,
        note: 'Linux: the packages carry no signature. Compare them with SHA256SUMS.txt.',
      };
  }
}

function windowsSigning(secrets: Env): Signing {
  const pair = together(secrets, ['WIN_CSC_LINK', 'WIN_CSC_KEY_PASSWORD']);
  if (pair !== null) return { env: pair, appleKey: null, note: 'Windows: signed.' };
  return {
    env: {},
    appleKey: null,
    note: 'Windows: **not signed**. SmartScreen warns before the first start: compare the installer with SHA256SUMS.txt, then choose "More info" and "Run anyway".',
  };
}

function macSigning(secrets: Env): Signing {
  const certificate = together(secrets, ['MAC_CSC_LINK', 'MAC_CSC_KEY_PASSWORD']);
  const notary = together(secrets, ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER']);
  if (certificate === null) {
    if (notary !== null) throw new Error('Only what is signed can be notarised: MAC_CSC_LINK is not set.');
    return {
      // Otherwise any certificate of the machine would be taken.
      env: { CSC_IDENTITY_AUTO_DISCOVERY: 'false' },
      appleKey: null,
      note: 'macOS: **not signed and not notarised**. macOS refuses the first start: compare the file with SHA256SUMS.txt, then allow the program in System Settings, Privacy & Security. It cannot update itself.',
    };
  }
  const env = {
    CSC_LINK: certificate['MAC_CSC_LINK'] ?? '',
    CSC_KEY_PASSWORD: certificate['MAC_CSC_KEY_PASSWORD'] ?? '',
  };
  if (notary === null) {
    return {
      env,
      appleKey: null,
      note: 'macOS: signed, **not notarised**. macOS asks before the first start.',
    };
  }
  const { APPLE_API_KEY: appleKey = '', ...ids } = notary;
  return { env: { ...env, ...ids }, appleKey, note: 'macOS: signed and notarised.' };
}

/** All of them, or null when none is set. */
function together(secrets: Env, names: readonly string[]): Record<string, string> | null {
  const set = names.filter((name) => (secrets[name] ?? '') !== '');
  if (set.length === 0) return null;
  if (set.length < names.length) {
    const missing = names.filter((name) => !set.includes(name));
    throw new Error(`${set.join(', ')} is set and ${missing.join(', ')} is not: they belong together.`);
  }
  return Object.fromEntries(names.map((name) => [name, secrets[name] ?? '']));
}

/** Lines for the file that GitHub reads variables from; a value may have several lines. */
export function githubEnv(env: Readonly<Record<string, string>>, mark: string): string {
  return Object.entries(env)
    .map(([name, value]) => {
      if (value.includes(mark)) throw new Error(`The value of ${name} holds the mark of its end.`);
      return `${name}<<${mark}\n${value}\n${mark}\n`;
    })
    .join('');
}

/** Of what electron-builder makes, what people download and what programs look for updates in. */
export function belongsToRelease(name: string): boolean {
  if (name.startsWith('builder-')) return false;
  return /\.(exe|dmg|zip|AppImage|deb|rpm|blockmap)$/.test(name) || /^[\w-]+\.yml$/.test(name);
}

const INSTALLERS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an installer for Windows', /-setup\.exe$/],
  ['a disk image for macOS', /\.dmg$/],
  ['an archive for macOS, which updates need', /\.zip$/],
  ['an AppImage for Linux', /\.AppImage$/],
  ['a deb package for Linux', /\.deb$/],
  ['an rpm package for Linux', /\.rpm$/],
  ['the update file of Windows', /^[a-z]+\.yml$/],
  ['the update file of macOS', /^[a-z]+-mac\.yml$/],
  ['the update file of Linux', /^[a-z]+-linux\.yml$/],
];

/** What a whole release has, and this one does not. */
export function missingFrom(names: readonly string[]): string[] {
  return INSTALLERS.filter(([, pattern]) => !names.some((name) => pattern.test(name))).map(([what]) => what);
}

/**
 * What an update file names has to be there under the same name with the same checksum: else every running
 * program would fail to update.
 */
export async function updateFaults(folder: string): Promise<string[]> {
  const faults: string[] = [];
  const names = await readdir(folder);
  for (const file of names.filter((name) => name.endsWith('.yml'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    const entries = [...text.matchAll(/^ {2}- url: (.+)\n {4}sha512: (\S+)$/gm)];
    if (entries.length === 0) faults.push(`${file} names no file`);
    for (const [, url = '', sha512 = ''] of entries) {
      const name = decodeURIComponent(url.trim());
      if (basename(name) !== name || !names.includes(name))
        faults.push(`${file} names ${name}, which is not there`);
      else if ((await digest(join(folder, name), 'sha512', 'base64')) !== sha512)
        faults.push(`${file} has another checksum for ${name}`);
    }
  }
  return faults;
}

/** In the form that `sha256sum --check` reads. */
export async function checksums(folder: string): Promise<string> {
  const names = (await readdir(folder)).toSorted();
  const lines = names.map(async (name) => `${await digest(join(folder, name), 'sha256', 'hex')}  ${name}\n`);
  return (await Promise.all(lines)).join('');
}

async function digest(path: string, algorithm: string, encoding: 'hex' | 'base64'): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest(encoding);
}

/** A note of each system's build, which go into one text. */
const SIGNING_NOTE = /^signing-\w+\.txt$/;
export const CHECKSUMS = 'SHA256SUMS.txt';

/**
 * Looks over what was built and writes checksums and notes. It may be run again, after a fault was mended as well:
 * the notes of the builds, which are no part of the release, are put aside once and read from there.
 *
 * @param folder what is published
 * @param aside for the notes of the builds
 * @returns the text of the release, or what is wrong with it
 */
export async function finishRelease(
  folder: string,
  aside: string,
  version: string,
): Promise<
  | { readonly kind: 'notes'; readonly text: string }
  | { readonly kind: 'faults'; readonly faults: readonly string[] }
> {
  await mkdir(aside, { recursive: true });
  for (const name of (await readdir(folder)).filter((one) => SIGNING_NOTE.test(one)))
    await rename(join(folder, name), join(aside, name));
  const notes = (await readdir(aside)).filter((name) => SIGNING_NOTE.test(name)).toSorted();
  const lines = notes.map((name) => readFileSync(join(aside, name), 'utf8'));
  if (lines.length !== 3)
    return {
      kind: 'faults',
      faults: [`Three systems were built, and ${lines.length} say how they are signed.`],
    };
  await rm(join(folder, CHECKSUMS), { force: true });
  const missing = missingFrom(await readdir(folder)).map(
    (what) => `The release has no ${what.replace(/^(?:an?|the) /, '')}.`,
  );
  const faults = (await updateFaults(folder)).map((fault) => `${fault}.`);
  if (missing.length + faults.length > 0) return { kind: 'faults', faults: [...missing, ...faults] };
  writeFileSync(join(folder, CHECKSUMS), await checksums(folder));
  return { kind: 'notes', text: releaseNotes(version, lines) };
}

/** The text of the release, in Markdown. */
export function releaseNotes(version: string, signing: readonly string[]): string {
  return [
    `Topicscope ${version}.`,
    '',
    '## Signatures',
    '',
    ...signing.map((line) => `- ${line}`),
    '',
    '## Checksums',
    '',
    'SHA-256 of every file is in `SHA256SUMS.txt`. To compare what you downloaded, in its folder:',
    '',
    '- Linux: `sha256sum --ignore-missing --check SHA256SUMS.txt`',
    '- macOS: `shasum -a 256 --ignore-missing --check SHA256SUMS.txt`',
    '- Windows (PowerShell): `Get-FileHash FILE`, and compare with its line.',
    '',
  ].join('\n');
}
