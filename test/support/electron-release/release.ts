import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listen } from '../net/listen.ts';
import { onTeardown } from '../teardown.ts';
import { zip } from './zip.ts';

const MODULES = resolve(import.meta.dirname, '../../../node_modules');

/** A project in which the package `electron` is installed, its real installer included, and no binary. */
export interface BareElectron {
  readonly root: string;
  readonly version: string;
  /** For the installer: where the binary comes from, and a cache of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** The program that is in the archive. */
  readonly program: string;
}

export interface ReleaseOptions {
  /** What the binary is; default: a shell script that ends with 0. */
  readonly program?: string;
  /** Answers the request for the archive; default: sends it. */
  answer?(response: ServerResponse, archive: Buffer): void;
  /** Puts another checksum into the package than that of the archive. */
  readonly wrongChecksum?: boolean;
}

/** Serves a release of Electron on loopback, for the installer of a package that has no binary yet. */
export async function serveRelease(options: ReleaseOptions = {}): Promise<BareElectron> {
  const { program = '#!/bin/sh\nexit 0\n', wrongChecksum = false } = options;
  const root = mkdtempSync(join(tmpdir(), 'topicscope-bare-'));
  onTeardown(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'node_modules', 'electron');
  mkdirSync(folder, { recursive: true });
  for (const file of ['install.js', 'package.json'])
    cpSync(join(MODULES, 'electron', file), join(folder, file));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  // What the installer needs is found where it is installed.
  for (const name of ['@electron', '@electron-internal'])
    symlinkSync(join(MODULES, name), join(root, 'node_modules', name), 'junction');
  const archive = zip([
    { name: 'version', bytes: Buffer.from(version), mode: 0o644 },
    { name: 'electron', bytes: Buffer.from(program), mode: 0o755 },
    // So that there is something to wait for.
    { name: 'resources.pak', bytes: randomBytes(200_000), mode: 0o644 },
  ]);
  const checksum = createHash('sha256')
    .update(wrongChecksum ? 'x' : archive)
    .digest('hex');
  const name = `electron-v${version}-linux-x64.zip`;
  writeFileSync(join(folder, 'checksums.json'), JSON.stringify({ [name]: checksum }));
  const answer = options.answer ?? ((response, bytes) => void response.end(bytes));
  const server = createServer((request, response) => {
    if (request.url !== `/v${version}/${name}`) response.writeHead(404).end();
    else answer(response.writeHead(200, { 'content-length': archive.length }), archive);
  });
  const port = await listen(server);
  return {
    root,
    version,
    program: join(folder, 'dist', 'electron'),
    env: {
      ELECTRON_MIRROR: `http://127.0.0.1:${port}/`,
      electron_config_cache: join(root, 'cache'),
      ELECTRON_INSTALL_PLATFORM: 'linux',
      ELECTRON_INSTALL_ARCH: 'x64',
    },
  };
}
