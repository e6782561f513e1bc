import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { findChromium } from '../../test/support/tools.ts';
import { AS_STARTED } from './process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SERVER = join(ROOT, 'out', 'main', 'server.js');

/** The built server host in a process of its own. */
export interface Host {
  readonly url: string;
  readonly readyMs: number;
  readonly pid: number;
  close(): Promise<void>;
}

/**
 * Of what the sources are now: in a fresh clone it is built first.
 *
 * @param prepare puts into the data directory what the host is to find there
 */
export async function startHost(
  args: readonly string[] = [],
  prepare: (dataDir: string) => void = () => undefined,
): Promise<Host> {
  await buildIfStale(ROOT, (line) => process.stderr.write(`  ${line}\n`));
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-bench-'));
  prepare(dir);
  const began = performance.now();
  const command = [...AS_STARTED, SERVER, '--port', '0', '--no-open', '--data-dir', dir, ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await readyLine(child);
  const readyMs = performance.now() - began;
  return {
    url,
    readyMs,
    pid: child.pid ?? 0,
    close: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const found = /Topicscope is ready at (\S+)/.exec(text);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`the server host ended with ${code}`)));
  });
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--enable-precise-memory-info',
    ],
  });
}
