import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { api } from '../../../src-main/contract/api.ts';
import { connectTo } from '../../../src-main/wire/client.ts';
import { openWebSocketPipe } from '../../../src-renderer/client/ws-pipe.ts';
import { onTeardown } from '../teardown.ts';

const BUILT = fileURLToPath(new URL('../../../out/main/server.js', import.meta.url));
const FROM_SOURCES = fileURLToPath(new URL('./server-host.ts', import.meta.url));

/** The browser host as a process of its own. */
export async function startHost(more: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), 'topicscope-fuzz-'));
  onTeardown(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'index.html'), '<!doctype html><html><head></head></html>');
  // As it is delivered, where it was built: from its sources it needs a compiler in each of its threads.
  const isBuilt = existsSync(BUILT);
  const program = isBuilt ? [BUILT] : [FROM_SOURCES, root];
  const args = [...program, '--no-open', '--data-dir', join(root, 'data'), '--port', '0', ...more];
  const env = { ...process.env, XDG_CACHE_HOME: join(root, 'cache'), NODE_OPTIONS: '' };
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  onTeardown(() => void child.kill('SIGKILL'));
  let reported = '';
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (reported += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const [, port = '', ticket = ''] = /:(\d+)\/\?ticket=(\S+)/.exec(line.toString()) ?? [];
  const origin = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${origin}/entry`, {
    method: 'POST',
    headers: { Origin: origin, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ticket }),
  });
  const { page } = (await answer.json()) as { page: string };
  const socket = (): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${port}/engine`, { headers: { Origin: origin } });
  const window = async () =>
    connectTo(api, await openWebSocketPipe(socket() as unknown as globalThis.WebSocket, page));
  return {
    child,
    isBuilt,
    page,
    socket,
    window,
    reported: () => reported,
    printed: () => printed,
    dataDir: join(root, 'data'),
  };
}

/** Time of the processor that a process has had, in ms; null where the system does not say. */
export function cpuMsOf({ pid }: ChildProcess): number | null {
  const path = `/proc/${pid ?? 0}/stat`;
  if (!existsSync(path)) return null;
  // What follows the name, which may hold anything; in hundredths of a second.
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  return ((fields[11] ?? 0) + (fields[12] ?? 0)) * 10;
}

/** Bytes of memory of a process; null where the system does not say. */
export function rssOf({ pid }: ChildProcess): number | null {
  const path = `/proc/${pid ?? 0}/status`;
  if (!existsSync(path)) return null;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? 0) * 1_024;
}

/** The engine as a window of that host has it. */
export type HostWindow = Awaited<ReturnType<Awaited<ReturnType<typeof startHost>>['window']>>;
