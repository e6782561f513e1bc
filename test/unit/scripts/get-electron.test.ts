import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { findElectron, installerOf } from '../../../scripts/find-electron.ts';
import { getElectron, networkOfNpm, type ElectronGot } from '../../../scripts/get-electron.ts';
import { serveRelease, type BareElectron } from '../../support/electron-release/release.ts';
import { freePort } from '../../support/net/ports.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

interface Attempt {
  readonly got: ElectronGot;
  readonly shown: string;
}

async function get(
  { root, env }: BareElectron,
  changes: { stallMs?: number; isTTY?: boolean; stop?: AbortSignal } = {},
): Promise<Attempt> {
  const { stallMs = 15_000, isTTY = true, stop = new AbortController().signal } = changes;
  let shown = '';
  const output = { isTTY, write: (text: string) => (shown += text) };
  // The proxies of whoever runs the tests do not know this machine's loopback.
  const around = { PATH: process.env['PATH'], ...env };
  const got = await getElectron({ root, env: around, stallMs, stop, output });
  return { got, shown };
}

const found = ({ root }: BareElectron) =>
  findElectron({ root, platform: 'linux', env: { DISPLAY: ':0' }, isRoot: false });

describe('getting Electron by the installer of its own package', () => {
  test('brings the binary, checked against the package, and says how far it is', async () => {
    let send: () => void = () => undefined;
    const bare = await serveRelease({
      answer: (response, archive) => {
        response.write(archive.subarray(0, 100_000));
        send = () => void response.end(archive.subarray(100_000));
        // Long enough for one look at what has come.
        setTimeout(() => send(), 700);
      },
    });
    expect(found(bare)).toEqual({ kind: 'missing' });
    const { got, shown } = await get(bare);
    expect(got).toEqual({ kind: 'got' });
    expect(found(bare)).toEqual({ kind: 'found', path: bare.program });
    expect(shown).toContain(
      `\rtopicscope: downloading Electron ${bare.version}, 0 MB so far (Ctrl+C: use the browser)`,
    );
    expect(shown.endsWith('\n')).toBe(true);
  });

  test('does not take what is not what the package expects', async () => {
    const bare = await serveRelease({ wrongChecksum: true });
    const { got } = await get(bare);
    expect(got).toEqual({
      kind: 'failed',
      why: expect.stringMatching(/^it could not be downloaded \(.*did not match expected checksum/),
    });
    expect(found(bare)).toEqual({ kind: 'missing' });
  });

  test('gives up when no byte comes any more, however slow it was before', async () => {
    const bare = await serveRelease({
      answer: (response, archive) => {
        let sent = 0;
        response.write(archive.subarray(sent, (sent += 1_000)));
        // Slower than the limit in all, and never without a byte for that long; then silence.
        const timer = setInterval(() => {
          if (sent >= 6_000 || response.destroyed) clearInterval(timer);
          else response.write(archive.subarray(sent, (sent += 1_000)));
        }, 300);
      },
    });
    const began = performance.now();
    const { got } = await get(bare, { stallMs: 2_000 });
    expect(got).toEqual({ kind: 'failed', why: 'its download stood still for 2 s' });
    expect(performance.now() - began).toBeGreaterThan(3_000);
  });

  test('gives up when nobody answers at all', async () => {
    const bare = await serveRelease({ answer: () => undefined });
    expect((await get(bare, { stallMs: 600 })).got).toEqual({
      kind: 'failed',
      why: 'its download stood still for 1 s',
    });
  });

  test('ends at once when the user does not want to wait', async () => {
    const stop = new AbortController();
    const bare = await serveRelease({ answer: () => stop.abort() });
    expect((await get(bare, { stop: stop.signal })).got).toEqual({
      kind: 'failed',
      why: 'its download was stopped',
    });
    expect((await get(bare, { stop: stop.signal })).got).toMatchObject({ kind: 'failed' });
  });

  test('says in the words of the installer why it failed', async () => {
    const gone = await serveRelease({ answer: (response) => response.destroy() });
    expect((await get(gone)).got).toEqual({
      kind: 'failed',
      why: expect.stringMatching(/^it could not be downloaded \((fetch failed|terminated)\)$/),
    });
    const bare = await serveRelease();
    const nobody = {
      ...bare,
      env: { ...bare.env, ELECTRON_MIRROR: `http://127.0.0.1:${await freePort()}/` },
    };
    expect((await get(nobody)).got).toEqual({
      kind: 'failed',
      why: 'it could not be downloaded (fetch failed)',
    });
    const unknown = { ...bare, env: { ...bare.env, ELECTRON_MIRROR: `${bare.env['ELECTRON_MIRROR']}no/` } };
    expect((await get(unknown)).got).toEqual({
      kind: 'failed',
      why: expect.stringContaining('Response code 404 (Not Found)'),
    });
    writeFileSync(installerOf(bare.root), 'process.exit(4)');
    expect((await get(bare)).got).toEqual({
      kind: 'failed',
      why: 'it could not be downloaded (its installer gave no reason)',
    });
  });

  test('writes a line now and then where lines cannot be written over', async () => {
    const bare = await serveRelease();
    writeFileSync(
      installerOf(bare.root),
      `const fs = require('node:fs');
       const file = process.env.TMPDIR + '/x';
       let count = 0;
       setInterval(() => {
         if (++count > 6) process.exit(1);
         fs.appendFileSync(file, Buffer.alloc(10_000_000));
       }, 400);`,
    );
    const { shown } = await get(bare, { isTTY: false });
    const lines = shown.split('\n').filter(Boolean);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.length).toBeLessThanOrEqual(4);
    expect(shown).not.toContain('\r');
  });

  test('leaves no part of a download behind', async () => {
    const bare = await serveRelease({ answer: (response) => response.destroy() });
    const temp = process.env['TMPDIR'] ?? '/tmp';
    const parts = (): string[] => readdirSync(temp).filter((name) => name.startsWith('topicscope-electron-'));
    const before = parts();
    await get(bare);
    expect(parts()).toEqual(before);
    expect(existsSync(bare.program)).toBe(false);
  });
});

describe('the way to the network', () => {
  test('is that of npm where nothing else is set', () => {
    expect(networkOfNpm({})).toEqual({});
    expect(networkOfNpm({ npm_config_https_proxy: 'http://p:1', npm_config_cafile: '/ca.pem' })).toEqual({
      HTTPS_PROXY: 'http://p:1',
      HTTP_PROXY: 'http://p:1',
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
    });
    expect(networkOfNpm({ https_proxy: 'http://q:1', npm_config_proxy: 'http://p:1' })).toEqual({
      NODE_USE_ENV_PROXY: '1',
    });
    expect(networkOfNpm({ npm_config_cafile: '/ca.pem', NODE_EXTRA_CA_CERTS: '/mine.pem' })).toEqual({});
  });
});
