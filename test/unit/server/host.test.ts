import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { api } from '../../../src-main/contract/api.ts';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { connectTo } from '../../../src-main/wire/client.ts';
import { openWebSocketPipe } from '../../../src-renderer/client/ws-pipe.ts';
import { hostEntry } from '../../support/built.ts';
import { get } from '../../support/net/raw-http.ts';
import { certificates } from '../../support/tls/certificates.ts';
import { pkcs12 } from '../../support/tls/pkcs12.ts';

const ENTRY = hostEntry();
const WITH_WINDOW = fileURLToPath(new URL('../../support/engine/server-host.ts', import.meta.url));
const READY = /^Topicscope is ready at (http:\/\/([^:]+|\[[^\]]+\]):(\d+))\/\?ticket=(\S+)\n$/;

let root: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'topicscope-host-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

/** The host as a process of its own. */
function start(args: readonly string[], entry: readonly string[] = [ENTRY]) {
  const child = spawn(process.execPath, [...entry, '--no-open', '--data-dir', join(root, 'data'), ...args], {
    env: { ...process.env, XDG_CACHE_HOME: join(root, 'cache'), NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.push(child);
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  const closed = once(child, 'close').then(([code]) => code as number | null);
  const ready = async () => {
    await Promise.race([once(child.stdout, 'data'), closed]);
    const [, origin = '', host = '', port = '', ticket = ''] = READY.exec(out.stdout) ?? [];
    if (origin === '') throw new Error(`not ready: ${out.stdout}${out.stderr}`);
    return { origin, host, port: Number(port), ticket };
  };
  return { child, out, closed, ready };
}

/** The answer to a ticket or token. */
async function enter(port: number, entry: { readonly ticket: string } | { readonly token: string }) {
  const headers = { Origin: `http://127.0.0.1:${port}`, 'Content-Type': 'application/json' };
  const answer = await fetch(`http://127.0.0.1:${port}/entry`, {
    method: 'POST',
    headers,
    body: JSON.stringify(entry),
  });
  const body = (await answer.json()) as { readonly page: string } | null;
  return { status: answer.status, secret: body?.page ?? '' };
}

async function openWindow(port: number, secret: string) {
  const headers = { Origin: `http://127.0.0.1:${port}` };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/engine`, { headers });
  return connectTo(api, await openWebSocketPipe(socket as unknown as globalThis.WebSocket, secret));
}

describe('the browser host as a process', () => {
  it('prints one line, answers a window, and ends in good order on SIGTERM', async () => {
    const host = start(['--port', '0']);
    const { origin, port, ticket } = await host.ready();
    expect(ticket).toMatch(/^[\w-]{43}$/);
    // 503 where the window is not built, as in a fresh clone; the page says so.
    expect([200, 503]).toContain((await get(port, '/')).status);
    expect((await enter(port, { ticket })).status).toBe(200);
    expect((await enter(port, { ticket })).status).toBe(401);
    host.child.kill('SIGTERM');
    expect(await host.closed).toBe(0);
    expect(host.out.stdout).toMatch(READY);
    expect(host.out.stderr).not.toContain(ticket);
    expect(origin).toBe(`http://127.0.0.1:${port}`);
  });

  it.skipIf(process.platform === 'win32')('ends in good order where its terminal is closed', async () => {
    const host = start(['--port', '0']);
    const { port, ticket } = await host.ready();
    const { secret } = await enter(port, { ticket });
    const client = await openWindow(port, secret);
    host.child.kill('SIGHUP');
    expect(await client.closed).toBe('Topicscope was stopped');
    expect(await host.closed).toBe(0);
  });

  it('answers calls over the WebSocket and closes it when it ends', async () => {
    await writeFile(join(root, 'index.html'), '<!doctype html><html><head></head></html>');
    const host = start(['--port', '0', '--token', 'of-my-own-and-long-enough'], [WITH_WINDOW, root]);
    const { port, ticket } = await host.ready();
    expect(ticket).not.toContain('of-my-own');
    const { secret } = await enter(port, { token: 'of-my-own-and-long-enough' });
    const client = await openWindow(port, secret);
    expect(await client.call('appInfo', {})).toMatchObject({ host: 'server', dataDir: join(root, 'data') });
    host.child.kill('SIGINT');
    expect(await client.closed).toBe('Topicscope was stopped');
    expect(await host.closed).toBe(0);
  });

  it('prints an address for another window on Enter, beside the ready line', async () => {
    const host = start(['--port', '0']);
    const { origin, port, ticket } = await host.ready();
    host.child.stdin.write('\n');
    await once(host.child.stderr, 'data');
    const line = /^topicscope: another window opens once at (\S+)\n$/.exec(host.out.stderr)?.[1] ?? '';
    const another = new URL(line).searchParams.get('ticket') ?? '';
    expect(line).toBe(`${origin}/?ticket=${another}`);
    expect(another).not.toBe(ticket);
    expect((await enter(port, { ticket: another })).status).toBe(200);
    expect((await enter(port, { ticket })).status).toBe(200);
    expect(host.out.stdout).toMatch(READY);
    host.child.stdin.destroy();
    host.child.kill('SIGTERM');
    expect(await host.closed).toBe(0);
  });

  it('warns while it listens beyond this machine without TLS', async () => {
    const host = start([
      '--port',
      '0',
      '--host',
      '0.0.0.0',
      '--token',
      'long-enough-to-be-silent',
      '--insecure-http',
    ]);
    await host.ready();
    await expect.poll(() => host.out.stderr).toContain('everybody on the way can read along');
    host.child.kill('SIGTERM');
    expect(await host.closed).toBe(0);
  });

  it('ends within 2 s while a key is derived, and while a PKCS#12 file is opened', async () => {
    await mkdir(join(root, 'data'), { mode: 0o700 });
    // A vault that asks for as much as it may.
    const kdf = { name: 'scrypt', N: 2 ** 16, r: 8, p: 8, salt: Buffer.alloc(16).toString('base64') };
    const key = {
      format: 'topicscope-box-1',
      kdf,
      cipher: 'aes-256-gcm',
      nonce: 'AAAAAAAAAAAAAAAA',
      sealed: 'AAAA',
    };
    const data = { choice: 'none', vault: { id: 'v', key, bound: true }, entries: {} };
    const file = { version: 2, data };
    await writeFile(join(root, 'data', 'secrets.json'), JSON.stringify(file), { mode: 0o600 });
    const { client } = await certificates();
    const file12 = pkcs12(client, { passphrase: 'x', rounds: 1_300_000 });
    const tls = { pfx: `base64:${file12.toString('base64')}`, passphrase: 'x' };
    const options = ConnectionOptions.parse({
      name: '',
      protocol: 'mqtts',
      host: 'localhost',
      port: 8883,
      tls,
    });
    for (const ask of ['unlockVault', 'inspectTls'] as const) {
      const host = start(['--port', '0']);
      const { ticket, port } = await host.ready();
      const window = await openWindow(port, (await enter(port, { ticket })).secret);
      let answers = 0;
      const count = (): void => void answers++;
      for (let i = 0; i < 4; i++) {
        const asked =
          ask === 'unlockVault'
            ? window.call('unlockVault', { passphrase: 'correct horse' })
            : window.call('inspectTls', { options, profileId: null });
        void asked.then(count, () => undefined);
      }
      // Others are answered while the thread starts and computes.
      const begun = performance.now();
      while (performance.now() - begun < 1_000) await window.call('appInfo', {});
      expect(answers).toBeLessThan(4);
      const ended = performance.now();
      host.child.kill('SIGTERM');
      expect(await host.closed).toBe(0);
      expect(performance.now() - ended).toBeLessThan(2_000);
      window.close();
    }
  });

  it('keeps its data directory and files to the user', async () => {
    await writeFile(join(root, 'token'), 'from-a-file-that-is-mine\n');
    const host = start(['--port', '0', '--token-file', join(root, 'token')]);
    const { port } = await host.ready();
    expect((await enter(port, { token: 'from-a-file-that-is-mine' })).status).toBe(200);
    expect((await stat(join(root, 'data'))).mode & 0o777).toBe(0o700);
    host.child.kill('SIGTERM');
    await host.closed;
    await chmod(join(root, 'data'), 0o755);
    const again = start(['--port', '0']);
    await again.ready();
    expect((await stat(join(root, 'data'))).mode & 0o777).toBe(0o700);
    again.child.kill('SIGTERM');
    expect(await again.closed).toBe(0);
  });

  it('takes another port when its own is taken, but not when one was asked for', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const asked = start(['--port', String(port)]);
    expect(await asked.closed).toBe(1);
    expect(asked.out).toEqual({
      stdout: '',
      stderr: `topicscope: Port ${port} is taken. Give another with --port, or 0 for any.\n`,
    });
    taken.close();
    const [one, other] = [start([]), start([])];
    const ports = await Promise.all([one.ready(), other.ready()]);
    expect(ports[0].port).not.toBe(ports[1].port);
    for (const { port: chosen } of ports) expect(chosen).toBeGreaterThanOrEqual(7_883);
    for (const host of [one, other]) host.child.kill('SIGTERM');
    await Promise.all([one.closed, other.closed]);
  });

  it('ends with code 2 and one line for every bad option', async () => {
    const bad = [
      ['--bogus'],
      ['--token-file', '/nowhere/at/all'],
      ['--tls-cert', '/nowhere', '--tls-key', '/nowhere'],
      ['--host', '203.0.113.1', '--token', 'long-enough-to-be-silent', '--insecure-http'],
      ['--data-dir', '/'],
    ];
    const ends = bad.map(async (args) => {
      const host = start(args);
      expect([args, await host.closed]).toEqual([args, 2]);
      expect(host.out.stdout).toBe('');
      expect(host.out.stderr).toMatch(/^topicscope: .+\n$/);
    });
    await Promise.all(ends);
  });

  it('prints its version and its options', async () => {
    const [version, help] = [start(['--version']), start(['--help'])];
    expect(await version.closed).toBe(0);
    expect(version.out.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await help.closed).toBe(0);
    expect(help.out.stdout).toContain('--demo');
  });

  it('lives on when nobody reads its output any more', async () => {
    const host = start(['--port', '0']);
    const { port, ticket } = await host.ready();
    host.child.stdout.destroy();
    host.child.stderr.destroy();
    expect((await enter(port, { ticket })).status).toBe(200);
    expect([200, 503]).toContain((await get(port, '/')).status);
    host.child.kill('SIGINT');
    const [code] = host.child.exitCode === null ? await once(host.child, 'exit') : [host.child.exitCode];
    expect(code).toBe(0);
  });
});
