import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../../test/support/tools.ts';

const SERVER = fileURLToPath(new URL('../../out/main/server.js', import.meta.url));

/** The built server host in a process of its own. */
export interface Host {
  readonly url: string;
  readonly readyMs: number;
  close(): Promise<void>;
}

/** @param prepare puts into the data directory what the host shall find there */
export async function startHost(
  args: readonly string[] = [],
  prepare: (dataDir: string) => void = () => undefined,
): Promise<Host> {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-bench-'));
  prepare(dir);
  const began = performance.now();
  const child = spawn(process.execPath, [SERVER, '--port', '0', '--no-open', '--data-dir', dir, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await readyLine(child);
  const readyMs = performance.now() - began;
  return {
    url,
    readyMs,
    close: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
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
