// `npm start`: the newest program, in Electron where it can run, else in the browser.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { HELP, readStart } from '../src-main/server/options.ts';
import { buildIfStale } from './build-if-stale.ts';
import { findElectron } from './find-electron.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function say(line: string): void {
  process.stderr.write(`topicscope: ${line}\n`);
}

/** Its exit code, or null if it could not even be loaded. */
function runElectron(path: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(path, [root, ...args], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => child.kill(signal));
    child.on('error', () => resolve(null));
    // 127: the system's loader misses a library.
    child.on('exit', (code, signal) => resolve(code === 127 ? null : (code ?? (signal === null ? 0 : 1))));
  });
}

async function main(args: readonly string[]): Promise<void> {
  const start = readStart(args, process.env);
  if (start.kind === 'bad') {
    say(start.line);
    process.exitCode = 2;
    return;
  }
  if (start.kind === 'help') {
    process.stdout.write(HELP.replace('topicscope [options]', 'npm start -- [options]'));
    return;
  }
  if (start.kind === 'version') {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    process.stdout.write(`${version}\n`);
    return;
  }
  try {
    await buildIfStale(root, say);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
    return;
  }
  if (!start.options.serve) {
    const electron = findElectron({
      root,
      platform: process.platform,
      env: process.env,
      isRoot: process.getuid?.() === 0,
    });
    if ('path' in electron) {
      const code = await runElectron(electron.path, args);
      if (code !== null) process.exit(code);
    }
    const why = 'without' in electron ? electron.without : 'Electron could not be started';
    say(`opening in the browser, because ${why}.`);
  }
  // In this very process: it reads the same arguments and gets the signals itself.
  await import(pathToFileURL(join(root, 'out', 'main', 'server.js')).href);
}

await main(process.argv.slice(2));
