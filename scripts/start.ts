// `npm start`: the newest program, in Electron where it can run, else in the browser.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { HELP, readStart } from '../src-main/server/options.ts';
import { buildIfStale } from './build-if-stale.ts';
import { runDesktop } from './desktop.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function say(line: string): void {
  process.stderr.write(`topicscope: ${line}\n`);
}

/** Without a new byte for so long the download of Electron is given up; ms. */
const STALL_MS = 15_000;

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
  if (start.kind === 'run' && !start.options.serve) {
    const desktop = await runDesktop(
      {
        root,
        platform: process.platform,
        env: process.env,
        isRoot: process.getuid?.() === 0,
        stallMs: STALL_MS,
        output: process.stderr,
        signals: process,
      },
      args,
    );
    if (desktop.kind === 'ran') process.exit(desktop.code);
    say(`opening in the browser, because ${desktop.why}.`);
  }
  // In this very process: it reads the same arguments and gets the signals itself.
  await import(pathToFileURL(join(root, 'out', 'main', 'server.js')).href);
}

await main(process.argv.slice(2));
