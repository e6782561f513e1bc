import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { api } from '../../../src-main/contract/api.ts';
import { connectTo } from '../../../src-main/wire/client.ts';
import { openWebSocketPipe } from '../../../src-renderer/client/ws-pipe.ts';
import { get } from '../../support/net/raw-http.ts';

const ENTRY = fileURLToPath(new URL('../../../src-main/server/index.ts', import.meta.url));
const WITH_WINDOW = fileURLToPath(new URL('../../support/engine/server-host.ts', import.meta.url));
const READY = /^Topicscope is ready at (http:\/\/([^:]+|\[[^\]]+\]):(\d+))\/\?token=(\S+)\n$/;

let root: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'topicscope-host-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

/** The host from its sources, as a process of its own. */
function start(args: readonly string[], entry: readonly string[] = [ENTRY]) {
  const child = spawn(process.execPath, [...entry, '--no-open', '--data-dir', join(root, 'data'), ...args], {
    env: { ...process.env, XDG_CACHE_HOME: join(root, 'cache'), NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  const closed = once(child, 'close').then(([code]) => code as number | null);
  const ready = async () => {
    await Promise.race([once(child.stdout, 'data'), closed]);
    const [, origin = '', host = '', port = '', token = ''] = READY.exec(out.stdout) ?? [];
    if (origin === '') throw new Error(`not ready: ${out.stdout}${out.stderr}`);
    return { origin, host, port: Number(port), token: decodeURIComponent(token) };
  };
  return { child, out, closed, ready };
}

async function enter(port: number, token: string) {
  const login = await get(port, `/?token=${encodeURIComponent(token)}`);
  return { Cookie: login.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

describe('the browser host as a process', () => {
  it('prints one line, answers a window, and ends in good order on SIGTERM', async () => {
    const host = start(['--port', '0']);
    const { origin, port, token } = await host.ready();
    expect(token).toMatch(/^[\w-]{32}$/);
    expect((await get(port, '/')).status).toBe(401);
    const headers = await enter(port, token);
    // 503 where the window is not built, as in a fresh clone; the page says so.
    expect([200, 503]).toContain((await get(port, '/', headers)).status);
    host.child.kill('SIGTERM');
    expect(await host.closed).toBe(0);
    expect(host.out.stdout).toMatch(READY);
    expect(host.out.stderr).not.toContain(token);
    expect(origin).toBe(`http://127.0.0.1:${port}`);
  });

  it('answers calls over the WebSocket and closes it when it ends', async () => {
    await writeFile(join(root, 'index.html'), '<!doctype html><html><head></head></html>');
    const host = start(['--port', '0', '--token', 'of-my-own-and-long-enough'], [WITH_WINDOW, root]);
    const { port, token } = await host.ready();
    expect(token).toBe('of-my-own-and-long-enough');
    const headers = { ...(await enter(port, token)), Origin: `http://127.0.0.1:${port}` };
    const page = await get(port, '/', headers);
    const secret = /name="topicscope-page" content="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const socket = new WebSocket(`ws://127.0.0.1:${port}/engine`, { headers });
    const client = connectTo(api, await openWebSocketPipe(socket as unknown as globalThis.WebSocket, secret));
    expect(await client.call('appInfo', {})).toMatchObject({ host: 'server', dataDir: join(root, 'data') });
    host.child.kill('SIGINT');
    expect(await client.closed).toBe('Topicscope was stopped');
    expect(await host.closed).toBe(0);
  });

  it('keeps its data directory and files to the user', async () => {
    await writeFile(join(root, 'token'), 'from-a-file-that-is-mine\n');
    const host = start(['--port', '0', '--token-file', join(root, 'token')]);
    const { token } = await host.ready();
    expect(token).toBe('from-a-file-that-is-mine');
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

  it('tells its version and its options', async () => {
    const [version, help] = [start(['--version']), start(['--help'])];
    expect(await version.closed).toBe(0);
    expect(version.out.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await help.closed).toBe(0);
    expect(help.out.stdout).toContain('--demo');
  });

  it('lives on when nobody reads its output any more', async () => {
    const host = start(['--port', '0']);
    const { port, token } = await host.ready();
    host.child.stdout.destroy();
    host.child.stderr.destroy();
    await enter(port, token);
    expect((await get(port, '/')).status).toBe(401);
    host.child.kill('SIGINT');
    const [code] = host.child.exitCode === null ? await once(host.child, 'exit') : [host.child.exitCode];
    expect(code).toBe(0);
  });
});
